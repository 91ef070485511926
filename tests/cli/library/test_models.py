from __future__ import annotations

import json
import pickle
import zipfile

import pytest

from napari_seewhy.models.files.model_file import read_card


@pytest.fixture
def in_library(call, trained_model):
    assert call("models", "import", trained_model, "--quiet").status == 0
    return "phase"


def test_a_model_comes_into_the_library_and_is_listed(seewhy, trained_model, tmp_path):
    done = seewhy("models", "import", trained_model, "--name", "cell cycle")
    assert (done.status, done.err) == (0, "")
    assert (tmp_path / "library" / "cell cycle.safetensors").is_file()
    listed = seewhy("models", "list", COLUMNS="160")
    assert listed.status == 0
    for words in ("cell cycle", "early, late", "DNA, empty", "16 x 16 px", "you"):
        assert words in listed.out


def test_an_empty_library_says_where_it_is(call, tmp_path):
    done = call("models", "list", "--json")
    assert done.document["folder"] == str(tmp_path / "library")
    assert [model for model in done.document["models"] if not model["is_shipped"]] == []


def test_a_damaged_model_is_listed_with_the_reason_and_can_be_removed(call, tmp_path):
    path = tmp_path / "library" / "broken.safetensors"
    path.parent.mkdir()
    path.write_bytes(b"")
    (entry,) = [
        model
        for model in call("models", "list", "--json").document["models"]
        if model["name"] == "broken"
    ]
    assert "is empty" in entry["problem"]
    assert "cannot be read" in call("models", "list").out
    assert call("models", "remove", "broken").status == 0
    assert not path.exists()


def test_show_says_what_the_card_says(call, in_library, trained_model):
    shown = call("models", "show", in_library).out
    for words in ("early, late", "0.5 µm", "Balanced accuracy", "cells.h5", "Channel DNA"):
        assert words in shown
    document = call("models", "show", trained_model, "--json").document
    assert document["card"] == json.loads(read_card(trained_model).model_dump_json())


def test_another_model_of_the_same_name_is_replaced_only_when_told(
    call, in_library, cells_file, trained_model, tmp_path
):
    from safetensors.torch import load_file

    from napari_seewhy.models.files.model_file import load_model, save_model

    other = load_model(trained_model).with_card(data="other data")
    save_model(tmp_path / "phase.safetensors", other)
    words = ("models", "import", tmp_path / "phase.safetensors")
    done = call(*words)
    assert done.status == 1
    assert "holds another model" in done.err
    assert call(*words, "--replace").status == 0
    place = tmp_path / "library" / "phase.safetensors"
    assert read_card(place).data == "other data"
    assert load_file(place).keys() == load_file(trained_model).keys()


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("show", "phases"), 1, "holds no model 'phases'; choose one of phase"),
        (("remove", "nothing"), 1, "holds no model 'nothing'"),
        (("import", "weights.pt"), 1, "pickled model"),
        (("import", "{model}", "--name", "../up"), 2, "can be no name"),
        (("export", "phase", "x.onnx"), 2, "does not end in .safetensors"),
        (("export", "phase", "x.zip", "--format", "bioimageio"), 2, "--author and --examples"),
        (("export", "phase", "x", "--format", "tflite"), 2, "tflite"),
    ],
)
def test_what_cannot_be_done_is_said(
    call, in_library, trained_model, tmp_path, monkeypatch, words, status, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weights.pt").write_bytes(pickle.dumps(["weights"]))
    done = call("models", *(word.format(model=trained_model) for word in words))
    assert done.status == status
    assert said in done.err


def test_a_copy_for_a_colleague_is_the_same_file(call, in_library, trained_model, tmp_path):
    out = tmp_path / "stick" / "theirs.safetensors"
    assert call("models", "export", in_library, out).status == 0
    assert out.read_bytes() == trained_model.read_bytes()


def test_onnx_is_written_and_not_over_another_file(call, in_library, tmp_path):
    pytest.importorskip("onnxscript")
    import onnxruntime

    out = tmp_path / "phase.onnx"
    words = ("models", "export", in_library, out, "--format", "onnx")
    done = call(*words)
    assert done.status == 0, done.err
    session = onnxruntime.InferenceSession(out)
    assert session.get_inputs()[0].shape[1:] == [2, 16, 16]
    done = call(*words)
    assert done.status == 1
    assert "is there already" in done.err


def test_a_bioimageio_package_is_written(call, in_library, cells_file, tmp_path):
    pytest.importorskip("bioimageio.core")
    pytest.importorskip("onnxscript")
    out = tmp_path / "phase.zip"
    words = ("--format", "bioimageio", "--author", "A. Nurse", "--examples", cells_file)
    done = call("models", "export", in_library, out, *words)
    if "cannot work with pydantic" in done.err:
        pytest.skip(done.err)
    assert done.status == 0, done.err
    with zipfile.ZipFile(out) as package:
        assert any(name.endswith("rdf.yaml") for name in package.namelist())
