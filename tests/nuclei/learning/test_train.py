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

from napari_seewhy.errors import DataError, OptionError, SeewhyWarning
from napari_seewhy.images import CellImage, write_labels
from napari_seewhy.models.files.library import SHIPPED_FOLDER
from napari_seewhy.models.files.weights_file import read_card_of
from napari_seewhy.nuclei.card import ConfidenceCard, SegmenterCard, load_segmenter
from napari_seewhy.nuclei.learning.lesson import NucleiLesson
from napari_seewhy.nuclei.learning.pairs import OpenPair
from napari_seewhy.nuclei.learning.train import train_segmenter, train_segmenter_steps
from napari_seewhy.training.learning.checkpoint import checkpoint_path, load_checkpoint

CHILD = Path(__file__).with_name("segmenter_child.py")


def run_until(task, done: int) -> None:
    """Run a training to the step with so many batches done, and close it there."""
    for step in task:
        if step.total == 12 and step.done >= done:
            break
    task.close()


def kill_child_at(job: Path, done: int) -> None:
    """Run the training of a job in a child process and kill it after so many batches."""
    with subprocess.Popen(
        [sys.executable, str(CHILD), str(job)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        for line in child.stdout:
            epoch, n_batches = map(int, line.split())
            if epoch >= 0 and n_batches >= done:
                break
            child.stdin.write("\n")
            child.stdin.flush()
        os.kill(child.pid, signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL


def assert_same_weights(first: torch.nn.Module, second: torch.nn.Module) -> None:
    ours, theirs = first.state_dict(), second.state_dict()
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        assert torch.equal(value, theirs[name]), name


@pytest.fixture
def field(tiny_image, tiny_labels) -> OpenPair:
    """One field with twenty nuclei, as it is open in a window."""
    labels = np.block([[tiny_labels, tiny_labels], [tiny_labels, tiny_labels]])
    pixels = np.tile(tiny_image.pixels, (1, 2, 2))
    numbered = np.where(labels, labels + 5 * (np.indices(labels.shape).sum(0) > 150), 0)
    return OpenPair("field", CellImage(pixels, "CYX", ("DNA", "Golgi")), numbered)


def test_a_training_leaves_one_file_that_says_all(tmp_path, pairs, quick):
    out = tmp_path / "mine.safetensors"
    options = quick.change(hold_out=3, data="drawn discs", licence="CC0-1.0")
    trained = train_segmenter(pairs, options, out=out)
    network, card = load_segmenter(out)
    assert_same_weights(network, trained.network)
    assert card == trained.card
    assert (card.name, card.data, card.licence) == ("mine", "drawn discs", "CC0-1.0")
    assert 16 <= card.diameters_px[0] <= card.diameters_px[1] <= card.diameters_px[2] <= 23
    assert card.background[2] < 0.1
    results = card.record["results"]
    assert results["split"]["held_out"] == ["field 1.tif", "field 4.tif"]
    assert len(results["history"]) == 3
    assert results["stop_by"] == "quadrant"
    read = {Path(file["path"]).name for file in card.record["inputs"]}
    assert read == {f"field {i}.tif" for i in (0, 2, 3, 5)}
    assert not checkpoint_path(out).exists()


def test_images_that_are_held_out_are_never_opened(tmp_path, pairs, quick):
    for pair in pairs[1::2]:
        pair.image.write_bytes(b"not to be read")
    trained = train_segmenter(
        pairs, quick.change(hold_out=2, epochs=1), out=tmp_path / "a.safetensors"
    )
    assert trained.card.record["results"]["split"]["held_out"] == [
        "field 1.tif",
        "field 3.tif",
        "field 5.tif",
    ]


def test_a_network_learns_from_a_few_fields(tmp_path, pairs, quick):
    options = quick.change(epochs=4, n_batches=12, batch_size=4, edge_px=64, averaging=0.5)
    trained = train_segmenter(pairs, options, out=tmp_path / "a.safetensors")
    losses = [epoch["stop_loss"] for epoch in trained.card.record["results"]["history"]]
    assert losses[-1] < 0.7 * losses[0]
    assert trained.card.record["results"]["stop_by"] == "image"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL.")
def test_a_killed_training_resumes_to_the_very_weights_of_an_unbroken_one(tmp_path, pairs, quick):
    unbroken = train_segmenter(pairs, quick, out=tmp_path / "unbroken.safetensors")
    out, job = tmp_path / "killed.safetensors", tmp_path / "job.json"
    folders = {"images": str(tmp_path / "images"), "labels": str(tmp_path / "labels")}
    job.write_text(json.dumps(folders | {"out": str(out), "options": quick.model_dump()}))
    kill_child_at(job, 6)  # in the middle of the second epoch
    assert len(load_checkpoint(checkpoint_path(out)).state["history"]) == 1
    kill_child_at(job, 11)  # in the third, of what was resumed
    assert len(load_checkpoint(checkpoint_path(out)).state["history"]) == 2
    resumed = train_segmenter(pairs, quick, out=out, resume=True)
    assert_same_weights(resumed.network, unbroken.network)
    assert resumed.card.record["results"] == unbroken.card.record["results"]


def test_what_was_finished_is_not_trained_again(tmp_path, pairs, quick):
    out = tmp_path / "a.safetensors"
    options = quick.change(epochs=1)
    finished = train_segmenter(pairs, options, out=out)
    again = train_segmenter_steps(pairs, options, out=out, resume=True)
    with pytest.raises(StopIteration) as end:
        next(again)
    assert end.value.value.card == finished.card
    other = train_segmenter(pairs, options.change(seed=1), out=out, resume=True)
    assert not torch.equal(other.network.head.weight, finished.network.head.weight)


def test_the_checkpoint_of_other_labels_is_refused(tmp_path, pairs, quick):
    out = tmp_path / "a.safetensors"
    run_until(train_segmenter_steps(pairs, quick, out=out), 5)
    write_labels(pairs[0].labels, np.eye(96, dtype=np.int32))
    with pytest.raises(OptionError, match="belongs to a training with images"):
        train_segmenter(pairs, quick, out=out, resume=True)


def test_fine_tuning_begins_with_the_model_and_leaves_it_as_it_was(tmp_path, field, pairs, quick):
    start, out = tmp_path / "start.safetensors", tmp_path / "tuned.safetensors"
    begun = train_segmenter(pairs, quick, out=start)
    before = start.read_bytes()
    slow = quick.change(epochs=1, n_batches=1, learning_rate=1e-9, weight_decay=0)
    tuned = train_segmenter([field], slow, out=out, start=start)
    assert start.read_bytes() == before
    weights = begun.network.head.weight, tuned.network.head.weight
    assert torch.allclose(*weights, atol=1e-6)
    assert tuned.card.name == "tuned"
    assert Path(tuned.card.record["inputs"][0]["path"]) == start
    run_until(train_segmenter_steps([field], quick, out=out, start=start), 5)
    with pytest.raises(OptionError, match="belongs to a training with start"):
        train_segmenter([field], quick, out=out, resume=True)


def test_fine_tuning_keeps_how_sure_the_model_was_where_it_makes_too_few_mistakes(
    tmp_path, field, quick
):
    start = SHIPPED_FOLDER / "nuclei.safetensors"
    tuned = train_segmenter(
        [field], quick.change(epochs=1), out=tmp_path / "a.safetensors", start=start
    )
    known = read_card_of(start, SegmenterCard).confidence
    assert tuned.card.confidence == known != ConfidenceCard()


def test_of_one_open_field_a_quadrant_says_when_to_stop(tmp_path, field, quick):
    trained = train_segmenter([field], quick.change(epochs=1), out=tmp_path / "a.safetensors")
    assert trained.card.record["results"]["stop_by"] == "quadrant"
    assert trained.card.record["inputs"] == []


def test_where_nothing_can_be_spared_that_is_said(tmp_path, tiny_image, tiny_labels, quick):
    few = OpenPair("few", tiny_image, tiny_labels)
    with pytest.warns(SeewhyWarning, match="No image is set aside to say when to stop"):
        trained = train_segmenter([few], quick.change(epochs=1), out=tmp_path / "a.safetensors")
    assert trained.card.record["results"]["stop_by"] == "nothing"
    assert trained.card.record["results"]["history"][0]["stop_loss"] > 0


def test_labels_without_any_nucleus_are_refused(tmp_path, tiny_image, tiny_labels, quick):
    empty = OpenPair("empty", tiny_image, np.zeros_like(tiny_labels))
    with pytest.raises(DataError, match="The labels hold no nucleus to learn from"):
        train_segmenter([empty], quick, out=tmp_path / "a.safetensors")


def test_an_image_without_nuclei_teaches_what_background_is(tmp_path, field, quick):
    empty = OpenPair("empty", field.image, np.zeros_like(field.labels))
    trained = train_segmenter(
        [field, empty], quick.change(epochs=1), out=tmp_path / "a.safetensors"
    )
    assert len(trained.card.record["results"]["history"]) == 1


def test_devices_take_different_parts_of_every_batch(quick):
    options = quick.change(batch_size=5, n_batches=4)
    whole = NucleiLesson(range(10), [], options)
    parts = [NucleiLesson(range(10), [], options, rank, 2) for rank in range(2)]
    for batch, first, second in zip(
        whole.batches(1), parts[0].batches(1), parts[1].batches(1), strict=True
    ):
        assert sorted(first.chosen + second.chosen) == sorted(batch.chosen)
        assert len({batch.seed, first.seed, second.seed}) == 3


def test_two_devices_that_share_each_batch_train_one_model(tmp_path, pairs, quick):
    options = quick.change(n_devices=2, epochs=2)
    trained = train_segmenter(pairs, options, out=tmp_path / "a.safetensors")
    history = trained.card.record["results"]["history"]
    assert len(history) == 2
    assert history[1]["stop_loss"] < history[0]["stop_loss"]
