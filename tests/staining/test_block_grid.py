import numpy as np
import pytest

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.staining.grid import BlockGrid, paint_blocks, positive_area

GRIDS = [
    (BlockGrid(32, 32), (100, 64)),
    (BlockGrid(32, 16), (100, 70)),
    (BlockGrid(5, 3), (17, 23)),
    (BlockGrid(7, 7), (7, 7)),
]


def boxes(grid, shape_px):
    rows, columns = grid.starts(shape_px)
    for i, y in enumerate(rows):
        for j, x in enumerate(columns):
            yield (i, j), (slice(y, y + grid.block_px), slice(x, x + grid.block_px))


@pytest.mark.parametrize(("grid", "shape_px"), GRIDS)
def test_the_positive_area_is_the_mean_of_the_mask_over_each_block(grid, shape_px):
    mask = np.random.default_rng(0).random(shape_px) > 0.6
    area = positive_area(mask, grid)
    assert area.shape == grid.shape(shape_px)
    for place, box in boxes(grid, shape_px):
        assert area[place] == pytest.approx(mask[box].mean())


@pytest.mark.parametrize(("grid", "shape_px"), GRIDS)
def test_a_pixel_is_painted_with_the_mean_of_the_known_blocks_over_it(grid, shape_px):
    values = np.random.default_rng(1).random(grid.shape(shape_px))
    values[0, -1] = np.nan
    total, count = np.zeros(shape_px), np.zeros(shape_px)
    for place, box in boxes(grid, shape_px):
        if np.isfinite(values[place]):
            total[box] += values[place]
            count[box] += 1
    with np.errstate(invalid="ignore"):
        wanted = total / count
    np.testing.assert_allclose(paint_blocks(values, grid, shape_px), wanted, atol=1e-6)


def test_what_fits_no_block_is_painted_as_unknown():
    painted = paint_blocks(np.ones((1, 1)), BlockGrid(32, 32), (40, 32))
    assert np.isnan(painted[32:]).all()
    assert (painted[:32] == 1).all()


def test_values_of_another_field_are_refused():
    with pytest.raises(DataError, match="same grid and field"):
        paint_blocks(np.ones((2, 2)), BlockGrid(32, 32), (40, 32))


def test_a_field_smaller_than_a_block_is_refused():
    with pytest.raises(DataError, match="smaller than a block"):
        BlockGrid(32, 16).shape((31, 100))


@pytest.mark.parametrize("stride_px", [0, 33])
def test_blocks_that_leave_gaps_are_refused(stride_px):
    with pytest.raises(OptionError, match="stride"):
        BlockGrid(32, stride_px)
