"""Images and labels as napari gets them, made into real layers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from napari.components import ViewerModel
from napari.layers import Layer

from napari_seewhy.errors import DataError
from napari_seewhy.images import CellImage
from napari_seewhy.layers import METADATA_KEY, Grid, image_layers, labels_layer


def test_every_channel_becomes_a_layer_in_its_size(tiny_image: CellImage) -> None:
    dna, golgi = (Layer.create(*data) for data in image_layers(tiny_image))
    assert (dna.name, golgi.name) == ("DNA", "Golgi")
    np.testing.assert_array_equal(dna.scale, (0.5, 0.5))
    assert [str(unit) for unit in dna.units] == ["micrometer", "micrometer"]
    assert dna.axis_labels == ("y", "x")
    assert dna.colormap.name != golgi.colormap.name
    assert dna.metadata[METADATA_KEY]["role"] == "image"
    assert golgi.metadata[METADATA_KEY]["channel"] == "Golgi"
    np.testing.assert_array_equal(golgi.data, tiny_image.pixels[1])


def test_layers_are_named_after_channel_file_and_scene() -> None:
    pixels = np.zeros((1, 4, 4), np.uint8)
    image = CellImage(pixels, "CYX", ("DNA",), source="/a/day 1.ome.tif", scene="B2")
    assert image_layers(image)[0][1]["name"] == "DNA (day 1 B2)"


def test_time_and_stack_keep_their_axes_and_steps() -> None:
    image = CellImage(np.zeros((2, 1, 3, 4, 5)), "TCZYX", ("DNA",), 0.2, z_step_um=1.5)
    layer = Layer.create(*image_layers(image)[0])
    assert layer.data.shape == (2, 3, 4, 5)
    assert layer.axis_labels == ("t", "z", "y", "x")
    np.testing.assert_array_equal(layer.scale, (1, 1.5, 0.2, 0.2))
    assert str(layer.units[0]) == "pixel"


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((1, 8, 8), np.uint16),
        np.full((1, 8, 8), 65535, np.uint16),
        np.full((1, 8, 8), np.nan, np.float32),
        np.ones((1, 1, 1), bool),
    ],
    ids=["black", "saturated", "nan", "one pixel"],
)
def test_an_image_without_contrast_is_shown_all_the_same(pixels: np.ndarray) -> None:
    low, high = image_layers(CellImage(pixels, "CYX", ("DNA",)))[0][1]["contrast_limits"]
    assert low < high


def test_pixels_in_the_file_stay_there() -> None:
    import dask.array as da

    image = CellImage(da.zeros((2, 8, 8), chunks=4), "CYX", ("DNA", "Golgi"))
    data, attributes, _ = image_layers(image)[1]
    assert isinstance(data, da.Array)
    assert "contrast_limits" not in attributes


def test_labels_lie_on_their_image_with_a_row_for_the_background(
    tiny_image: CellImage, tiny_labels: np.ndarray
) -> None:
    cells = pd.DataFrame({"label": [1, 2, 3, 4, 5], "area_px": [9, 8, 7, 6, 5]})
    grid = Grid.of_image(tiny_image).for_labels()
    layer = Layer.create(*labels_layer(tiny_labels, cells, name="nuclei (a)", grid=grid))
    np.testing.assert_array_equal(layer.scale, (0.5, 0.5))
    assert list(layer.features.columns) == ["index", "label", "area_px"]
    assert len(layer.features) == 6
    assert np.isnan(layer.features["area_px"][0])
    assert layer.get_status((10, 10), world=True)["value"].startswith("1")
    assert layer.metadata[METADATA_KEY]["role"] == "nuclei"


def test_numbers_go_on_from_frame_to_frame_with_their_rows() -> None:
    labels = np.array([[[1, 2, 0]], [[0, 0, 0]], [[1, 1, 0]]], np.int32)
    cells = pd.DataFrame({"label": [1, 2, 1], "t": [0, 0, 2], "area_px": [1, 1, 2]})
    data, attributes, _ = labels_layer(labels, cells, name="nuclei")
    assert data.tolist() == [[[1, 2, 0]], [[0, 0, 0]], [[3, 3, 0]]]
    assert attributes["features"]["area_px"].tolist()[1:] == [1, 1, 2]


def test_numbers_that_go_on_already_stay_as_they_are() -> None:
    labels = np.array([[[1, 2, 0]], [[0, 0, 0]], [[3, 3, 0]]], np.int32)
    data, _, _ = labels_layer(labels, name="nuclei")
    assert data.tolist() == labels.tolist()


def test_flat_labels_of_a_stack_are_seen_at_every_plane() -> None:
    image = CellImage(np.zeros((1, 5, 8, 8)), "CZYX", ("DNA",), 0.2, z_step_um=1.5)
    grid = Grid.of_image(image).for_labels(5)
    layer = Layer.create(*labels_layer(np.ones((8, 8), int), name="nuclei", grid=grid))
    assert layer.axis_labels == ("y", "x")
    np.testing.assert_array_equal(layer.scale, (0.2, 0.2))


def test_flat_labels_of_a_series_of_stacks_are_seen_at_every_plane_of_their_frame() -> None:
    image = CellImage(np.zeros((2, 1, 5, 8, 8)), "TCZYX", ("DNA",), 0.2, z_step_um=1.5)
    labels = np.zeros((2, 8, 8), int)
    labels[0], labels[1] = 1, 2
    grid = Grid.of_image(image).for_labels(5)
    viewer = ViewerModel()
    viewer.add_layer(Layer.create(*image_layers(image)[0]))
    layer = viewer.add_layer(Layer.create(*labels_layer(labels, name="nuclei", grid=grid)))
    assert layer.data.shape == (2, 1, 8, 8)
    assert viewer.dims.nsteps[:2] == (2, 5)
    for t in range(2):
        for z in range(5):
            viewer.dims.current_step = (t, z, 0, 0)
            assert layer.get_value((t, 1.5 * z, 0.4, 0.4), world=True) == t + 1


def test_labels_of_another_image_are_refused() -> None:
    with pytest.raises(DataError, match="give labels of this image"):
        labels_layer(np.zeros((2, 8, 8), int), name="nuclei", grid=Grid.of_pixel_size(0.5))


def test_a_channel_without_stain_is_grey_and_does_not_hide_the_others() -> None:
    rng = np.random.default_rng(0)
    dark, bright = rng.normal(100, 5, (32, 32)), rng.normal(9000, 300, (32, 32))
    dark[8:16, 8:16] += 800
    for names in (("Mono", "DAPI"), ("BF", "DAPI")):
        image = CellImage(np.stack([bright, dark]), "CYX", names)
        (_, ground, _), (_, stain, _) = image_layers(image)
        assert (ground["colormap"], ground["visible"]) == ("gray", False)
        assert (stain["colormap"], stain.get("visible", True)) == ("bop blue", True)
    image = CellImage(np.stack([dark, 9 * dark]), "CYX", ("Golgi", "DAPI"))
    assert [attributes["colormap"] for _, attributes, _ in image_layers(image)] == [
        "green",
        "bop blue",
    ]


def test_phase_contrast_alone_is_shown() -> None:
    [(_, attributes, _)] = image_layers(CellImage(np.ones((1, 8, 8)), "CYX", ("phase",)))
    assert attributes.get("visible", True)


def test_flat_labels_of_a_stack_lie_at_their_place_in_every_plane(tiny_labels) -> None:
    image = CellImage(np.zeros((1, 4, *tiny_labels.shape)), "CZYX", ("DNA",), 0.2, z_step_um=1.5)
    viewer = ViewerModel()
    viewer.add_layer(Layer.create(*image_layers(image)[0]))
    grid = Grid.of_image(image).for_labels(n_planes=4)
    labels = viewer.add_layer(Layer.create(*labels_layer(tiny_labels, name="nuclei", grid=grid)))
    row, column = np.argwhere(tiny_labels == 2)[0]
    for plane in range(4):
        viewer.dims.set_current_step(0, plane)
        place = (1.5 * plane, 0.2 * row, 0.2 * column)
        assert labels.get_value(place, world=True) == 2
        assert labels._slice.image.raw.shape == tiny_labels.shape
