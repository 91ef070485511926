"""Layers of virtual immunostaining: every block lies where its pixels are."""

from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.layers import METADATA_KEY, Grid
from napari_seewhy.layers.stain_layers import (
    POSITIVE,
    PROBABILITY,
    STAIN,
    TARGET,
    StainPlace,
    block_heatmap_layer,
    difference_layer,
    fluorescence_layer,
    positive_layer,
    probability_layer,
    stain_layer,
)
from napari_seewhy.staining.grid import BlockGrid


@pytest.fixture
def place() -> StainPlace:
    """Blocks of 4 px, one every 2 px, in an image of pixels of 0.5 um that begins at 10, 20."""
    grid = Grid("YX", (0.5, 0.5), (10.0, 20.0), ("micrometer",) * 2)
    return StainPlace("dish", grid, BlockGrid(4, 2), {"parent": "phase"})


def test_a_pixel_of_a_block_layer_lies_at_the_centre_of_its_block(place) -> None:
    _, attributes, kind = probability_layer(np.zeros((3, 4), np.float32), place)
    assert kind == "image"
    # The pixels 0 to 3 of the first block have their centre at 1.5.
    assert attributes["translate"] == (10.75, 20.75)
    assert attributes["scale"] == (1.0, 1.0)
    assert attributes["contrast_limits"] == (0, 1)
    assert attributes["name"] == f"{PROBABILITY} (dish)"
    known = attributes["metadata"][METADATA_KEY]
    assert known == {"parent": "phase", "role": PROBABILITY, "axes": "YX"}


def test_blocks_beside_each_other_cover_the_field_exactly() -> None:
    place = StainPlace("dish", Grid.of_pixel_size(2.0), BlockGrid(32, 32))
    grid = place.block_grid()
    left = grid.translate[0] - grid.scale[0] / 2
    assert left == -1.0  # the outer edge of a first pixel of 2 um
    assert grid.scale == (64.0, 64.0)


def test_the_virtual_stain_has_the_colour_of_the_marker_and_lies_over_the_image(place) -> None:
    _, attributes, _ = stain_layer(np.ones((3, 4), np.float32), place, "magenta")
    assert (attributes["colormap"], attributes["blending"]) == ("magenta", "additive")
    assert attributes["name"] == f"{STAIN} (dish)"


@pytest.mark.parametrize("role", [POSITIVE, TARGET])
def test_positive_blocks_are_labels_and_the_others_are_not_drawn(place, role) -> None:
    positive = np.array([[True, False], [False, True]])
    data, attributes, kind = positive_layer(positive, place, role)
    assert kind == "labels"
    assert data.tolist() == [[1, 0], [0, 1]]
    assert attributes["colormap"][0][3] == attributes["colormap"][None][3] == 0
    assert attributes["colormap"][1][3] == 1
    assert attributes["name"] == f"{role} (dish)"


def test_predicted_fluorescence_has_the_pixels_of_the_image_and_is_never_called_a_stain(
    place,
) -> None:
    _, attributes, _ = fluorescence_layer(np.zeros((10, 12), np.float32), place)
    assert attributes["scale"] == (0.5, 0.5)
    assert attributes["translate"] == (10.0, 20.0)
    assert attributes["name"] == "predicted fluorescence (dish)"


def test_the_difference_is_positive_where_the_virtual_stain_says_more(place) -> None:
    said = np.array([[0.9, 0.2]], np.float32)
    area = np.array([[0.1, 0.8]], np.float32)
    data, attributes, _ = difference_layer(said, area, place)
    np.testing.assert_allclose(data, [[0.8, -0.6]], rtol=1e-6)
    assert attributes["contrast_limits"] == (-1, 1)


def test_the_heatmap_of_a_block_lies_in_the_window_that_the_network_saw(place) -> None:
    heatmap = np.ones((8, 8), np.float32)
    _, attributes, _ = block_heatmap_layer(heatmap, (-2, 4), place)
    assert attributes["translate"] == (9.0, 22.0)
    assert attributes["name"] == "heatmap block (dish)"
    assert attributes["metadata"][METADATA_KEY]["role"] == "heatmap block"


def test_a_time_series_keeps_its_time_axis() -> None:
    grid = Grid("TYX", (1.0, 0.5, 0.5), (0.0, 0.0, 0.0), ("pixel", "micrometer", "micrometer"))
    place = StainPlace("dish", grid, BlockGrid(4, 4))
    data, attributes, _ = probability_layer(np.zeros((5, 3, 4), np.float32), place)
    assert data.shape == (5, 3, 4)
    assert attributes["scale"] == (1.0, 2.0, 2.0)
    assert attributes["axis_labels"] == ("t", "y", "x")


def test_a_time_series_of_stacks_has_its_flat_blocks_as_one_thick_plane() -> None:
    units = ("pixel", *("micrometer",) * 3)
    grid = Grid("TZYX", (1.0, 2.0, 0.5, 0.5), (0.0,) * 4, units).for_labels(n_planes=3)
    place = StainPlace("dish", grid, BlockGrid(4, 4))
    data, attributes, _ = probability_layer(np.zeros((5, 3, 4), np.float32), place)
    assert data.shape == (5, 1, 3, 4)
    assert attributes["scale"] == (1.0, 6.0, 2.0, 2.0)


def test_blocks_of_a_rescaled_field_lie_on_the_pixels_of_the_image() -> None:
    place = StainPlace("dish", Grid.of_pixel_size(1.0), BlockGrid(8, 8), px_per_seen=(2.0, 2.0))
    grid = place.block_grid()
    assert grid.scale == (16.0, 16.0)
    # As those of a grid of 16 px in the image itself.
    assert grid.translate == StainPlace("", place.grid, BlockGrid(16, 16)).block_grid().translate
