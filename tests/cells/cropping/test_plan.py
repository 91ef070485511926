"""Crops for a model: the same, to the last bit, as those that it was trained on."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.cells.cropping.crop import CropOptions
from napari_seewhy.cells.cropping.files import crop_files
from napari_seewhy.cells.cropping.jobs import CropJob
from napari_seewhy.cells.cropping.plan import plan_model_crops_steps
from napari_seewhy.cells.cropping.table import find_centers, read_frames
from napari_seewhy.cells.cropping.targets import TableTargetOptions
from napari_seewhy.cells.labels import LabelledCells
from napari_seewhy.cells.measuring.measure import measure_cells
from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.images import CellImage, write_image, write_labels
from napari_seewhy.models.cards.card import ModelCard
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.progress import finish
from napari_seewhy.samples.splitting.three_sets import Split
from napari_seewhy.training.fitting.question import pose_question_steps


@pytest.fixture
def train(tmp_path, tiny_image, tiny_labels):
    """Crop the tiny image as `seewhy crop` does; gives the crops and the card of their model."""

    def make(image: CellImage = tiny_image, labels=tiny_labels, **options):
        write_image(tmp_path / "field.ome.tif", image)
        write_labels(tmp_path / "field_labels.ome.tif", labels)
        cells = measure_cells(image, labels)
        cells["class"] = np.where(cells["label"] % 2, "G1", "G2")
        job = CropJob(tmp_path / "field.ome.tif", tmp_path / "field_labels.ome.tif", cells)
        samples, _ = crop_files(
            [job], tmp_path / "samples.h5", CropOptions(**options), TableTargetOptions()
        )
        with samples:
            rows = np.arange(len(samples))
            split = Split(
                rows, rows, rows, samples.target, samples.group, samples.classes, "group", "group"
            )
            card = finish(pose_question_steps(samples, NetworkOptions(), split)).card
            return samples.pixels[:], card

    return make


def flat_card(**fields) -> ModelCard:
    channels = [
        {"name": name, "mean": 50, "std": 20, "low": 5, "high": 300} for name in ("DNA", "Golgi")
    ]
    usual = {"channels": channels, "size_px": (16, 16), "dtype": "uint16", "pixel_size_um": 0.5}
    usual |= {"samples": {"verb": "crop", "crop": CropOptions(size_px=16).model_dump(mode="json")}}
    return ModelCard(
        **{"name": "cycle", "network": NetworkOptions(), "classes": ("G1", "G2")} | usual | fields
    )


def cut_model_crops(image, labels, card, *, channels=None) -> SimpleNamespace:
    """Plan and cut all crops of an image, with everything that is known of them."""
    plan = finish(plan_model_crops_steps(LabelledCells(image, labels), card, channels))
    rows = np.arange(len(plan))
    pixels = plan.cut(rows)
    top, left = plan.corners
    return SimpleNamespace(
        pixels=pixels,
        mask=plan.cut_masks(rows, plan.source.labels),
        label=plan.cells["label"].to_numpy(),
        t=read_frames(plan.cells, image),
        y=plan.cells["y"].to_numpy(),
        top=top,
        left=left,
        scale=plan.geometry.scale,
        preflight=plan.preflight,
    )


def sentences(preflight) -> str:
    return preflight.describe()


@pytest.mark.parametrize(
    "options",
    [
        {"size_px": 24},
        {"size_px": 33, "mask_neighbours": True},
        {"size_um": 12.0, "pixel_size_um": 0.8, "mask_neighbours": True},
        {"size_px": 20, "channels": ("Golgi",)},
    ],
)
def test_crops_equal_those_of_training(train, tiny_image, tiny_labels, options):
    trained, card = train(**options)
    crops = cut_model_crops(tiny_image, tiny_labels, card)
    np.testing.assert_array_equal(crops.pixels, trained)
    assert crops.label.tolist() == [1, 2, 3, 4, 5]
    assert crops.preflight.level == "green"


def test_crops_of_a_time_series_equal_those_of_training(train, tiny_image, tiny_labels):
    pixels = np.stack([tiny_image.pixels, tiny_image.pixels[..., ::-1]])
    series = replace(tiny_image, pixels=pixels, axes="TCYX")
    labels = np.stack([tiny_labels, tiny_labels[:, ::-1]])
    trained, card = train(series, labels, size_px=24)
    crops = cut_model_crops(series, labels, card)
    np.testing.assert_array_equal(crops.pixels, trained)
    assert crops.t.tolist() == [0] * 5 + [1] * 5


def test_the_mask_is_the_object_itself_at_its_place_in_the_image(train, tiny_image, tiny_labels):
    _, card = train(size_px=24)
    crops = cut_model_crops(tiny_image, tiny_labels, card)
    y, x = np.indices((24, 24))
    for i in range(len(crops.label)):
        rows, columns = y + int(crops.top[i]), x + int(crops.left[i])
        inside = (rows >= 0) & (columns >= 0) & (rows < 88) & (columns < 112)
        is_own = tiny_labels[rows[inside], columns[inside]] == crops.label[i]
        np.testing.assert_array_equal(crops.mask[i][inside], is_own)


def test_rescaled_masks_keep_the_area_and_the_middle(tiny_image, tiny_labels):
    crops = cut_model_crops(
        tiny_image, tiny_labels, flat_card(pixel_size_um=0.25, size_px=(64, 64))
    )
    areas = np.bincount(tiny_labels.ravel())[1:]
    assert crops.scale == 0.5
    np.testing.assert_allclose(crops.mask.sum((1, 2)) / 4, areas, rtol=0.03)
    y = (np.indices((64, 64))[0] * crops.mask).sum((1, 2)) / crops.mask.sum((1, 2))
    np.testing.assert_allclose(crops.top + y * crops.scale, crops.y, atol=0.3)


def test_other_pixels_are_rescaled_and_told_of(tiny_image, tiny_labels):
    crops = cut_model_crops(tiny_image, tiny_labels, flat_card(pixel_size_um=1.0))
    assert crops.pixels.shape == (5, 2, 16, 16)
    assert crops.scale == 2
    assert "Rescale the samples by 0.5" in sentences(crops.preflight)


def test_intensities_far_from_training_are_mapped_and_told_of(tiny_image, tiny_labels):
    brighter = replace(tiny_image, pixels=tiny_image.pixels * np.uint16(50))
    crops = cut_model_crops(brighter, tiny_labels, flat_card())
    assert "Map them onto those of training" in sentences(crops.preflight)
    assert crops.pixels[:, 0].max() < 1000


def test_channels_are_found_by_name_and_put_in_the_order_of_the_model(tiny_image, tiny_labels):
    swapped = tiny_image.select(["Golgi", "DNA"])
    renamed = replace(swapped, channels=("GM130", "DAPI"))
    crops = cut_model_crops(renamed, tiny_labels, flat_card())
    usual = cut_model_crops(tiny_image, tiny_labels, flat_card())
    np.testing.assert_array_equal(crops.pixels, usual.pixels)
    assert "Use DAPI for DNA, GM130 for Golgi." in sentences(crops.preflight)


def test_a_person_may_say_which_channel_is_which(tiny_image, tiny_labels):
    renamed = replace(tiny_image, channels=("left", "right"))
    crops = cut_model_crops(
        renamed, tiny_labels, flat_card(), channels={"DNA": "right", "Golgi": "left"}
    )
    assert np.ptp(crops.pixels[:, 0, 8, 8]) == 0
    assert np.ptp(crops.pixels[:, 1, 8, 8]) > 0


def test_channels_that_do_not_fit_are_refused_with_both_lists(tiny_image, tiny_labels):
    other = replace(tiny_image, channels=("tubulin", "actin"))
    with pytest.raises(DataError, match=r"takes the channels DNA, Golgi and the image has tubulin"):
        cut_model_crops(other, tiny_labels, flat_card())


@pytest.mark.parametrize(
    ("channels", "message"),
    [
        ({"nucleus": "DNA"}, "no channel nucleus; it has DNA, Golgi"),
        ({"DNA": "actin"}, "no channel 'actin'"),
        ({"DNA": "Golgi", "Golgi": "Golgi"}, "give each another channel"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(tiny_image, tiny_labels, channels, message):
    with pytest.raises(OptionError, match=message):
        cut_model_crops(tiny_image, tiny_labels, flat_card(), channels=channels)


def test_labels_of_another_image_are_refused(tiny_image, tiny_labels):
    with pytest.raises(DataError, match="labels have shape"):
        cut_model_crops(tiny_image, tiny_labels[:-1], flat_card())


def test_an_image_smaller_than_a_crop_is_refused(tiny_image, tiny_labels):
    with pytest.raises(DataError, match="take a larger image"):
        cut_model_crops(tiny_image, tiny_labels, flat_card(size_px=(128, 128)))


def test_an_image_without_cells_gives_no_crops(tiny_image, tiny_labels):
    crops = cut_model_crops(tiny_image, np.zeros_like(tiny_labels), flat_card())
    assert crops.pixels.shape == (0, 2, 16, 16)
    assert len(crops.label) == 0


def test_a_card_that_does_not_say_how_samples_were_cut_is_used_with_a_notice(
    tiny_image, tiny_labels
):
    crops = cut_model_crops(tiny_image, tiny_labels, flat_card(samples={}))
    assert "does not say how its samples were cut" in sentences(crops.preflight)


def test_a_plan_tells_of_a_refusal_without_raising(tiny_image, tiny_labels):
    other = replace(tiny_image, channels=("tubulin", "actin"))
    plan = finish(plan_model_crops_steps(LabelledCells(other, tiny_labels), flat_card()))
    assert plan.preflight.level == "red"


def test_centers_are_those_of_the_table_of_cells(tiny_image, tiny_labels):
    touching = tiny_labels.copy()
    touching[80:, :9] = 7
    measured = measure_cells(tiny_image, touching)
    found = find_centers(LabelledCells(tiny_image, touching))
    pd.testing.assert_frame_equal(found, measured[list(found)])
    assert found["touches_border"].tolist() == [False] * 5 + [True]
