from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import OptionError
from napari_seewhy.images import cut_tiles

CASES = [((10, 14), 4, 2), ((1, 1), 8, 3), ((9, 9), 3, 0), ((7, 30), 50, 5), ((5, 5), 2, 9)]


@pytest.mark.parametrize(("shape", "size_px", "overlap_px"), CASES)
def test_every_pixel_lies_in_exactly_one_core(
    shape: tuple[int, int], size_px: int, overlap_px: int
) -> None:
    n_cores = np.zeros(shape, int)
    for tile in cut_tiles(shape, size_px, overlap_px):
        n_cores[tile.core] += 1
    assert (n_cores == 1).all()


@pytest.mark.parametrize(("shape", "size_px", "overlap_px"), CASES)
def test_the_core_is_found_again_in_the_padded_tile(
    shape: tuple[int, int], size_px: int, overlap_px: int
) -> None:
    pixels = np.arange(np.prod(shape)).reshape(shape)
    for tile in cut_tiles(shape, size_px, overlap_px):
        padded = pixels[tile.padded]
        np.testing.assert_array_equal(padded[tile.core_in_padded], pixels[tile.core])


def test_a_tile_inside_the_image_reaches_out_on_every_side() -> None:
    middle = cut_tiles((30, 30), 10, 3)[4]
    assert middle.core == (slice(10, 20), slice(10, 20))
    assert middle.padded == (slice(7, 23), slice(7, 23))


@pytest.mark.parametrize(("size_px", "overlap_px"), [(0, 0), (8, -1)])
def test_impossible_tiles_are_refused(size_px: int, overlap_px: int) -> None:
    with pytest.raises(OptionError, match="tiles"):
        cut_tiles((10, 10), size_px, overlap_px)
