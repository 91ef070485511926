from __future__ import annotations

import json
import pickle
import shutil

import h5py
import numpy as np
import pytest
import torch

from napari_seewhy.models.files.model_file import read_card


def test_the_report_set_is_judged_by_default(seewhy, trained_model, cells_file, tmp_path):
    words = ("--json-file", "e.json", "--html", "e.html", "--device", "cpu")
    done = seewhy("evaluate", trained_model, cells_file, *words)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Judged on the report set of phase,")
    assert "Balanced accuracy" in done.out
    evaluation = json.loads((tmp_path / "e.json").read_text())
    report = read_card(trained_model).record["results"]["split"]["report"]
    assert evaluation["n_samples"] == len(report)
    assert evaluation["classes"] == ["early", "late"]
    assert "<svg" in (tmp_path / "e.html").read_text()


@pytest.fixture
def judge(call, trained_model, tmp_path):
    """Run `seewhy evaluate`; return how it ended and the figures."""

    def run(samples, *words):
        path = tmp_path / "figures.json"
        done = call("evaluate", trained_model, samples, "--json-file", path, *words)
        return done, json.loads(path.read_text())

    return run


def test_another_file_is_judged_as_a_whole(judge, write_samples):
    done, figures = judge(write_samples("other.h5"))
    assert figures["n_samples"] == 96
    assert "phase was not trained on that file." in done.out
    assert any("not the file of samples" in note for note in figures["notes"])


def test_judging_on_what_was_learned_is_an_alarm(judge, cells_file):
    done, figures = judge(cells_file, "--all-samples")
    assert figures["n_samples"] == 96
    assert "the figures are too good" in figures["alarms"][0]
    assert figures["alarms"][0] in done.out


def test_classes_of_other_names_are_matched_on_demand(call, judge, trained_model, write_samples):
    samples = write_samples(classes=("one", "two", "three"))
    done = call("evaluate", trained_model, samples)
    assert done.status == 1
    assert "their classes are one, two, three" in done.err
    _, figures = judge(samples, "--classes", "early=one,two; late=three")
    assert figures["n_samples"] == 96


def test_only_failures_are_shown_when_it_is_to_be_quiet(call, trained_model, cells_file):
    done = call("evaluate", trained_model, cells_file, "--quiet")
    assert (done.status, done.out, done.err) == (0, "", "")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"channels": ("actin", "tubulin")}, "The model takes the channels DNA, empty"),
        ({"pixels": np.full((96, 2, 16, 16), np.nan, np.float32)}, "NaN or infinite"),
        ({"target": np.full(96, -1)}, "None of the samples has a class"),
    ],
)
def test_samples_that_do_not_fit_are_refused(call, trained_model, write_samples, changed, said):
    done = call("evaluate", trained_model, write_samples(**changed))
    assert done.status == 1
    assert said in done.err


def test_a_pickled_model_is_refused_unopened(call, cells_file, tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    for name, write in (("new.pt", torch.save), ("old.pt", dump)):
        write(Trap(), tmp_path / name)
        done = call("evaluate", tmp_path / name, cells_file)
        assert done.status == 1
        assert "is a pickled model, which could run anything" in done.err
    assert not (tmp_path / "sprung").exists()


def dump(value, path):
    path.write_bytes(pickle.dumps(value))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data[:-100], "damaged or cut short"),
        (lambda data: b"", "is empty (0 bytes)"),
        (lambda data: b"text " * 100, "is no model file"),
        (lambda data: data.replace(b"napari-seewhy model", b"somebody else model"), "not made by"),
    ],
)
def test_a_file_that_is_no_model_is_refused(
    call, trained_model, cells_file, tmp_path, change, said
):
    path = tmp_path / "m.safetensors"
    path.write_bytes(change(trained_model.read_bytes()))
    done = call("evaluate", path, cells_file)
    assert done.status == 1
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_foreign_hdf5_file_is_refused(call, trained_model, tmp_path):
    with h5py.File(tmp_path / "theirs.h5", "w") as file:
        file["data"] = np.zeros(3)
    done = call("evaluate", trained_model, tmp_path / "theirs.h5")
    assert done.status == 1
    assert "no sample set of ours" in done.err


def test_a_model_is_found_by_its_name_in_the_library(call, trained_model, cells_file, tmp_path):
    (tmp_path / "library").mkdir()
    shutil.copy(trained_model, tmp_path / "library")
    assert call("evaluate", "phase", cells_file).status == 0
    done = call("evaluate", "phases", cells_file)
    assert done.status == 1
    assert "choose one of phase" in done.err


@pytest.mark.parametrize("flag", ["--json-file", "--html"])
def test_a_folder_is_no_file_to_write(call, trained_model, cells_file, tmp_path, flag):
    done = call("evaluate", trained_model, cells_file, flag, tmp_path)
    assert done.status == 2
    assert "is a folder" in done.err
