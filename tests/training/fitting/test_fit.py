from __future__ import annotations

import errno
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from napari_seewhy.errors import DataError, FileError, OptionError
from napari_seewhy.models.files.model_file import load_model
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.models.networks.small import SmallNetwork
from napari_seewhy.models.running.predict import PredictOptions, predict
from napari_seewhy.progress import finish
from napari_seewhy.samples import SampleSet, SampleWriter
from napari_seewhy.samples.targeting.classes import parse_classes
from napari_seewhy.training.fitting.class_lesson import ClassLesson
from napari_seewhy.training.fitting.fit import fit, fit_steps
from napari_seewhy.training.learning.checkpoint import checkpoint_path, load_checkpoint
from napari_seewhy.training.learning.lesson import Score
from napari_seewhy.training.learning.step import TrainStep


@pytest.fixture
def out(tmp_path) -> Path:
    return tmp_path / "model.safetensors"


@pytest.fixture
def one_epoch(quick):
    return quick.change(epochs=1)


def drain(task):
    steps = []
    model = finish(task, steps.append)
    return steps, model


def share_of_right_answers(model, discs: Path, rows: np.ndarray) -> float:
    with SampleSet(discs) as samples:
        said = predict(model, samples, PredictOptions(precision="fp32"), rows=rows)
        return float((said.argmax(1) == samples.target[rows]).mean())


def with_targets(discs: Path, path: Path, change) -> Path:
    """Copy the discs with other targets."""
    with (
        SampleSet(discs) as samples,
        SampleWriter(
            path,
            channels=samples.channels,
            size_px=(16, 16),
            dtype=np.uint16,
            classes=samples.classes,
        ) as writer,
    ):
        writer.append(samples.pixels[:], change(samples.target), "day 1")
    return path


def test_discs_are_told_apart_without_an_error(out, discs, rows, tiny_network, quick):
    steps, model = drain(fit_steps(discs, tiny_network, quick, rows, out=out))
    assert share_of_right_answers(load_model(out), discs, rows.report) == 1
    assert model.card.classes == ("dim", "bright")
    assert model.card.channel_names == ("DNA", "empty")
    last = steps[-1]
    assert isinstance(last, TrainStep)
    assert (last.done, last.total, last.epoch) == (32, 32, 8)
    assert (last.metric, last.stop_metric) == ("balanced_accuracy", 1)
    assert math.isfinite(last.loss)
    assert not checkpoint_path(out).exists()


def test_wrong_targets_are_not_learned(tmp_path, out, rows, discs, tiny_network, quick):
    """A network that said more than chance of shuffled targets would have seen the report set."""
    shuffled = with_targets(discs, tmp_path / "shuffled.h5", np.random.default_rng(1).permutation)
    model = fit(shuffled, tiny_network, quick, rows, out=out)
    assert share_of_right_answers(model, shuffled, rows.report) < 0.8


def test_steps_count_every_batch_and_carry_what_is_known(out, discs, rows, tiny_network, quick):
    steps, model = drain(fit_steps(discs, tiny_network, quick, rows, out=out))
    batches = [step for step in steps if isinstance(step, TrainStep)]
    assert [step.done for step in batches] == sorted(step.done for step in batches)
    assert {step.done for step in batches} == set(range(1, 33))
    assert math.isnan(batches[0].stop_loss)
    history = model.card.record["results"]["history"]
    assert batches[-1].stop_loss == history[-1]["stop_loss"]
    assert batches[-1].best_epoch == model.card.record["results"]["best_epoch"]
    rates = [step.learning_rate for step in batches if step.learning_rate]
    assert max(rates) == pytest.approx(quick.learning_rate)
    assert rates[-1] < 0.05 * quick.learning_rate


def test_the_card_says_what_was_done(out, discs, rows, tiny_network, one_epoch):
    fit(discs, tiny_network, one_epoch, rows, out=out, channels=["DNA"])
    card = load_model(out).card
    assert card.network == tiny_network
    assert card.channel_names == ("DNA",)
    assert (card.size_px, card.dtype, card.pixel_size_um) == ((16, 16), "uint16", 0.5)
    with SampleSet(discs) as samples:
        pixels = samples.pixels[: len(rows.train), 0]
    assert card.channels[0].mean == pytest.approx(pixels.mean())
    assert card.channels[0].std == pytest.approx(pixels.std())
    record = card.record
    assert record["verb"] == "train"
    assert record["options"]["learning_rate"] == one_epoch.learning_rate
    assert record["inputs"][0]["path"] == str(discs)
    assert record["results"]["split"]["report"] == rows.report.tolist()
    assert set(record["results"]["history"][0]) >= {"loss", "stop_loss", "stop_balanced_accuracy"}


def test_classes_are_merged_and_renamed(out, discs, rows, tiny_network, one_epoch):
    classes = parse_classes("strong=bright; weak=dim")
    model = fit(discs, tiny_network, one_epoch, rows, out=out, classes=classes)
    assert model.card.classes == ("strong", "weak")


@pytest.mark.parametrize(
    "change",
    [
        {"balance": "loss"},
        {"balance": "none"},
        {"mixup": 0.2},
        {"mixup": 0.2, "balance": "loss"},
        {"augmentation": "gene"},
        {"averaging": 0.0},
        {"precision": "bf16"},
        {"precision": "auto"},
    ],
)
def test_every_way_of_training_learns(out, discs, rows, tiny_network, quick, change):
    model = fit(discs, tiny_network, quick.change(**change), rows, out=out)
    assert share_of_right_answers(model, discs, rows.report) == 1


@pytest.mark.parametrize("backbone", ["nagao", "resnet10t"])
def test_every_kind_of_network_trains(out, discs, rows, one_epoch, backbone):
    network = NetworkOptions(backbone=backbone, width=4, n_stages=2)
    model = fit(discs, network, one_epoch, rows, out=out)
    assert share_of_right_answers(model, discs, rows.report) >= 0.5
    assert load_model(out).card.network.backbone == backbone


def test_training_ends_early_and_keeps_the_best_epoch(
    out, discs, rows, tiny_network, quick, monkeypatch
):
    losses = iter([0.9, 0.5, 0.7, 0.6, 0.5, 0.4])
    kept = []

    def judge(self, network, runtime):
        kept.append(network.head.weight.detach().clone())
        return Score(next(losses), {"balanced_accuracy": 0.5})

    monkeypatch.setattr(ClassLesson, "judge", judge)
    model = fit(discs, tiny_network, quick.change(patience=3), rows, out=out)
    results = model.card.record["results"]
    assert len(results["history"]) == 5  # three after the second
    assert results["best_epoch"] == 2
    assert torch.equal(model.network.head.weight, kept[1])


def test_memory_that_runs_short_halves_the_batch_and_is_said(
    out, discs, rows, tiny_network, quick, monkeypatch
):
    whole = SmallNetwork.forward
    seen = []

    def forward(self, samples):
        if self.training:
            seen.append(len(samples))
            if len(samples) > 4:
                raise torch.OutOfMemoryError("CUDA out of memory.")
        return whole(self, samples)

    monkeypatch.setattr(SmallNetwork, "forward", forward)
    steps, model = drain(fit_steps(discs, tiny_network, quick, rows, out=out))
    assert seen[:3] == [16, 8, 4]
    assert set(seen[2:]) == {4}
    assert "Memory is short: 4 samples at once" in [step.message for step in steps]
    assert share_of_right_answers(model, discs, rows.report) == 1


def test_a_network_of_torchvision_learns_to_tell_discs_apart(out, discs, rows, quick):
    network = NetworkOptions(backbone="torchvision/squeezenet1_1", input_px=32)
    gently = quick.change(learning_rate=0.001, epochs=4)
    model = fit(discs, network, gently, rows, out=out)
    assert share_of_right_answers(model, discs, rows.report) == 1
    assert load_model(out).card.network == network


def test_a_full_disk_is_said_and_the_checkpoint_before_stays(
    out, discs, rows, tiny_network, quick, monkeypatch
):
    task = fit_steps(discs, tiny_network, quick, rows, out=out)
    while not checkpoint_path(out).exists():
        next(task)
    before = checkpoint_path(out).read_bytes()

    def full(self, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(FileError, match=r"checkpoint cannot be written: the disk is full"):
        finish(task)
    monkeypatch.undo()
    assert checkpoint_path(out).read_bytes() == before
    assert {path.name for path in out.parent.iterdir()} == {discs.name, checkpoint_path(out).name}
    assert load_checkpoint(checkpoint_path(out)).best.keys() >= {"head.weight", "head.bias"}


def test_closing_the_task_leaves_an_open_sample_set_open(out, discs, rows, tiny_network, quick):
    with SampleSet(discs) as samples:
        task = fit_steps(samples, tiny_network, quick, rows, out=out)
        next(task)
        task.close()
        assert len(samples.read_pixels([0])) == 1


def test_an_unknown_channel_is_refused(out, discs, rows, tiny_network, quick):
    with pytest.raises(DataError, match="channels DNA, empty, and GFP are wanted"):
        fit(discs, tiny_network, quick, rows, out=out, channels=["GFP"])


def test_one_class_alone_is_refused(out, discs, rows, tiny_network, quick):
    bright = rows._replace(train=rows.train[rows.train % 2 == 1])
    with pytest.raises(DataError, match="training samples are of 1 known class; wanted two"):
        fit(discs, tiny_network, quick, bright, out=out)


def test_unknown_targets_are_refused(tmp_path, out, discs, rows, tiny_network, quick):
    unknown = with_targets(
        discs, tmp_path / "unknown.h5", lambda target: np.where(np.arange(96) < 3, -1, target)
    )
    with pytest.raises(DataError, match="3 of the training samples are of unknown class"):
        fit(unknown, tiny_network, quick, rows, out=out)


def test_pixels_that_are_no_numbers_are_refused(tmp_path, out, rows, tiny_network, quick):
    path = tmp_path / "nan.h5"
    pixels = np.random.default_rng(0).normal(size=(96, 1, 16, 16)).astype(np.float32)
    pixels[5, 0, 3, 3] = np.nan
    with SampleWriter(
        path, channels=["DNA"], size_px=(16, 16), dtype=np.float32, classes=("a", "b")
    ) as writer:
        writer.append(pixels, np.arange(96) % 2)
    with pytest.raises(DataError, match="Sample 5 holds NaN"):
        fit(path, tiny_network, quick, rows, out=out)


def test_a_device_that_is_not_there_is_refused(out, discs, rows, tiny_network, quick, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(OptionError, match="no cuda that torch can use"):
        fit(discs, tiny_network, quick.change(device="cuda"), rows, out=out)
