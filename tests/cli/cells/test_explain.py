"""`seewhy explain`: files in, heatmaps, attention and records out."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.cells.cropping.crop import CropOptions
from napari_seewhy.images import read_image, write_image, write_labels
from napari_seewhy.models import ModelCard, NetworkOptions, save_model

EXACT = ("--device", "cpu", "--precision", "fp32")


@pytest.fixture
def model(tmp_path):
    """A small network with the weights it was born with: it looks somewhere, always the same."""
    import torch

    from napari_seewhy.models import Model

    channel = {"mean": 50, "std": 80, "low": 5, "high": 350}
    card = ModelCard(
        name="cycle",
        network=NetworkOptions(backbone="small"),
        classes=("G1/S", "G2"),
        channels=[{"name": "DNA"} | channel, {"name": "Golgi"} | channel | {"high": 40}],
        size_px=(32, 32),
        dtype="uint16",
        pixel_size_um=0.5,
        samples={"verb": "crop", "crop": CropOptions(size_px=32).model_dump(mode="json")},
    )
    torch.manual_seed(3)
    model = Model.from_card(card)
    with torch.no_grad():
        model.network.head.weight.abs_()  # so that whatever it sees is a reason
    path = tmp_path / "cycle.safetensors"
    save_model(path, model)
    return path


@pytest.fixture
def image(tmp_path, tiny_image, tiny_labels):
    path = tmp_path / "in" / "a.ome.tif"
    write_image(path, tiny_image)
    write_labels(tmp_path / "labels" / "a_labels.ome.tif", tiny_labels)
    return path


def test_an_image_gets_heatmaps_tables_and_a_record(seewhy, model, image, tmp_path):
    done = seewhy("explain", model, image, "--labels", "labels", "--out", "out", *EXACT)
    assert (done.status, done.out) == (0, "explain: 1 done.\n")
    out = tmp_path / "out"
    assert {path.name for path in out.iterdir()} == {
        *("a_heatmaps.ome.tif", "a_mean_heatmaps.ome.tif", "a_attention.csv"),
        *("a_attention_compared.csv", "a_explain_record.json"),
    }
    table = pd.read_csv(out / "a_attention.csv")
    assert table["label"].tolist() == [1, 2, 3, 4, 5]
    parts = table[["attention_nucleus", "attention_rim", "attention_outside"]].dropna()
    np.testing.assert_allclose(parts.sum(axis=1), 1)

    heatmaps = read_image(out / "a_heatmaps.ome.tif")
    assert heatmaps.pixel_size_um == 0.5
    assert set(heatmaps.channels) == set(table["class"])
    pixels = np.asarray(heatmaps.pixels)
    assert pixels.shape[1:] == (88, 112)
    assert pixels.dtype == np.float32
    assert 0 < pixels.max() <= 1

    record = json.loads((out / "a_explain_record.json").read_text())
    assert record["verb"] == "explain"
    assert record["options"]["explain"]["method"] == "grad-cam"
    assert record["results"]["layer"] == "stages"
    assert record["results"]["n_cells"] == 5


def test_what_is_done_is_skipped_until_something_changes(call, model, image, tmp_path):
    words = ("explain", model, image, "--labels", tmp_path / "labels", "--out", tmp_path / "out")
    assert call(*words, *EXACT).status == 0
    assert call(*words, *EXACT, "--resume").out == "explain: 1 skipped.\n"
    again = call(*words, *EXACT, "--resume", "--method", "layer-cam")
    assert again.out == "explain: 1 done.\n"


def test_an_image_without_labels_is_segmented_on_the_way(call, model, image, tmp_path):
    done = call(
        *("explain", model, image, "--out", tmp_path / "out", "--segment-method", "otsu"), *EXACT
    )
    assert done.status == 0
    assert (tmp_path / "out" / "a_nuclei_labels.ome.tif").is_file()


def test_a_class_or_an_organelle_that_the_model_does_not_know_is_said(call, model, image, tmp_path):
    words = ("explain", model, image, "--labels", tmp_path / "labels", "--out", tmp_path / "out")
    unknown = call(*words, "--of", "G3", *EXACT)
    assert unknown.status == 1
    assert "knows no class 'G3'" in unknown.err
    nothing = call(*words, "--organelle", "ER", *EXACT)
    assert nothing.status == 2
    assert "no channel 'ER'" in nothing.err


def test_an_image_without_a_cell_is_done_with_empty_tables(call, model, image, tmp_path):
    write_labels(tmp_path / "none" / "a_labels.ome.tif", np.zeros((88, 112), np.int32))
    out = tmp_path / "out"
    done = call("explain", model, image, "--labels", tmp_path / "none", "--out", out, *EXACT)
    assert done.status == 0
    assert pd.read_csv(out / "a_attention.csv").empty
    assert not (out / "a_heatmaps.ome.tif").exists()
