"""Uneven light is found under the nuclei, the same however the plane is read."""

import numpy as np
import pytest
from scipy.ndimage import uniform_filter

from napari_seewhy.cells.planes.find_light import find_light_surface_steps
from napari_seewhy.cells.planes.grow import mean_about
from napari_seewhy.cells.planes.smooth_plane import SmoothPlane
from napari_seewhy.progress import finish


def surface_of(pixels, diameter_px=None):
    surface = finish(find_light_surface_steps(SmoothPlane(pixels, 0), diameter_px))
    return surface.window((slice(0, pixels.shape[0]), slice(0, pixels.shape[1])))


def test_even_light_is_found_exactly():
    assert surface_of(np.full((70, 130), 17.0)) == pytest.approx(17)


def test_nuclei_leave_nothing_in_the_light(tiny_labels):
    light = surface_of(np.where(tiny_labels > 0, 200.0, 10.0))
    assert light == pytest.approx(10)


def test_a_slope_is_followed():
    slope = np.tile(np.linspace(0, 100, 400), (300, 1))
    inner = (slice(80, -80), slice(80, -80))
    error = (surface_of(slope) - slope)[inner]
    assert np.ptp(error) < 3


def test_a_window_is_a_part_of_the_whole():
    pixels = np.random.default_rng(0).random((90, 210))
    surface = finish(find_light_surface_steps(SmoothPlane(pixels, 0), 12.0))
    whole = surface.window((slice(0, 90), slice(0, 210)))
    part = surface.window((slice(13, 57), slice(101, 203)))
    assert np.array_equal(part, whole[13:57, 101:203])


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (1, 50)])
def test_slim_planes_have_a_light_too(shape):
    assert surface_of(np.full(shape, 3.0)).shape == shape


def test_the_mean_about_a_pixel_is_that_of_scipy_away_from_the_edge():
    values = np.random.default_rng(0).normal(100, 20, (60, 70))
    expected = uniform_filter(values, 11)[10:-10, 10:-10]
    assert mean_about(values, 5, 1e-4)[10:-10, 10:-10] == pytest.approx(expected, abs=1e-4)


def test_the_mean_about_a_pixel_does_not_depend_on_the_tile():
    values = np.random.default_rng(0).normal(0, 1e3, (60, 70)).astype(np.float32)
    whole = mean_about(values, 4, 1e-3)
    part = mean_about(values[17:50, 8:61], 4, 1e-3)
    assert np.array_equal(part[4:-4, 4:-4], whole[21:46, 12:57])
