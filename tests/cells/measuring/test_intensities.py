"""Intensities of all objects at once."""

from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.cells.labels.runs import find_runs
from napari_seewhy.cells.measuring.intensities import RegionPixels, measure_intensities


def measure(labels: np.ndarray, pixels: np.ndarray, numbers: np.ndarray | None = None) -> dict:
    runs = find_runs(labels, numbers)
    return measure_intensities(RegionPixels.from_runs(runs, labels.shape[1]), pixels)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32, np.float32, np.float64])
def test_intensities_of_scattered_objects_are_those_of_numpy(dtype):
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 6, (40, 30)) * 3
    pixels = rng.integers(0, 250, labels.shape).astype(dtype)

    measured = measure(labels, pixels)

    objects = [pixels[labels == number].astype(np.float64) for number in np.unique(labels)[1:]]
    for name in ("mean", "sum", "max", "std"):
        wanted = [getattr(values, name)() for values in objects]
        np.testing.assert_allclose(measured[name], wanted, err_msg=name)


def test_a_sum_does_not_overflow_the_type_of_the_pixels():
    labels = np.ones((100, 100), int)
    assert measure(labels, np.full(labels.shape, 255, np.uint8))["sum"] == 255 * 10_000


def test_the_spread_of_a_bright_object_is_not_lost_in_rounding():
    labels = np.ones((10, 10), int)
    pixels = np.full(labels.shape, 1e9)
    pixels[::2] += 1
    assert measure(labels, pixels)["std"][0] == pytest.approx(0.5, rel=1e-9)


def test_an_object_without_pixels_has_a_sum_of_zero_and_no_mean():
    labels = np.ones((2, 2), int)
    measured = measure(labels, labels, np.array([1, 9]))
    assert measured["sum"][1] == 0
    assert np.isnan([measured[name][1] for name in ("mean", "max", "std")]).all()
    assert measured["max"][0] == 1
