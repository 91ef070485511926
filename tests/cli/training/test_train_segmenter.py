from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from napari_seewhy.images import write_image, write_labels
from napari_seewhy.models.files.weights_file import read_card_of
from napari_seewhy.nuclei.card import SegmenterCard

if TYPE_CHECKING:
    from pathlib import Path

QUICK = (
    *("--epochs", 1, "--n-batches", 1, "--batch-size", 2, "--edge-px", 32),
    *("--device", "cpu", "--precision", "fp32"),
)


@pytest.fixture
def folders(tmp_path, tiny_image, tiny_labels) -> tuple[Path, Path]:
    """Six images and their labels, under names that match but for their endings."""
    images, labels = tmp_path / "images", tmp_path / "labels"
    for i in range(6):
        write_image(images / f"{i}.ome.tif", tiny_image)
        write_labels(labels / f"{i}_labels.tif", tiny_labels)
    return images, labels


def test_a_model_is_trained_and_listed_and_no_classifier(tmp_path, call, folders):
    library = tmp_path / "library"
    out = library / "mine.safetensors"
    done = call("train-segmenter", *folders, "--out", out, "--hold-out", 3, *QUICK)
    assert done.status == 0, done.err
    assert "6 images with labels." in done.out
    assert f"Model: {out}" in done.out
    assert "epoch 1 of 1 is the best" in done.out
    listed = json.loads(call("models", "list", "--json").out)["models"]
    mine = [(entry["name"], entry["kind"]) for entry in listed if not entry["is_shipped"]]
    assert mine == [("mine", "segmenter")]
    assert "segmenter, finds nuclei" in call("models", "show", "mine").out
    exported = call("models", "export", "mine", tmp_path / "mine.onnx", "--format", "onnx")
    assert exported.status == 1
    assert "is a segmenter, which finds nuclei in images; choose a classifier" in exported.err
    assert not (tmp_path / "mine.onnx").exists()


def test_samples_are_not_given_to_a_segmenter(tmp_path, call, folders, cells_file):
    out = tmp_path / "mine.safetensors"
    assert call("train-segmenter", *folders, "--out", out, "--quiet", *QUICK).status == 0
    for words in (("predict", out, cells_file, "--out", "a.csv"), ("evaluate", out, cells_file)):
        done = call(*words)
        assert done.status == 1
        assert "is a segmenter, which finds nuclei in images; choose a classifier" in done.err


def test_machines_get_the_figures_and_the_split(tmp_path, call, folders):
    out = tmp_path / "mine.safetensors"
    done = call("train-segmenter", *folders, "--out", out, "--hold-out", 3, "--json", *QUICK)
    document = done.document
    assert document["verb"] == "train-segmenter"
    assert document["split"]["held_out"] == ["1.ome.tif", "4.ome.tif"]
    assert document["history"][0]["stop_loss"] > 0
    assert document["lone_images"] == document["lone_labels"] == []
    assert read_card_of(out, SegmenterCard).record["results"]["split"] == document["split"]


def test_training_further_is_gentler_and_resuming_finds_it_finished(tmp_path, call, folders):
    start, out = tmp_path / "start.safetensors", tmp_path / "tuned.safetensors"
    assert call("train-segmenter", *folders, "--out", start, "--quiet", *QUICK).status == 0
    words = ("train-segmenter", *folders, "--out", out, "--start", start, *QUICK)
    assert call(*words).status == 0
    chosen = read_card_of(out, SegmenterCard).record["options"]
    known = read_card_of(start, SegmenterCard).record["options"]
    assert chosen["learning_rate"] < known["learning_rate"]
    assert chosen["epochs"] == 1
    before = out.stat().st_mtime_ns
    assert call(*words, "--resume").status == 0
    assert out.stat().st_mtime_ns == before


def test_files_without_a_partner_are_named(tmp_path, call, folders, tiny_image):
    write_image(folders[0] / "alone.tif", tiny_image)
    out = tmp_path / "mine.safetensors"
    done = call("train-segmenter", *folders, "--out", out, *QUICK)
    assert done.status == 0
    assert "Warning: 1 image without labels of its name: alone.tif" in done.err


def test_a_model_cannot_be_written_over_the_one_it_starts_from(tmp_path, call, folders):
    out = tmp_path / "mine.safetensors"
    assert call("train-segmenter", *folders, "--out", out, "--quiet", *QUICK).status == 0
    before = out.read_bytes()
    done = call("train-segmenter", *folders, "--out", out, "--start", out, *QUICK)
    assert done.status == 2
    assert "is an input, which would be lost; choose another name" in done.err
    assert out.read_bytes() == before


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.zeros((88, 112), np.int32), "The labels hold no nucleus to learn from"),
        (np.ones((80, 112), np.int32), "have shape (80, 112) and the image has (88, 112)"),
        (np.full((88, 112), 0.5, np.float32), "labels are whole numbers, one for each object"),
    ],
)
def test_labels_that_cannot_be_learned_from_are_said(tmp_path, call, tiny_image, labels, message):
    import tifffile

    write_image(tmp_path / "images" / "a.tif", tiny_image)
    (tmp_path / "labels").mkdir()
    tifffile.imwrite(tmp_path / "labels" / "a.tif", labels)
    words = ("train-segmenter", tmp_path / "images", tmp_path / "labels")
    done = call(*words, "--out", tmp_path / "mine.safetensors", *QUICK)
    assert done.status == 1
    assert message in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("content", [b"", b"no model", b"\x80\x04K\x01."])
def test_a_file_that_is_no_model_is_no_start(tmp_path, call, folders, content):
    start = tmp_path / "start.safetensors"
    start.write_bytes(content)
    out = tmp_path / "mine.safetensors"
    done = call("train-segmenter", *folders, "--out", out, "--start", start, *QUICK)
    assert done.status == 1
    assert str(start) in done.err
    assert not out.exists()
