"""Classifying cells: known answers of a model whose rule is known, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from napari_seewhy.cells.classifying.classify import classify_cells, classify_cells_steps
from napari_seewhy.cells.classifying.options import ClassifyOptions
from napari_seewhy.cells.cropping.crop import CropOptions
from napari_seewhy.errors import DataError, FileError, OptionError
from napari_seewhy.models import Model, ModelCard, NetworkOptions, save_model

BORDER = 220
"""DNA in the middle of a crop at which both classes are as probable."""


class Brightness(nn.Module):
    """Logits from the middle pixel of the first channel."""

    def __init__(self) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.tensor(0.05))

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        middle = samples[:, 0, samples.shape[2] // 2, samples.shape[3] // 2]
        logit = self.slope * (middle - BORDER)
        return torch.stack([-logit, logit], dim=1)


def brightness_model(**fields: object) -> Model:
    channel = {"mean": 0, "std": 1, "low": 5, "high": 350}
    usual: dict[str, object] = {
        "name": "brightness",
        "network": NetworkOptions(),
        "classes": ("dim", "bright"),
        "channels": [{"name": "DNA"} | channel, {"name": "Golgi"} | channel | {"high": 40}],
        "size_px": (16, 16),
        "dtype": "uint16",
        "pixel_size_um": 0.5,
        "samples": {"verb": "crop", "crop": CropOptions(size_px=16).model_dump(mode="json")},
    }
    return Model(Brightness(), ModelCard(**usual | fields))


CPU = ClassifyOptions(device="cpu", precision="fp32")


def test_every_cell_gets_the_class_that_the_rule_of_the_model_says(tiny_image, tiny_labels):
    said = classify_cells(tiny_image, tiny_labels, brightness_model(), CPU)
    # DNA of the five discs is 150, 200, 250, 300 and 350.
    assert said.table["label"].tolist() == [1, 2, 3, 4, 5]
    assert said.table["class"].tolist() == ["dim", "dim", "bright", "bright", "bright"]
    assert list(said.table["class"].cat.categories) == ["dim", "bright"]
    expected = 1 / (1 + np.exp(-0.1 * (np.array([150, 200, 250, 300, 350]) - BORDER)))
    np.testing.assert_allclose(said.table["p_bright"], expected, rtol=1e-5)
    np.testing.assert_allclose(said.table["p_dim"] + said.table["p_bright"], 1)
    np.testing.assert_allclose(said.table["confidence"], np.maximum(expected, 1 - expected))
    assert said.preflight.level == "green"
    assert said.device == "CPU"
    assert said.warnings == ()


def test_a_time_series_is_told_by_frame_and_label(tiny_image, tiny_labels):
    pixels = np.stack([tiny_image.pixels, tiny_image.pixels[..., ::-1]])
    series = replace(tiny_image, pixels=pixels, axes="TCYX")
    labels = np.stack([tiny_labels, np.where(tiny_labels > 3, 0, tiny_labels)[:, ::-1]])
    table = classify_cells(series, labels, brightness_model(), CPU).table
    assert table["t"].tolist() == [0] * 5 + [1] * 3
    assert table["label"].tolist() == [1, 2, 3, 4, 5, 1, 2, 3]
    assert table["class"].tolist()[5:] == ["dim", "dim", "bright"]


def test_cells_are_the_same_in_slabs_as_at_once(tiny_image, tiny_labels, monkeypatch):
    whole = classify_cells(tiny_image, tiny_labels, brightness_model(), CPU).table
    monkeypatch.setattr("napari_seewhy.cells.classifying.classify._SLAB_BYTES", 2 * 4 * 16 * 16 * 2)
    pd.testing.assert_frame_equal(
        classify_cells(tiny_image, tiny_labels, brightness_model(), CPU).table, whole
    )


def test_cells_cut_by_the_border_are_kept_and_marked_or_left_out(tiny_image, tiny_labels):
    cut = tiny_labels.copy()
    cut[:4, :4] = 9
    kept = classify_cells(tiny_image, cut, brightness_model(), CPU)
    assert kept.table["touches_border"].tolist() == [False] * 5 + [True]
    left = classify_cells(tiny_image, cut, brightness_model(), CPU.change(border="leave out"))
    assert left.table["label"].tolist() == [1, 2, 3, 4, 5]
    assert left.warnings == ("1 of 6 cells are cut by the border of the image and were left out.",)


def test_one_cell_is_enough(tiny_image, tiny_labels):
    one = np.where(tiny_labels == 4, 4, 0)
    table = classify_cells(tiny_image, one, brightness_model(), CPU).table
    assert table[["label", "class"]].to_numpy().tolist() == [[4, "bright"]]


def test_an_image_without_cells_gives_an_empty_table_with_all_columns(tiny_image, tiny_labels):
    said = classify_cells(tiny_image, np.zeros_like(tiny_labels), brightness_model(), CPU)
    columns = ["label", "touches_border", "class", "p_dim", "p_bright", "confidence"]
    assert list(said.table) == columns
    assert len(said.table) == 0
    assert "no cell" in said.warnings[0]


def test_what_differs_from_training_is_said_and_dealt_with(tiny_image, tiny_labels):
    renamed = replace(tiny_image, channels=("DAPI", "GM130"))
    said = classify_cells(renamed, tiny_labels, brightness_model(), CPU)
    assert said.preflight.level == "amber"
    assert "Use DAPI for DNA" in said.preflight.describe()
    assert said.table["class"].tolist() == ["dim", "dim", "bright", "bright", "bright"]


def test_channels_are_given_in_the_order_of_the_model(tiny_image, tiny_labels):
    renamed = replace(tiny_image, channels=("left", "right"))
    options = CPU.change(channels=("left", "right"))
    said = classify_cells(renamed, tiny_labels, brightness_model(), options)
    assert said.table["class"].tolist() == ["dim", "dim", "bright", "bright", "bright"]
    with pytest.raises(OptionError, match=r"1 channels were given .* takes 2: DNA, Golgi"):
        classify_cells(renamed, tiny_labels, brightness_model(), CPU.change(channels=("left",)))


def test_labels_of_another_image_are_refused(tiny_image, tiny_labels):
    with pytest.raises(DataError, match="labels have shape"):
        classify_cells(tiny_image, tiny_labels[:, :-2], brightness_model(), CPU)


def test_a_model_of_other_channels_refuses_the_image(tiny_image, tiny_labels):
    other = replace(tiny_image, channels=("tubulin", "actin"))
    with pytest.raises(DataError, match="takes the channels DNA, Golgi"):
        classify_cells(other, tiny_labels, brightness_model(), CPU)


def test_pixels_that_are_no_numbers_are_refused(tiny_image, tiny_labels):
    pixels = tiny_image.pixels.astype(np.float32)
    pixels[0, 20, 20] = np.nan
    with pytest.raises(DataError, match="NaN"):
        classify_cells(replace(tiny_image, pixels=pixels), tiny_labels, brightness_model(), CPU)


def test_a_model_is_read_from_its_file_and_found_in_the_library(
    tiny_image, tiny_labels, tmp_path, monkeypatch
):
    torch.manual_seed(1)
    model = Model.from_card(brightness_model().card)
    save_model(tmp_path / "cycle.safetensors", model)
    expected = classify_cells(tiny_image, tiny_labels, model, CPU).table
    by_path = classify_cells(tiny_image, tiny_labels, tmp_path / "cycle.safetensors", CPU)
    pd.testing.assert_frame_equal(by_path.table, expected)
    monkeypatch.setenv("SEEWHY_MODELS", str(tmp_path))
    by_name = classify_cells(tiny_image, tiny_labels, "cycle", CPU)
    pd.testing.assert_frame_equal(by_name.table, expected)
    with pytest.raises(FileError, match="no model 'cylce'; choose one of cycle"):
        classify_cells(tiny_image, tiny_labels, "cylce", CPU)


def test_the_steps_say_what_is_done_and_where_the_network_runs(tiny_image, tiny_labels):
    steps = list(classify_cells_steps(tiny_image, tiny_labels, brightness_model(), CPU))
    assert steps[0].message == "Loading the model"
    assert steps[-1].message == "Classifying on CPU"
    assert (steps[-1].done, steps[-1].total) == (5, 5)
