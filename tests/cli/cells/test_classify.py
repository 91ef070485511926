"""`seewhy classify`: files in, class labels, tables, counts and records out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.cells.classifying.classify import classify_cells
from napari_seewhy.cells.classifying.options import ClassifyOptions
from napari_seewhy.cells.cropping.crop import CropOptions
from napari_seewhy.images import read_image, read_labels, write_image, write_labels
from napari_seewhy.models import ModelCard, NetworkOptions, save_model

EXACT = ("--device", "cpu", "--precision", "fp32")


@pytest.fixture
def model(tmp_path):
    """A small network with the weights it was born with: it says something, always the same."""
    import torch

    from napari_seewhy.models import Model

    channel = {"mean": 50, "std": 80, "low": 5, "high": 350}
    card = ModelCard(
        name="cycle",
        network=NetworkOptions(backbone="small"),
        classes=("G1", "G2"),
        channels=[{"name": "DNA"} | channel, {"name": "Golgi"} | channel | {"high": 40}],
        size_px=(32, 32),
        dtype="uint16",
        pixel_size_um=0.5,
        samples={"verb": "crop", "crop": CropOptions(size_px=32).model_dump(mode="json")},
    )
    torch.manual_seed(3)
    path = tmp_path / "cycle.safetensors"
    save_model(path, Model.from_card(card))
    return path


@pytest.fixture
def images(tmp_path, tiny_image, tiny_labels):
    """Two images in ``in``, their labels in ``labels``."""
    other = replace(tiny_image, pixels=tiny_image.pixels[..., ::-1].copy())
    for name, image, labels in (
        ("a", tiny_image, tiny_labels),
        ("b", other, tiny_labels[:, ::-1]),
    ):
        write_image(tmp_path / "in" / f"{name}.ome.tif", image)
        write_labels(tmp_path / "labels" / f"{name}_labels.ome.tif", labels)
    return tmp_path / "in"


def test_every_image_gets_class_labels_a_table_counts_and_a_record(seewhy, model, images, tmp_path):
    done = seewhy("classify", model, images, "--labels", "labels", "--out", "out", *EXACT)
    assert (done.status, done.out) == (0, "classify: 2 done.\n")
    out = tmp_path / "out"
    names = {path.name for path in out.iterdir() if path.name.startswith("a")}
    assert names == {
        *("a_class_labels.ome.tif", "a_classified.csv", "a_class_counts.csv"),
        "a_classify_record.json",
    }
    labels = read_labels(tmp_path / "labels" / "a_labels.ome.tif").labels
    options = ClassifyOptions(device="cpu", precision="fp32")
    expected = classify_cells(read_image(images / "a.ome.tif"), labels, model, options).table
    table = pd.read_csv(out / "a_classified.csv")
    assert list(table) == [
        *("label", "touches_border", "class", "p_G1", "p_G2", "confidence", "decided")
    ]
    assert table["class"].tolist() == expected["class"].tolist()
    np.testing.assert_allclose(table["p_G1"], expected["p_G1"])

    painted = read_labels(out / "a_class_labels.ome.tif", is_mask=True)
    assert painted.pixel_size_um == 0.5
    value = {"G1": 1, "G2": 2}
    for label, name in zip(table["label"], table["class"], strict=True):
        assert set(painted.labels[labels == label]) == {value[name]}
    assert not painted.labels[labels == 0].any()


def test_counts_name_the_numbers_of_the_pixels_and_undecided_cells(call, model, images, tmp_path):
    out = tmp_path / "out"
    done = call(
        *("classify", model, images / "a.ome.tif", "--labels", tmp_path / "labels", "--out", out),
        *("--confidence", "1", *EXACT),
    )
    assert done.status == 0
    counts = pd.read_csv(out / "a_class_counts.csv")
    assert list(counts) == ["value", "class", "n", "fraction", "low", "high"]
    assert counts["value"].tolist() == [1, 2, 3]
    assert counts["class"].tolist() == ["G1", "G2", "undecided"]
    assert counts["n"].tolist() == [0, 0, 5]
    assert set(np.unique(read_labels(out / "a_class_labels.ome.tif", is_mask=True).labels)) == {
        0,
        3,
    }


def test_the_record_says_with_what_it_was_done(call, model, images, tmp_path):
    out = tmp_path / "out"
    labels = tmp_path / "labels"
    done = call("classify", model, images, "--labels", labels, "--out", out, "--json", *EXACT)
    assert (done.document["n_done"], done.document["n_failed"]) == (2, 0)
    assert sum(done.document["inputs"][0]["results"]["classes"].values()) == 5
    record = json.loads((out / "b_classify_record.json").read_text())
    assert [one["path"] for one in record["inputs"]] == [
        *(str(images / "b.ome.tif"), str(model), str(labels / "b_labels.ome.tif"))
    ]
    assert record["results"]["device"] == "CPU"
    assert record["results"]["preflight"]["level"] in {"green", "amber"}


def test_the_record_names_the_network_that_segmented(call, model, images, tmp_path):
    words = ("classify", model, images / "a.ome.tif", "--out", tmp_path / "out", *EXACT)
    assert call(*words, "--segment-device", "cpu").status == 0
    record = json.loads((tmp_path / "out" / "a_classify_record.json").read_text())
    named = [Path(one["path"]).name for one in record["inputs"]]
    assert named == ["a.ome.tif", model.name, "nuclei.safetensors"]
    done = call(*words, "--segment-device", "cpu", "--resume", "--json")
    assert done.document["n_skipped"] == 1


def test_images_without_labels_are_segmented_and_these_labels_are_kept(
    call, model, images, tmp_path
):
    out = tmp_path / "out"
    words = ("classify", model, images / "a.ome.tif", "--out", out, "--segment-method", "otsu")
    assert call(*words, *EXACT).status == 0
    labels = read_labels(out / "a_nuclei_labels.ome.tif").labels
    table = pd.read_csv(out / "a_classified.csv")
    assert set(table["label"]) == set(np.unique(labels)) - {0}
    assert len(table) == 5


def test_an_image_that_fails_is_reported_and_the_others_are_done(call, model, images, tmp_path):
    (tmp_path / "labels" / "a_labels.ome.tif").unlink()
    (images / "c.tif").write_bytes(b"no picture")
    out = tmp_path / "out"
    done = call("classify", model, images, "--labels", tmp_path / "labels", "--out", out, *EXACT)
    assert done.status == 1
    assert "holds no labels for a.ome.tif; segment it first" in done.err
    assert "1 done, 2 failed" in done.out
    assert (out / "b_classified.csv").is_file()


def test_labels_of_another_shape_and_a_model_of_other_channels_fail_in_one_sentence(
    call, model, images, tmp_path, tiny_image, tiny_labels
):
    write_labels(tmp_path / "labels" / "a_labels.ome.tif", tiny_labels[:-3])
    write_image(images / "b.ome.tif", replace(tiny_image, channels=("actin", "tubulin")))
    out = tmp_path / "out"
    done = call("classify", model, images, "--labels", tmp_path / "labels", "--out", out, *EXACT)
    assert done.status == 1
    assert "The labels have shape (85, 112) but the image has (88, 112)" in done.err
    assert "The model takes the channels DNA, Golgi and the image has actin, tubulin" in done.err


def test_resuming_skips_what_is_whole_and_does_again_what_changed(call, model, images, tmp_path):
    out = tmp_path / "out"
    words = ("classify", model, images, "--labels", tmp_path / "labels", "--out", out, *EXACT)
    assert call(*words).status == 0
    before = (out / "a_classified.csv").stat().st_mtime_ns
    (out / "b_classified.csv").unlink()
    done = call(*words, "--resume")
    assert "1 done, 1 skipped" in done.out
    assert (out / "a_classified.csv").stat().st_mtime_ns == before
    assert (out / "b_classified.csv").is_file()
    assert "2 done" in call(*words, "--resume", "--confidence", "0.9").out


def test_resuming_notices_other_labels_and_another_model(
    call, model, images, tmp_path, tiny_labels
):
    out = tmp_path / "out"
    words = ("classify", model, images, "--labels", tmp_path / "labels", "--out", out, *EXACT)
    assert call(*words).status == 0
    write_labels(
        tmp_path / "labels" / "a_labels.ome.tif", np.where(tiny_labels == 1, 0, tiny_labels)
    )
    assert "1 done, 1 skipped" in call(*words, "--resume").out
    model.write_bytes(other_model(model))
    assert "2 done" in call(*words, "--resume").out


def other_model(path) -> bytes:
    from napari_seewhy.models import load_model

    save_model(path.with_name("other.safetensors"), load_model(path).with_card(temperature=2.0))
    return path.with_name("other.safetensors").read_bytes()


def test_an_image_that_must_be_adapted_is_told_of_or_refused(
    call, model, images, tmp_path, tiny_image
):
    write_image(images / "a.ome.tif", replace(tiny_image, pixel_size_um=0.3))
    out = tmp_path / "out"
    words = ("classify", model, images / "a.ome.tif", "--labels", tmp_path / "labels")
    done = call(*words, "--out", out, *EXACT)
    assert done.status == 0
    assert "Rescale the samples by 0.6" in done.err
    done = call(*words, "--out", tmp_path / "strict", "--strict", *EXACT)
    assert done.status == 1
    assert "The image differs from those of the model." in done.err
    assert not (tmp_path / "strict").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--confidence", "1.5"), "give a number from 0 to 1"),
        (("--channels", "DNA"), "1 channels were given (DNA) and the model takes 2"),
        (("--labels", "nowhere"), "nowhere is no folder"),
    ],
)
def test_arguments_that_fit_no_image_end_the_command_at_once(seewhy, model, images, words, message):
    done = seewhy("classify", model, images, "--out", "out", *words)
    assert done.status == 2
    assert message in done.err


def test_a_model_that_is_not_there_is_said_before_anything_is_read(call, images, tmp_path):
    done = call("classify", tmp_path / "no.safetensors", images, "--out", tmp_path / "out")
    assert done.status == 1
    assert "no.safetensors" in done.err


def test_a_time_series_is_counted_frame_by_frame(call, model, tmp_path, tiny_image, tiny_labels):
    series = replace(
        tiny_image, pixels=np.stack([tiny_image.pixels, tiny_image.pixels]), axes="TCYX"
    )
    write_image(tmp_path / "film.ome.tif", series)
    labels = np.stack([tiny_labels, np.where(tiny_labels > 2, 0, tiny_labels)])
    write_labels(tmp_path / "labels" / "film_labels.ome.tif", labels)
    out = tmp_path / "out"
    words = ("classify", model, tmp_path / "film.ome.tif", "--labels", tmp_path / "labels")
    assert call(*words, "--out", out, *EXACT).status == 0
    counts = pd.read_csv(out / "film_class_counts.csv")
    assert counts.groupby("t")["n"].sum().tolist() == [5, 2]
    assert list(counts)[:3] == ["value", "t", "class"]
    assert pd.read_csv(out / "film_classified.csv")["t"].tolist() == [0] * 5 + [1] * 2
