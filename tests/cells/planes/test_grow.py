"""Growing cells: tiles change nothing, and numbers stay."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from skimage.segmentation import expand_labels

from napari_seewhy.cells.planes.grow import expand_nuclei_steps, flood_cells_steps
from napari_seewhy.cells.planes.smooth_plane import SmoothPlane
from napari_seewhy.progress import finish


@pytest.fixture
def nuclei() -> np.ndarray:
    random = np.random.default_rng(0)
    labels = np.zeros((150, 170), np.int32)
    for number, (y, x) in enumerate(random.integers(3, 145, (60, 2)), start=1):
        labels[y - 3 : y + 3, x - 3 : x + 3] = number
    return labels


@pytest.mark.parametrize("distance_px", [1.0, 4.5, 12.0])
def test_expanding_by_tiles_gives_what_one_piece_gives(nuclei, distance_px):
    tiled = finish(expand_nuclei_steps(nuclei, distance_px, tile_px=41))
    assert np.array_equal(tiled, expand_labels(nuclei, distance_px))


def test_expanding_by_nothing_changes_nothing(nuclei):
    assert np.array_equal(finish(expand_nuclei_steps(nuclei, 0.0)), nuclei)


@pytest.mark.parametrize("distance_px", [None, 6.0])
def test_flooding_by_tiles_gives_what_one_piece_gives(nuclei, distance_px):
    random = np.random.default_rng(1)
    bright = gaussian_filter(random.normal(size=nuclei.shape), 4) > 0
    cytoplasm = SmoothPlane(np.where(bright, 100, 10), 0)
    whole = finish(flood_cells_steps(nuclei, cytoplasm, distance_px, 3, tile_px=1000))
    tiled = finish(flood_cells_steps(nuclei, cytoplasm, distance_px, 3, tile_px=29))
    assert np.array_equal(tiled, whole)
    assert np.array_equal(whole[nuclei > 0], nuclei[nuclei > 0])
    assert not whole[~bright & (expand_labels(nuclei, 20) == 0)].any()


def test_a_bright_part_without_a_nucleus_is_no_cell():
    nuclei = np.zeros((40, 40), np.int32)
    nuclei[8:12, 8:12] = 1
    cytoplasm = np.full((40, 40), 10)
    cytoplasm[5:15, 5:15] = cytoplasm[25:35, 25:35] = 100
    cells = finish(flood_cells_steps(nuclei, SmoothPlane(cytoplasm, 0), None, 2))
    assert (cells > 0).sum() == 100
    assert not cells[20:].any()
