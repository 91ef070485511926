from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from napari_seewhy.models.files.model_file import load_model, read_card
from napari_seewhy.samples import SampleSet
from napari_seewhy.samples.annotating import Annotations
from napari_seewhy.training.learning.checkpoint import checkpoint_path

SEEWHY = Path(sys.executable).parent / "seewhy"
QUICK = (
    *("--epochs", 3, "--width", 4, "--n-stages", 1, "--batch-size", 16, "--learning-rate", 0.02),
    *("--device", "cpu", "--precision", "fp32"),
)


@pytest.fixture(autouse=True)
def one_thread():
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)


def test_a_model_and_its_evaluation_come_out(seewhy, cells_file, tmp_path):
    done = seewhy("train", cells_file, "--out", "m/phase.safetensors", *QUICK)
    assert done.status == 0, done.err
    before, _, after = done.out.partition("Balanced accuracy")
    for said in ("G1 32, S 32, G2 32", "would be right in 33 %", "train", "stop", "report"):
        assert said in before
    assert "baseline 0.333" in after
    assert sorted(path.name for path in (tmp_path / "m").iterdir()) == [
        "phase.safetensors",
        "phase_evaluation.html",
        "phase_evaluation.json",
    ]
    card = load_model(tmp_path / "m" / "phase.safetensors").card
    assert card.classes == ("G1", "S", "G2")
    assert card.metrics["balanced_accuracy"]["baseline"] == pytest.approx(1 / 3)
    evaluation = json.loads((tmp_path / "m" / "phase_evaluation.json").read_text())
    assert evaluation["n_samples"] == len(card.record["results"]["split"]["report"])
    assert "<svg" in (tmp_path / "m" / "phase_evaluation.html").read_text()


def test_what_was_annotated_counts_without_writing_targets(call, write_samples, tmp_path):
    path = write_samples()
    known = Annotations(path)
    known.add_class("M")
    for row in range(0, 96, 5):
        known.answer(row, "M")
    done = call("train", path, "--out", tmp_path / "a.safetensors", "--json", *QUICK)
    assert done.status == 0, done.err
    counts = {name: int((known.target == i).sum()) for i, name in enumerate(known.classes)}
    assert counts["M"] == 20
    assert done.document["classes"] == counts


def test_classes_are_merged_and_channels_chosen(call, cells_file, tmp_path):
    out = tmp_path / "a.safetensors"
    chosen = ("--classes", "early=G1,S; late=G2", "--channels", "DNA", "--seed", 7)
    done = call("train", cells_file, "--out", out, *chosen, "--json", *QUICK)
    assert done.status == 0, done.err
    assert done.document["classes"] == {"early": 64, "late": 32}
    assert done.document["evaluation"]["classes"] == ["early", "late"]
    card = read_card(out)
    assert card.channel_names == ("DNA",)
    assert card.record["options"]["classes"] == {"early": ["G1", "S"], "late": ["G2"]}
    assert card.record["options"]["seed"] == 7


def test_a_whole_group_is_on_one_side(trained_model, cells_file):
    split = read_card(trained_model).record["results"]["split"]
    with SampleSet(cells_file) as samples:
        groups = {part: set(samples.group[rows]) for part, rows in split.items()}
    assert not groups["train"] & groups["report"]
    assert not groups["stop"] & groups["report"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL.")
def test_a_killed_training_goes_on_to_the_same_weights(call, cells_file, tmp_path):
    whole, killed = (tmp_path / f"{name}.safetensors" for name in ("whole", "killed"))
    words = ("train", cells_file, "--quiet", "--epochs", 60, *QUICK[2:])
    command = [SEEWHY, *map(str, words), "--out", killed]
    # One thread there as here: sums in another order end in other bits.
    with subprocess.Popen(command, env=os.environ | {"OMP_NUM_THREADS": "1"}) as child:
        while not checkpoint_path(killed).exists() and child.poll() is None:
            pass
        os.kill(child.pid, signal.SIGKILL)
    assert checkpoint_path(killed).exists()
    assert not killed.exists()
    assert call(*words, "--out", killed, "--resume").status == 0
    assert call(*words, "--out", whole).status == 0
    whole, killed = load_file(whole), load_file(killed)
    assert whole.keys() == killed.keys()
    assert all(torch.equal(whole[name], killed[name]) for name in whole)


def test_resuming_a_finished_training_trains_nothing_anew(call, cells_file, tmp_path, monkeypatch):
    from napari_seewhy.training.fitting import fit

    words = ("train", cells_file, "--out", tmp_path / "a.safetensors", *QUICK)
    first = call(*words, "--json")
    monkeypatch.setattr(fit, "train_to_file_steps", None)
    again = call(*words, "--json", "--resume")
    said = [done.document["evaluation"]["confusion"] for done in (first, again)]
    assert said[0] == said[1]


def test_figures_are_checked_twice_on_demand(call, cells_file, tmp_path):
    out = tmp_path / "a.safetensors"
    done = call("train", cells_file, "--out", out, "--folds", 4, "--shuffled-control", *QUICK)
    assert done.status == 0, done.err
    assert "Balanced accuracy in each fold" in done.out
    folds = json.loads((tmp_path / "a_cross_validation.json").read_text())
    assert (folds["n_samples"], len(folds["folds"])) == (96, 4)
    control = json.loads((tmp_path / "a_control.json").read_text())
    assert "shuffled" in control["notes"][0]


@pytest.mark.parametrize(("folds", "status"), [(1, 2), (-2, 2), (5, 1)])
def test_folds_that_cannot_be_are_refused_before_training(
    call, cells_file, tmp_path, folds, status
):
    out = tmp_path / "a.safetensors"
    done = call("train", cells_file, "--out", out, f"--folds={folds}", *QUICK)
    assert done.status == status
    assert not out.exists()


def test_an_archive_is_imported_once_and_known_again(call, cells_file, tmp_path):
    with SampleSet(cells_file) as samples:
        names = np.array(samples.classes)[samples.target]
        np.savez(
            tmp_path / "cells.npz",
            pixels=samples.pixels[:],
            phase=names,
            day=samples.group.astype(str),
        )
    keys = ("--npz-target-key", "phase", "--npz-group-key", "day")
    archive, out = tmp_path / "cells.npz", tmp_path / "a.safetensors"
    done = call("train", archive, "--out", out, *keys, *QUICK)
    assert done.status == 0, done.err
    assert f"Imported {archive} to {tmp_path / 'cache'}" in done.out
    judged = call("evaluate", out, archive, *keys)
    assert judged.status == 0, judged.err
    assert "Judged on the report set of a," in judged.out
    assert "Imported" not in judged.out


def test_class_folders_are_taken_as_samples(call, tmp_path):
    from PIL import Image

    for name, value in (("G1", 20), ("G2", 200)):
        for number in range(8):
            path = tmp_path / "set" / name / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.full((8, 8), value + number, np.uint8)).save(path)
    words = ("--out", tmp_path / "a.safetensors", "--json", *QUICK)
    done = call("train", tmp_path / "set", *words)
    assert done.status == 0, done.err
    assert done.document["classes"] == {"G1": 8, "G2": 8}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"target": np.zeros(96, int)}, "two classes"),
        ({"target": np.full(96, -1)}, "None of the 96 samples has a class"),
        ({"target": np.r_[np.arange(95) % 2, 2]}, "too few samples of G2 (1)"),
        ({"group": np.full(96, "day 1", object)}, "or split by sample"),
        ({"target": np.full(96, -1), "classes": ()}, "have no classes"),
    ],
)
def test_samples_that_cannot_be_learned_from_are_refused(
    call, write_samples, tmp_path, changed, said
):
    out = tmp_path / "a.safetensors"
    done = call("train", write_samples(**changed), "--out", out, *QUICK)
    assert done.status == 1
    assert said in done.err
    assert done.err.count("\n") == 1
    assert not out.exists()


def test_one_group_is_enough_when_asked_to_split_by_sample(call, write_samples, tmp_path):
    samples = write_samples(group=np.full(96, "day 1", object))
    out = tmp_path / "a.safetensors"
    done = call("train", samples, "--out", out, "--split-by", "sample", *QUICK)
    assert done.status == 0
    assert "Warning: All samples are of one group" in done.err


def test_pixels_that_are_no_numbers_are_refused(call, write_samples, tmp_path):
    pixels = np.ones((96, 2, 16, 16), np.float32)
    pixels[:, :, 0, 0] = np.nan
    done = call("train", write_samples(pixels=pixels), "--out", tmp_path / "a.safetensors", *QUICK)
    assert done.status == 1
    assert "holds NaN or infinite pixels" in done.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty (0 bytes)"),
        (b"some text", "is no HDF5 file"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "is damaged or cut short"),
    ],
)
def test_a_file_that_is_no_sample_set_is_refused(call, tmp_path, content, said):
    path = tmp_path / "samples.h5"
    path.write_bytes(content)
    done = call("train", path, "--out", tmp_path / "a.safetensors")
    assert done.status == 1
    assert said in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--out", "model.pt"), "does not end in .safetensors"),
        (("--out", "a.safetensors", "--classes", "G1"), "two or more"),
        (("--out", "a.safetensors", "--epochs", "0"), "Epochs (epochs) is"),
        (("--out", "a.safetensors", "--backbone", "resnet19"), "did you mean"),
        (("--out", "a.safetensors", "--epoch", "3"), "--epoch"),
    ],
)
def test_unusable_arguments_end_with_status_2(call, cells_file, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    done = call("train", cells_file, *words)
    assert done.status == 2
    assert said in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--channels", "DNA,actin"), "actin is missing"), (("--classes", "G1; M"), "no class M")],
)
def test_what_the_samples_do_not_have_is_said(call, cells_file, tmp_path, words, said):
    done = call("train", cells_file, "--out", tmp_path / "a.safetensors", *words)
    assert done.status == 1
    assert said in done.err


def test_the_checkpoint_of_another_training_is_refused(call, cells_file, tmp_path, monkeypatch):
    from napari_seewhy.training.learning import session

    out = tmp_path / "a.safetensors"
    words = ("train", cells_file, "--out", out)
    kept = session.save_checkpoint

    def stop(path, checkpoint):
        kept(path, checkpoint)
        raise KeyboardInterrupt

    monkeypatch.setattr(session, "save_checkpoint", stop)
    assert call(*words, *QUICK).status == 130
    monkeypatch.undo()
    done = call(*words, *QUICK, "--seed", 5, "--resume")
    assert done.status == 2
    assert "seed 0, and this one has 5" in done.err


def test_the_help_of_the_commands_loads_neither_torch_nor_optuna():
    script = (
        "import sys\n"
        "from napari_seewhy.cli.main import main\n"
        "for name in ('train', 'tune', 'evaluate', 'predict', 'models'):\n"
        "    main([name, '--help'])\n"
        "print('loaded', *{m.partition('.')[0] for m in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.count("Usage: ") == 5
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "cyclopts" in loaded
    assert not loaded & {"torch", "timm", "optuna", "lightning_fabric", "sklearn"}


def test_a_constant_channel_is_left_out_with_a_sentence(call, write_samples, tmp_path):
    with SampleSet(write_samples("noisy.h5")) as noisy:
        pixels = noisy.pixels[:]
    pixels[:, 1] = 7
    samples, out = write_samples(pixels=pixels), tmp_path / "a.safetensors"
    done = call("train", samples, "--out", out, *QUICK)
    assert done.status == 0, done.err
    assert "channel empty is the same everywhere in the training samples" in done.err
    assert read_card(out).channel_names == ("DNA",)
    before = out.read_bytes()
    again = call("train", samples, "--out", out, "--resume", *QUICK)
    assert again.status == 0
    assert "same everywhere" not in again.err  # it was not trained once more
    assert out.read_bytes() == before
    table = tmp_path / "p.csv"
    assert call("predict", out, samples, "--out", table, "--device", "cpu").status == 0


def test_a_training_that_stops_before_its_evaluation_leaves_no_model(
    call, cells_file, tmp_path, monkeypatch
):
    from napari_seewhy.training.reporting import report

    whole, out = tmp_path / "whole.safetensors", tmp_path / "a.safetensors"
    assert call("train", cells_file, "--out", whole, *QUICK).status == 0
    with monkeypatch.context() as patch:

        def stop(*of, **more):
            raise KeyboardInterrupt

        patch.setattr(report, "save_model", stop)
        assert call("train", cells_file, "--out", out, *QUICK).status == 130
    assert not out.exists()
    assert call("train", cells_file, "--out", out, "--resume", *QUICK).status == 0
    left = {path.name for path in tmp_path.iterdir() if "unreported" in path.name}
    assert left == set()
    assert read_card(out).metrics == read_card(whole).metrics


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MemoryError(), "There was not enough memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "not enough memory"),
        (OSError(28, "No space left on device", "/full/a"), "/full/a cannot be read or written"),
    ],
)
def test_no_memory_and_no_disk_are_one_sentence(
    call, cells_file, tmp_path, monkeypatch, error, sentence
):
    def fail(*of, **more):
        raise error

    monkeypatch.setattr("napari_seewhy.training.fitting.question.gather_facts_steps", fail)
    done = call("train", cells_file, "--out", tmp_path / "a.safetensors", *QUICK)
    assert done.status == 1
    assert sentence in done.err
    assert "Traceback" not in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGTERM.")
def test_a_terminated_training_ends_in_a_sentence_and_leaves_no_part(cells_file, tmp_path):
    out = tmp_path / "killed.safetensors"
    words = ("train", cells_file, "--out", out, "--epochs", 500, *QUICK[2:])
    command = [SEEWHY, *map(str, words)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as child:
        while not checkpoint_path(out).exists() and child.poll() is None:
            pass
        child.send_signal(signal.SIGTERM)
        _, said = child.communicate()
    assert child.returncode == 143
    assert "Ended by the system; every file under its final name is whole." in said
    assert "Traceback" not in said
    assert [path.name for path in tmp_path.iterdir()] == [checkpoint_path(out).name]
