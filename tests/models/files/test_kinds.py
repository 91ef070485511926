"""A kind of model is one class: a toy kind that is made here, and the five of the program."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, ClassVar

import pytest
import torch

from napari_seewhy.cli.library.models import describe_card, list_row
from napari_seewhy.errors import FileError
from napari_seewhy.generating.card import GeneratorCard
from napari_seewhy.models.cards.base import BaseCard, Description, list_kinds
from napari_seewhy.models.cards.card import ModelCard
from napari_seewhy.models.files.library import SHIPPED_FOLDER, ModelLibrary
from napari_seewhy.models.files.weights_file import (
    load_network,
    read_any_card,
    read_card_of,
    save_network,
)
from napari_seewhy.nuclei.card import SegmenterCard
from napari_seewhy.reading.card import CoverageCard
from napari_seewhy.reading.language.card import LanguageCard
from napari_seewhy.staining.card import StainCard

if TYPE_CHECKING:
    from pathlib import Path


class ToyCard(BaseCard):
    """A sixth kind of model, of which `models/` knows nothing."""

    kind: ClassVar[str] = "toy"
    does: ClassVar[str] = "counts to a number"
    key: ClassVar[str] = "napari-seewhy toy"

    n_counted: int

    def build(self) -> torch.nn.Module:
        return torch.nn.Linear(1, self.n_counted)

    def describe(self) -> Description:
        rows = (("Counts to", str(self.n_counted)),)
        return Description(f"to {self.n_counted}", f"Counts to {self.n_counted}.", rows=rows)


@pytest.fixture
def library(tmp_path) -> ModelLibrary:
    return ModelLibrary(tmp_path / "mine", tmp_path / "shipped")


@pytest.fixture
def toy(library) -> Path:
    card = ToyCard(name="abacus", n_counted=3, data="fingers")
    path = library.place_of("abacus")
    save_network(path, card.build(), card)
    return path


def test_a_seventh_kind_is_saved_and_loaded_as_any_other(toy):
    network, card = load_network(toy, ToyCard)
    assert (type(card), card.n_counted, card.data) == (ToyCard, 3, "fingers")
    assert network(torch.ones(2, 1)).shape == (2, 3)
    assert not network.training
    again = toy.with_name("again.safetensors")
    save_network(again, network, card)
    assert again.read_bytes() == toy.read_bytes()


def test_a_seventh_kind_is_listed_and_described(library, toy):
    (entry,) = library.list_models(ToyCard)
    assert list_row(entry) == ("abacus", "toy", "to 3", "", "", "", "yours")
    assert read_any_card(toy) == entry.card
    assert describe_card(toy, entry.card) == [
        ("File", str(toy)),
        ("Name", "abacus"),
        ("Kind", "toy, counts to a number"),
        ("Counts to", "3"),
        ("Trained on", "fingers"),
    ]


def test_a_seventh_kind_and_the_others_are_told_apart(toy):
    with pytest.raises(FileError, match="is a toy, which counts to a number; choose a clas"):
        read_card_of(toy, ModelCard)
    with pytest.raises(FileError, match=r"is a segmenter, which finds nuclei .*; choose a toy"):
        read_card_of(SHIPPED_FOLDER / "nuclei.safetensors", ToyCard)


def test_the_kinds_of_the_program_are_found_in_their_rooms():
    kinds = {kind.kind: kind for kind in list_kinds()}
    assert kinds | {"toy": ToyCard} == {
        "classifier": ModelCard,
        "segmenter": SegmenterCard,
        "stain": StainCard,
        "generator": GeneratorCard,
        "reader of DNA": CoverageCard,
        "language model of DNA": LanguageCard,
        "toy": ToyCard,
    }
    assert len({kind.key for kind in kinds.values()}) == len(kinds)


def test_finding_the_kinds_loads_no_torch():
    script = (
        "import sys; from napari_seewhy.models.cards import list_kinds; "
        "print(*sorted(kind.kind for kind in list_kinds()), 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == (
        "classifier generator language model of DNA reader of DNA segmenter stain False"
    )


@pytest.mark.parametrize("path", sorted(SHIPPED_FOLDER.rglob("*.safetensors")), ids=str)
def test_a_shipped_model_of_an_earlier_version_opens(path):
    card = read_any_card(path)
    network, loaded = load_network(path, type(card))
    assert loaded == card
    assert not network.training
    said = card.describe()
    assert said.says in said.sentence or card.kind == "segmenter"
    assert all(name and isinstance(text, str) for name, text in said.rows)
    # Nothing that the file says is lost where the card is written again.
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        written = json.loads(file.metadata()[card.key])
    assert is_within(written, card.model_dump(mode="json"))


def is_within(old: object, new: object) -> bool:
    """Whether all that an old card says stands in the new one, beside later fields."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(name in new and is_within(value, new[name]) for name, value in old.items())
    return old == new


def alter(source: Path, target: Path, key: str, **fields) -> Path:
    """Copy a model with some fields of its card changed, its weights as they are."""
    content = source.read_bytes()
    n_header = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + n_header])
    card = json.loads(header["__metadata__"][key])
    header["__metadata__"][key] = json.dumps(card | fields)
    text = json.dumps(header).encode()
    target.write_bytes(len(text).to_bytes(8, "little") + text + content[8 + n_header :])
    return target


CELLS = SHIPPED_FOLDER / "cell-cycle-simulated.safetensors"
STAIN = SHIPPED_FOLDER / "stain-simulated-dishes.safetensors"


@pytest.mark.parametrize(
    ("source", "kind", "fields", "message"),
    [
        (STAIN, StainCard, {"block_px": 1}, r"Block \(px\) \(block_px\) is 1"),
        (STAIN, StainCard, {"block_px": 36}, "should be a multiple of 8"),
        (STAIN, StainCard, {"block_px": 10**9}, "less than or equal to 1024"),
        (STAIN, StainCard, {"width": 20_000}, "less than or equal to 2048"),
        (STAIN, StainCard, {"width": 2048}, "do not fit the network"),
        (STAIN, StainCard, {"channels": ["a"] * 5000}, "do not fit the network"),
        (CELLS, ModelCard, {"size_px": [10**9, 10**9]}, "less than or equal to 16384"),
        (CELLS, ModelCard, {"classes": ["\ud800", "b"]}, "is damaged"),
        (CELLS, ModelCard, {"classes": [str(i) for i in range(10**5)]}, "do not fit the network"),
        (CELLS, ModelCard, {"record": {"seed": 10**30}}, "is damaged"),
    ],
)
def test_a_card_that_asks_for_too_much_is_refused_in_a_sentence(
    tmp_path, source, kind, fields, message
):
    path = alter(source, tmp_path / "a.safetensors", kind.key, **fields)
    with pytest.raises(FileError, match=message) as caught:
        load_network(path, kind)
    assert len(str(caught.value)) < 1000


def test_a_record_that_is_too_deep_to_be_written_again_is_refused(tmp_path):
    record: dict = {}
    for _ in range(300):
        record = {"a": record}
    path = alter(CELLS, tmp_path / "a.safetensors", ModelCard.key, record=record)
    with pytest.raises(FileError, match="is damaged"):
        read_any_card(path)


WIDE = """
import resource, sys
from pathlib import Path
from napari_seewhy.errors import FileError
from napari_seewhy.models.cards import ModelCard
from napari_seewhy.models.files.weights_file import load_network
load_network(Path(sys.argv[1]), ModelCard)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    load_network(Path(sys.argv[2]), ModelCard)
except FileError as error:
    print(error)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not count a process's memory so")
def test_a_small_file_with_the_card_of_a_wide_network_takes_no_memory(tmp_path):
    """The network of this card has 1.3 thousand million weights, the file 0.7 MB."""
    network = {"backbone": "small", "width": 512, "n_stages": 6}
    path = alter(CELLS, tmp_path / "a.safetensors", ModelCard.key, network=network)
    command = [sys.executable, "-c", WIDE, str(CELLS), str(path)]
    said, more = subprocess.run(
        command, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert "do not fit the network small" in said
    n_kb = int(more) // (1024 if sys.platform == "darwin" else 1)
    assert n_kb < 300_000
