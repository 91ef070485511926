"""Windows: cut where they belong, mirrored at the edge as numpy does it."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest

from napari_seewhy.samples.storing.windows import cut_windows, reflect, window_starts


@pytest.mark.parametrize("length", [1, 2, 3, 7])
def test_reflection_is_that_of_numpy_also_when_folded_many_times(length):
    positions = np.arange(-3 * length, 4 * length)
    one_by_one = positions.copy()
    while length > 1 and ((one_by_one < 0) | (one_by_one >= length)).any():
        one_by_one = np.abs(one_by_one)
        beyond = one_by_one >= length
        one_by_one[beyond] = 2 * (length - 1) - one_by_one[beyond]
    expected = np.zeros_like(positions) if length == 1 else one_by_one
    np.testing.assert_array_equal(reflect(positions, length), expected)


@pytest.mark.parametrize("size", [1, 4, 5, 9])
def test_windows_are_those_of_a_padded_picture(size):
    random = np.random.default_rng(0)
    picture = random.integers(0, 99, (2, 12, 10))
    starts = random.integers(-8, 10, (30, 2))
    padded = np.pad(picture, ((0, 0), (9, 20), (9, 20)), mode="reflect")
    expected = [padded[:, y + 9 : y + 9 + size, x + 9 : x + 9 + size] for y, x in starts]
    np.testing.assert_array_equal(cut_windows(picture, starts, size), expected)


@pytest.mark.parametrize("size", [4, 5])
def test_the_middle_of_a_window_is_at_most_half_a_pixel_off(size):
    centers = np.linspace(0, 3, 31)
    middles = window_starts(centers, size) + (size - 1) / 2
    assert np.abs(middles - centers).max() <= 0.5


def test_of_a_lazy_picture_only_the_box_of_the_windows_is_read():
    read = []

    def load(block_info=None):
        read.append(tuple(block_info[None]["chunk-location"]))
        return np.ones((10, 10))

    picture = da.map_blocks(load, chunks=((10,) * 9, (10,) * 9), dtype=float, meta=np.empty((0, 0)))
    windows = cut_windows(picture, np.array([[41, 52], [43, 55]]), 5)
    assert windows.shape == (2, 5, 5)
    assert set(read) == {(4, 5)}


def test_no_window_gives_an_empty_array():
    assert cut_windows(np.ones((3, 8, 8)), np.empty((0, 2), np.int64), 4).shape == (0, 3, 4, 4)
