from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.models.cards.card import ChannelCard, ModelCard
from napari_seewhy.models.files.library import ModelLibrary, user_folder
from napari_seewhy.models.files.model import Model
from napari_seewhy.models.files.model_file import load_model, save_model
from napari_seewhy.models.files.weights_file import read_any_card, save_network
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.nuclei.card import SegmenterCard


def write_model(path: Path, data: str = "") -> Path:
    card = ModelCard(
        name=path.stem,
        network=NetworkOptions(width=4, n_stages=1),
        classes=("G1", "G2"),
        channels=(ChannelCard(name="DNA", mean=0, std=1, low=0, high=1),),
        size_px=(8, 8),
        dtype="uint8",
        data=data,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    save_model(path, Model.from_card(card))
    return path


def write_segmenter(path: Path) -> Path:
    card = SegmenterCard(
        name=path.stem, nominal_px=20, diameters_px=(10, 20, 30), background=(0, 0, 0)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    save_network(path, torch.nn.Linear(2, 2), card)
    return path


@pytest.fixture
def library(tmp_path) -> ModelLibrary:
    return ModelLibrary(tmp_path / "mine", tmp_path / "shipped")


@pytest.fixture
def stick(tmp_path) -> Path:
    """A model on a USB stick."""
    return write_model(tmp_path / "stick" / "cycle.safetensors", "from the stick")


def names(library: ModelLibrary) -> list[str]:
    return [entry.name for entry in library.list_models()]


def test_a_library_without_folders_is_empty(library):
    assert library.list_models() == []
    assert all(entry.is_shipped for entry in ModelLibrary(library.folder).list_models())


def test_models_of_both_folders_are_listed_by_name(library):
    write_model(library.folder / "Beta.safetensors")
    write_model(library.shipped / "alpha.safetensors")
    write_model(library.folder / "gamma.safetensors")
    listed = library.list_models()
    assert [(entry.name, entry.is_shipped) for entry in listed] == [
        ("alpha", True),
        ("Beta", False),
        ("gamma", False),
    ]
    assert all(entry.card.classes == ("G1", "G2") for entry in listed)


def test_classifiers_and_segmenters_are_listed_each_with_its_card(library):
    write_model(library.folder / "cycle.safetensors")
    write_segmenter(library.shipped / "nuclei.safetensors")
    cycle, nuclei = library.list_models()
    assert (cycle.kind, nuclei.kind) == ("classifier", "segmenter")
    assert (type(cycle.card), cycle.card.classes) == (ModelCard, ("G1", "G2"))
    assert (type(nuclei.card), nuclei.card.diameters_px) == (SegmenterCard, (10, 20, 30))


def test_one_kind_is_listed_beside_what_cannot_be_read(library):
    write_model(library.folder / "cycle.safetensors")
    write_segmenter(library.folder / "nuclei.safetensors")
    (library.folder / "bad.safetensors").write_bytes(b"")
    for kind, name in ((ModelCard, "cycle"), (SegmenterCard, "nuclei")):
        assert [entry.name for entry in library.list_models(kind)] == ["bad", name]
    assert len(library.list_models(ModelCard, SegmenterCard)) == len(library.list_models()) == 3


def test_a_segmenter_is_imported_and_exported_as_any_model(library, tmp_path):
    stick = write_segmenter(tmp_path / "stick" / "mine.safetensors")
    entry = library.import_model(stick)
    assert entry.kind == "segmenter"
    out = library.export_model("mine", tmp_path / "again.safetensors")
    assert out.read_bytes() == stick.read_bytes()


def test_a_damaged_file_is_listed_with_its_reason_beside_the_others(library):
    whole = write_model(library.folder / "whole.safetensors")
    damaged = library.folder / "damaged.safetensors"
    damaged.write_bytes(whole.read_bytes()[:-1])
    (library.folder / "notes.txt").write_text("no model")
    (library.folder / "._whole.safetensors").write_text("left by a Mac")
    (library.folder / "folder.safetensors").mkdir()
    listed = {entry.name: entry for entry in library.list_models()}
    assert set(listed) == {"damaged", "folder", "whole"}
    assert listed["whole"].problem == ""
    assert "damaged or cut short" in listed["damaged"].problem
    assert listed["damaged"].card is None
    assert "it is a folder" in listed["folder"].problem


def test_an_imported_model_is_the_file_it_came_from(library, stick):
    entry = library.import_model(stick)
    assert entry.path == library.folder / "cycle.safetensors"
    assert entry.path.read_bytes() == stick.read_bytes()
    assert entry.card.data == "from the stick"
    assert load_model(entry.path).card == entry.card


def test_the_same_model_may_be_imported_twice(library, stick):
    library.import_model(stick)
    library.import_model(stick)
    assert names(library) == ["cycle"]


def test_another_model_of_the_same_name_is_replaced_only_when_said(library, stick, tmp_path):
    library.import_model(stick)
    other = write_model(tmp_path / "other" / "cycle.safetensors", "another")
    with pytest.raises(FileError, match="holds another model; give this one another name"):
        library.import_model(other)
    assert library.show("cycle").card.data == "from the stick"
    library.import_model(other, "cycle 2")
    assert names(library) == ["cycle", "cycle 2"]
    library.import_model(other, replace=True)
    assert library.show("cycle").card.data == "another"


def test_what_is_no_model_is_not_imported(library, tmp_path):
    path = tmp_path / "a.safetensors"
    path.write_text("no model at all")
    with pytest.raises(FileError, match="is no model file"):
        library.import_model(path)
    assert not library.folder.exists()


@pytest.mark.parametrize(
    "name", ["", "../up", "a/b", "a\\b", ".hidden", "CON", "nul.x", "dot.", "a" * 61, "line\n"]
)
def test_names_that_some_system_cannot_hold_are_refused(library, stick, name):
    with pytest.raises(OptionError, match="can be no name of a model"):
        library.import_model(stick, name)


@pytest.mark.parametrize("name", ["cycle", "G1 vs G2", "細胞周期", "v1.2+dna-golgi_3"])
def test_names_in_any_script_are_taken(library, stick, name):
    assert library.import_model(stick, name).name == name
    assert library.show(name).path.stem == name


def test_an_exported_model_is_the_same_file(library, stick, tmp_path):
    library.import_model(stick)
    folder = tmp_path / "other stick"
    folder.mkdir()
    assert library.export_model("cycle", folder) == folder / "cycle.safetensors"
    renamed = library.export_model("cycle", folder / "new" / "mine.safetensors")
    assert renamed.read_bytes() == stick.read_bytes()


def test_an_export_overwrites_another_file_only_when_said(library, stick, tmp_path):
    library.import_model(stick)
    other = write_model(tmp_path / "other.safetensors", "another")
    with pytest.raises(FileError, match="holds another model"):
        library.export_model("cycle", other)
    library.export_model("cycle", other, replace=True)
    assert other.read_bytes() == stick.read_bytes()


def test_an_export_needs_a_name_that_says_what_it_is(library, stick, tmp_path):
    library.import_model(stick)
    with pytest.raises(FileError, match=r"does not end in \.safetensors"):
        library.export_model("cycle", tmp_path / "model.bin")


def test_a_damaged_model_is_not_exported_but_removed(library, tmp_path):
    library.folder.mkdir()
    (library.folder / "bad.safetensors").write_bytes(b"")
    with pytest.raises(FileError, match="is empty"):
        library.export_model("bad", tmp_path)
    library.remove("bad")
    assert library.list_models() == []


def test_a_model_of_the_program_is_neither_removed_nor_covered(library, stick):
    write_model(library.shipped / "cycle.safetensors")
    with pytest.raises(FileError, match="came with the program and cannot be removed"):
        library.remove("cycle")
    with pytest.raises(OptionError, match="came with the program; choose another name"):
        library.import_model(stick, replace=True)
    write_model(library.folder / "cycle.safetensors", "copied there by hand")
    assert [entry.is_shipped for entry in library.list_models()] == [True]
    assert library.show("cycle").is_shipped


def test_a_name_that_is_not_there_is_answered_with_similar_ones(library, stick):
    with pytest.raises(FileError, match="no model 'cycle'; train or import one first"):
        library.show("cycle")
    library.import_model(stick)
    with pytest.raises(FileError, match="no model 'cylce'; choose one of cycle"):
        library.remove("cylce")


def test_a_model_is_found_by_its_name_or_its_path(library, stick):
    library.import_model(stick)
    assert library.find("cycle") == library.folder / "cycle.safetensors"
    assert library.find(stick) == stick
    assert library.find("folder/cycle.pt") == Path("folder/cycle.pt")


def test_the_folder_is_named_by_the_environment_or_lies_with_the_person(tmp_path, monkeypatch):
    monkeypatch.setenv("SEEWHY_MODELS", str(tmp_path))
    assert user_folder() == tmp_path
    assert ModelLibrary().folder == tmp_path
    monkeypatch.delenv("SEEWHY_MODELS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert "napari-seewhy" in user_folder().parts


def test_listing_loads_no_torch(library, stick):
    library.import_model(stick)
    script = (
        "import sys; from pathlib import Path; from napari_seewhy.models import ModelLibrary; "
        f"models = ModelLibrary(Path({str(library.folder)!r})).list_models(); "
        "print(*[one.name for one in models if not one.is_shipped], 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["cycle", "False"]


def test_a_card_is_read_again_only_when_its_file_has_changed(library, monkeypatch):
    read = []

    def note(path: Path):
        read.append(path.stem)
        return read_any_card(path)

    monkeypatch.setattr("napari_seewhy.models.files.library.read_any_card", note)
    place = write_model(library.folder / "a.safetensors", "first")
    write_model(library.folder / "b.safetensors")
    assert names(library) == names(library) == ["a", "b"]
    assert sorted(read) == ["a", "b"]
    write_model(place, "the second, which is longer")
    assert library.show("a").card.data == "the second, which is longer"
    assert names(library) == ["a", "b"]
    assert sorted(read) == ["a", "a", "b"]
