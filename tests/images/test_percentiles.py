"""Percentiles by counting are those that numpy finds by sorting."""

from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.images.percentiles import find_percentiles

PERCENTS = (0, 1, 37.5, 50, 99.8, 100)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32, np.float32])
@pytest.mark.parametrize("n", [1, 2, 3, 1000])
def test_they_are_those_of_numpy(dtype, n):
    pixels = np.random.default_rng(n).integers(0, 250, n).astype(dtype)
    expected = np.percentile(pixels.astype(np.float64), PERCENTS)
    np.testing.assert_allclose(find_percentiles(pixels, PERCENTS), expected, rtol=1e-6)


def test_a_plane_of_one_value_has_that_value_everywhere():
    pixels = np.full((7, 9), 65535, np.uint16)
    assert find_percentiles(pixels, PERCENTS) == [65535.0] * len(PERCENTS)


def test_no_pixel_has_no_percentile():
    with pytest.raises(ValueError, match="no pixel"):
        find_percentiles(np.empty((0, 4), np.uint8), PERCENTS)
