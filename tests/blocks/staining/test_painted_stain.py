from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.blocks.staining.stained_image import StainedImage
from napari_seewhy.blocks.staining.work import PaintedStain
from napari_seewhy.staining.card import StainCard
from napari_seewhy.staining.grid import BlockGrid

CARD = StainCard(name="m", network="small", channels=("phase",), block_px=16, positive_area=0.25)


def make(stride_px: int, shape: tuple[int, int], seen: tuple[int, int] | None = None):
    grid = BlockGrid(16, stride_px)
    blocks = grid.shape(seen or shape)
    probability = np.random.default_rng(0).random((2, *blocks)).astype(np.float32)
    return StainedImage(probability, grid, seen or shape, shape, CARD, 0.5)


@pytest.mark.parametrize("stride_px", [16, 8, 5])
@pytest.mark.parametrize("band", [7, 16, 40, 200])
def test_bands_put_together_are_the_whole(stride_px, band):
    stained = make(stride_px, (101, 64))
    painted = PaintedStain(stained)
    assert painted.shape == (2, 1, 101, 64)
    for t in range(2):
        bands = [painted[t, 0, slice(top, min(top + band, 101))] for top in range(0, 101, band)]
        np.testing.assert_allclose(np.concatenate(bands), stained.paint(t), rtol=1e-5)


def test_the_mask_of_a_rim_without_blocks_is_negative():
    stained = make(16, (40, 32))
    mask = PaintedStain(stained, is_mask=True)[0, 0, slice(0, 40)]
    assert mask.dtype == np.uint8
    assert not mask[32:].any()
    assert np.array_equal(mask[:32] == 1, stained.paint()[:32] >= 0.5)


def test_a_rescaled_field_is_painted_at_its_own_size():
    stained = make(16, (64, 96), seen=(32, 48))
    painted = PaintedStain(stained)[0, 0, slice(0, 64)]
    assert painted.shape == (64, 96)
    assert (painted[:32, :32] == stained.probability[0, 0, 0]).all()
