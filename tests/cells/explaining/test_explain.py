"""Explaining cells: heatmaps painted where their reasons lie, and counted by region."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from napari_seewhy.cells.classifying.classify import classify_cells
from napari_seewhy.cells.classifying.options import ClassifyOptions
from napari_seewhy.cells.cropping.crop import CropOptions
from napari_seewhy.cells.explaining.explain import explain_cells, explain_cells_steps
from napari_seewhy.cells.explaining.explained import CropPlaces, paint_heatmaps
from napari_seewhy.cells.explaining.options import ExplainCellsOptions
from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.explaining import Heatmaps
from napari_seewhy.images import CellImage
from napari_seewhy.models import Model, ModelCard, NetworkOptions
from napari_seewhy.progress import finish

CPU = ExplainCellsOptions(device="cpu", precision="fp32")
SIZE = 24


class DnaOrGolgi(nn.Module):
    """Says "dim" of a level, and "bright" of the DNA, seen pixel by pixel."""

    def __init__(self) -> None:
        super().__init__()
        self.view = nn.Sequential(nn.Conv2d(2, 2, 1, bias=False), nn.ReLU())
        with torch.no_grad():
            self.view[0].weight.copy_(torch.tensor([[1.0, 0], [0, 0]])[:, :, None, None])

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        seen = self.view(samples).mean((2, 3))
        return torch.stack([torch.full_like(seen[:, 0], 40.0), seen[:, 0]], dim=1)


def make_model(**fields: object) -> Model:
    usual: dict[str, object] = {
        "name": "DNA",
        "network": NetworkOptions(),
        "classes": ("dim", "bright"),
        "channels": [
            # So that the background of 10 becomes 0: no reason for anything.
            {"name": "DNA", "mean": 10, "std": 1, "low": 5, "high": 350},
            {"name": "Golgi", "mean": 0, "std": 1, "low": 5, "high": 40},
        ],
        "size_px": (SIZE, SIZE),
        "dtype": "uint16",
        "pixel_size_um": 0.5,
        "samples": {"verb": "crop", "crop": CropOptions(size_px=SIZE).model_dump(mode="json")},
    }
    return Model(DnaOrGolgi().eval(), ModelCard(**usual | fields))


def test_heatmaps_are_painted_where_the_reasons_lie(tiny_image, tiny_labels):
    explained = explain_cells(tiny_image, tiny_labels, make_model(), CPU)
    assert explained.table["class"].tolist() == ["bright"] * 5
    assert list(explained.images) == ["bright"]
    painted = explained.images["bright"]
    assert painted.shape == tiny_labels.shape
    assert painted.dtype == np.float32
    assert painted.max() == 1
    assert painted[tiny_labels == 0].max() == 0
    # DNA is 90 + 50 per label above the background, and so are the reasons.
    strength = [np.median(painted[tiny_labels == label]) for label in range(1, 6)]
    np.testing.assert_allclose(strength, (90 + 50 * np.arange(1, 6)) / 340, atol=1e-5)


@pytest.mark.parametrize(("precision", "device"), [("auto", "CPU"), ("bf16", "CPU, bf16")])
def test_cells_are_explained_in_the_precision_they_were_classified_in(
    tiny_image, tiny_labels, precision, device
) -> None:
    told = ClassifyOptions(device="cpu", precision=precision)
    classified = classify_cells(tiny_image, tiny_labels, make_model(), told)
    explained = explain_cells(
        tiny_image, tiny_labels, make_model(), CPU.change(precision=precision)
    )
    assert explained.device == classified.device == device
    names = list(classified.table)
    pd.testing.assert_frame_equal(explained.table[names], classified.table)


def test_on_demand_every_cell_has_its_own_scale(tiny_image, tiny_labels):
    explained = explain_cells(tiny_image, tiny_labels, make_model(), CPU.change(scale="each"))
    np.testing.assert_allclose(explained.images["bright"][tiny_labels > 0], 1)


def test_attention_lies_in_the_nucleus_and_sums_to_one(tiny_image, tiny_labels):
    golgi = np.zeros_like(tiny_labels)
    golgi[tiny_labels == 1] = 1
    explained = explain_cells(tiny_image, tiny_labels, make_model(), CPU, regions={"Golgi": golgi})
    table = explained.table
    np.testing.assert_allclose(table["attention_nucleus"], 1)
    parts = table[["attention_nucleus", "attention_rim", "attention_outside"]]
    np.testing.assert_allclose(parts.sum(axis=1), 1)
    np.testing.assert_allclose(table["attention_Golgi"], [1, 0, 0, 0, 0])
    area = SIZE**2 / (tiny_labels == 1).sum()
    assert table["attention_per_area_nucleus"][0] == pytest.approx(area)


def test_the_rim_is_the_band_just_outside_the_nucleus(tiny_image, tiny_labels):
    pixels = np.asarray(tiny_image.pixels).copy()
    near = np.zeros(tiny_labels.shape, bool)
    y, x = np.indices(tiny_labels.shape)
    distance = np.hypot(y - 20, x - 20)  # from the centre of the first disc, of radius 8
    near[(distance > 8) & (distance <= 11)] = True
    pixels[0][near] = 350
    pixels[0][tiny_labels == 1] = 10
    image = CellImage(pixels, "CYX", ("DNA", "Golgi"), 0.5)
    row = explain_cells(image, tiny_labels, make_model(), CPU.change(rim_px=3)).table.iloc[0]
    assert row["attention_rim"] > 0.9
    assert row["attention_nucleus"] == 0


def test_a_class_that_nothing_speaks_for_is_shown_as_zeros_and_said(tiny_image, tiny_labels):
    explained = explain_cells(tiny_image, tiny_labels, make_model(), CPU.change(of="dim"))
    np.testing.assert_array_equal(explained.images["dim"], 0)
    assert explained.table["attention_nucleus"].isna().all()
    assert "all zero" in explained.warnings[0]


def test_an_organelle_is_found_in_its_channel(tiny_image, tiny_labels):
    pixels = np.asarray(tiny_image.pixels).astype(np.uint16)
    pixels[1] = 5
    for y, x in ((17, 20), (57, 22), (60, 64), (20, 60), (44, 92)):
        pixels[1, y - 1 : y + 2, x - 1 : x + 2] = 200
    image = CellImage(pixels, "CYX", ("DNA", "Golgi"), 0.5)
    table = explain_cells(image, tiny_labels, make_model(), CPU.change(organelle="Golgi")).table
    assert (table["attention_Golgi"] > 0.02).all()
    assert (table["attention_Golgi"] < 0.2).all()
    with pytest.raises(OptionError, match="no channel 'ER' to find an organelle in"):
        explain_cells(image, tiny_labels, make_model(), CPU.change(organelle="ER"))


def test_classes_are_compared_and_averaged(tiny_image, tiny_labels):
    pixels = np.asarray(tiny_image.pixels).copy()
    pixels[0] = np.where(np.isin(tiny_labels, (1, 2)), 20, pixels[0])
    image = CellImage(pixels, "CYX", ("DNA", "Golgi"), 0.5)
    explained = explain_cells(image, tiny_labels, make_model(), CPU)
    assert explained.table["class"].tolist() == ["dim", "dim", "bright", "bright", "bright"]
    assert list(explained.images) == ["dim", "bright"]
    assert [mean.n for mean in explained.means.values()] == [2, 3]
    mean = explained.means["bright"]
    assert mean.heatmap.shape == (SIZE, SIZE)
    assert mean.pixels.shape == (2, SIZE, SIZE)
    assert mean.heatmap[SIZE // 2, SIZE // 2] > mean.heatmap[0, 0]
    nucleus = explained.comparison.set_index("region").loc["nucleus"]
    assert (nucleus["class"], nucleus["others"]) == ("bright", "dim")
    assert (nucleus["n"], nucleus["n_others"]) == (3, 0)  # of "dim" all heatmaps are zero


def test_whole_cells_are_a_region_of_their_own(tiny_image, tiny_labels):
    grown = np.maximum(tiny_labels, np.roll(tiny_labels, 2, axis=0))
    table = explain_cells(tiny_image, tiny_labels, make_model(), CPU, cell_labels=grown).table
    assert (table["attention_cell"] >= table["attention_nucleus"]).all()


def test_a_time_series_is_painted_frame_by_frame(tiny_image, tiny_labels):
    pixels = np.stack([tiny_image.pixels, tiny_image.pixels])
    image = CellImage(pixels, "TCYX", ("DNA", "Golgi"), 0.5)
    labels = np.stack([tiny_labels, np.where(tiny_labels == 5, 5, 0)])
    explained = explain_cells(image, labels, make_model(), CPU)
    assert explained.table["t"].tolist() == [0] * 5 + [1]
    painted = explained.images["bright"]
    assert painted.shape == labels.shape
    assert painted[1][tiny_labels == 5].min() > 0.9
    assert painted[1][tiny_labels == 1].max() == 0


def test_cells_at_the_border_are_left_out_on_demand(tiny_image, tiny_labels):
    labels = tiny_labels.copy()
    labels[0:8, 0:8] = 6
    explained = explain_cells(tiny_image, labels, make_model(), CPU.change(border="leave out"))
    assert explained.table["label"].tolist() == [1, 2, 3, 4, 5]
    assert "1 of 6 cells are cut by the border" in " ".join(explained.warnings)


def test_an_image_without_cells_gives_an_empty_table_with_its_columns(tiny_image, tiny_labels):
    explained = explain_cells(tiny_image, np.zeros_like(tiny_labels), make_model(), CPU)
    assert explained.table.empty
    assert "attention_nucleus" in explained.table
    assert explained.images == {}
    assert explained.comparison.empty
    assert "no cell" in explained.warnings[0]


def test_one_cell_is_explained_and_compared_with_nothing(tiny_image, tiny_labels):
    labels = np.where(tiny_labels == 4, 4, 0)
    explained = explain_cells(tiny_image, labels, make_model(), CPU)
    assert len(explained.table) == 1
    assert explained.comparison.empty


def test_a_model_of_other_channels_and_a_region_of_another_image_are_refused(
    tiny_image, tiny_labels
):
    channel = {"name": "ER", "mean": 0, "std": 1, "low": 0, "high": 1}
    with pytest.raises(DataError, match="ER"):
        explain_cells(
            tiny_image, tiny_labels, make_model(channels=[channel, channel | {"name": "x"}]), CPU
        )
    with pytest.raises(DataError):
        explain_cells(
            tiny_image, tiny_labels, make_model(), CPU, regions={"Golgi": tiny_labels[:9]}
        )


def test_a_region_cannot_take_the_name_of_another(tiny_image, tiny_labels):
    with pytest.raises(OptionError, match="called nucleus already"):
        explain_cells(tiny_image, tiny_labels, make_model(), CPU, regions={"nucleus": tiny_labels})


def test_steps_are_reported_and_the_task_can_be_stopped(tiny_image, tiny_labels):
    messages = []
    finish(
        explain_cells_steps(tiny_image, tiny_labels, make_model(), CPU),
        lambda step: messages.append(step.message),
    )
    assert "Explaining on CPU" in messages
    task = explain_cells_steps(tiny_image, tiny_labels, make_model(), CPU)
    next(task)
    task.close()


def test_a_crop_of_another_scale_is_painted_at_its_size():
    heatmaps = Heatmaps(
        np.array([[[0, 1], [0, 1]]], np.float32),
        (8, 8),
        np.array([0]),
        np.ones((1, 1), np.float32),
        ("G1",),
        "view",
    )
    # Pixels of the crop are two wide: it covers 16 x 16, of which the upper quarter is outside.
    places = CropPlaces(np.array([-3.5]), np.array([4.5]), np.array([0]), 2.0, (20, 30))
    painted = paint_heatmaps(heatmaps, places)["G1"]
    where = np.argwhere(painted > 0)
    assert where[:, 0].max() == 11
    assert where[:, 1].max() == 19
    np.testing.assert_allclose(painted[:12, 16:20], 1)
    assert painted[:12, 4:8].max() == 0


def test_where_crops_overlap_a_pixel_shows_the_nearer_cell():
    heatmaps = Heatmaps(
        np.array([[[2.0]], [[1.0]]], np.float32),
        (8, 8),
        np.array([0, 1]),
        np.eye(2, dtype=np.float32),
        ("G1", "G2"),
        "view",
    )
    places = CropPlaces(np.zeros(2), np.array([0.0, 4.0]), np.zeros(2, int), 1.0, (8, 12))
    painted = paint_heatmaps(heatmaps, places)
    expected = np.zeros((8, 12))
    expected[:, :6] = 1
    np.testing.assert_array_equal(painted["G1"], expected)
    np.testing.assert_array_equal(painted["G2"], 0.5 * (1 - expected))
