"""Spots within cells: counted, and told from noise and from the spots of a neighbour."""

from __future__ import annotations

import math

import numpy as np
import pytest

from napari_seewhy.cells.labels.runs import find_runs
from napari_seewhy.cells.measuring.intensities import RegionPixels
from napari_seewhy.cells.measuring.regions import Region
from napari_seewhy.cells.measuring.spots import find_spot_threshold, lift_spots, measure_spots

SHAPE = (60, 100)


def as_region(labels: np.ndarray) -> Region:
    return Region("", labels, RegionPixels.from_runs(find_runs(labels), labels.shape[1]))


def draw_disc(center: tuple[float, float], radius: float) -> np.ndarray:
    y, x = np.indices(SHAPE)
    return (y - center[0]) ** 2 + (x - center[1]) ** 2 <= radius**2


@pytest.fixture
def cells() -> Region:
    """Two cells that touch in the middle of the picture."""
    labels = np.ones(SHAPE, np.int32)
    labels[:, 50:] = 2
    return as_region(labels)


@pytest.fixture
def nuclei() -> Region:
    labels = np.zeros(SHAPE, np.int32)
    labels[draw_disc((30, 25), 8)] = 1
    labels[draw_disc((30, 75), 8)] = 2
    return as_region(labels)


def test_spots_are_counted_in_the_cell_that_they_lie_in(cells, nuclei):
    is_bright = draw_disc((10, 10), 3) | draw_disc((50, 40), 3) | draw_disc((10, 90), 4)
    measured = measure_spots(nuclei, cells, is_bright, 1)
    assert measured["spots"].tolist() == [2, 1]
    assert measured["spot_area_px"].tolist() == [2 * 29, 49]


def test_a_spot_across_the_border_of_two_cells_is_one_in_each(cells, nuclei):
    measured = measure_spots(nuclei, cells, draw_disc((10, 49.5), 4), 1)
    assert measured["spots"].tolist() == [1, 1]


def test_pieces_that_are_too_small_are_not_counted(cells, nuclei):
    is_bright = draw_disc((10, 10), 3) | draw_disc((50, 10), 1)
    measured = measure_spots(nuclei, cells, is_bright, 6)
    assert measured["spots"].tolist() == [1, 0]
    assert measured["spot_area_px"].tolist() == [29, 0]


def test_one_round_piece_is_compact_and_scattered_pieces_are_not(cells, nuclei):
    scattered = draw_disc((5, 60), 3) | draw_disc((55, 95), 3) | draw_disc((5, 95), 3)
    measured = measure_spots(nuclei, cells, draw_disc((15, 25), 10) | scattered, 1)
    assert 0.98 < measured["spot_compactness"][0] <= 1
    assert measured["spot_compactness"][1] < 0.1


def test_distance_is_taken_from_the_own_nucleus_and_is_zero_within_it(cells, nuclei):
    is_bright = np.zeros(SHAPE, bool)
    is_bright[30, 25] = True
    # One pixel of cell 1 that is far from its own nucleus, and near to the other one.
    is_bright[30, 49] = True
    is_bright[30, 88] = True
    distance = measure_spots(nuclei, cells, is_bright, 1)["spot_distance_px"]
    np.testing.assert_allclose(distance, [(0 + 49 - 33) / 2, 88 - 83])


def test_cells_without_spots_have_none_and_no_distance(cells, nuclei):
    measured = measure_spots(nuclei, cells, np.zeros(SHAPE, bool), 1)
    assert measured["spots"].tolist() == [0, 0]
    assert np.isnan(measured["spot_distance_px"]).all()
    assert np.isnan(measured["spot_compactness"]).all()


def test_spots_are_found_on_an_uneven_background():
    truth = draw_disc((20, 20), 3) | draw_disc((40, 80), 3)
    rng = np.random.default_rng(0)
    background = np.linspace(100, 400, SHAPE[1])[None, :]
    lifted = lift_spots(rng.poisson(background + 200 * truth), 11)
    is_bright = lifted > find_spot_threshold(lifted)
    overlap = (is_bright & truth).sum() / (is_bright | truth).sum()
    assert overlap > 0.7


def test_a_lower_threshold_finds_fainter_spots_but_not_the_noise():
    pixels = 100 + 400 * draw_disc((20, 20), 3) + 100 * draw_disc((40, 80), 3)
    lifted = lift_spots(np.random.default_rng(0).poisson(pixels), 11)
    usual, low, lowest = (find_spot_threshold(lifted, factor) for factor in (1, 0.5, 0.001))
    assert lifted[40, 80] < usual
    assert lifted[40, 80] > low
    assert (lifted > lowest).mean() < 0.03


def test_noise_alone_is_not_full_of_spots():
    lifted = lift_spots(np.random.default_rng(0).poisson(np.full(SHAPE, 100)), 11)
    share = (lifted > find_spot_threshold(lifted)).mean()
    assert share < 0.02


def test_an_even_channel_has_no_spot():
    assert find_spot_threshold(lift_spots(np.full(SHAPE, 7), 5)) == math.inf
    assert find_spot_threshold(np.zeros(0, np.float32)) == math.inf
