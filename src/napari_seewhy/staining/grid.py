"""The grid: which blocks a field is cut into, and how their values are painted back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import DataError, OptionError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class BlockGrid:
    """Squares of one size that begin at equal distances, the first in the upper left corner.

    What is left at the lower and right edge, where no whole block fits, belongs to no block.

    Attributes
    ----------
    block_px
        Edge of a block.
    stride_px
        From the start of a block to that of the next; the blocks overlap where it is smaller than
        `block_px`, and at most that.

    Raises
    ------
    OptionError
        If either is below 1, or blocks would leave gaps.

    Examples
    --------
    >>> BlockGrid(32, 32).shape((100, 64))
    (3, 2)
    >>> BlockGrid(32, 16).shape((100, 64))
    (5, 3)
    """

    block_px: int
    stride_px: int

    def __post_init__(self) -> None:
        if not 1 <= self.stride_px <= self.block_px:
            raise OptionError(
                f"The stride is {self.stride_px} px and the block {self.block_px} px; choose a "
                "stride from 1 px to the size of the block."
            )

    def shape(self, shape_px: tuple[int, int]) -> tuple[int, int]:
        """Return how many blocks a field ``(Y, X)`` holds along y and x.

        Raises
        ------
        DataError
            If the field is smaller than a block.
        """
        height, width = shape_px
        if min(height, width) < self.block_px:
            raise DataError(
                f"The field is {height} x {width} px, smaller than a block of {self.block_px} px; "
                "choose smaller blocks or a larger field."
            )
        n_rows, n_columns = (
            (edge - self.block_px) // self.stride_px + 1 for edge in (height, width)
        )
        return n_rows, n_columns

    def starts(self, shape_px: tuple[int, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the first row ``(h,)`` and the first column ``(w,)`` of the blocks of a field."""
        n_rows, n_columns = self.shape(shape_px)
        return np.arange(n_rows) * self.stride_px, np.arange(n_columns) * self.stride_px


def positive_area(mask: ArrayLike, grid: BlockGrid) -> NDArray[np.float32]:
    """Measure which share of the pixels of each block is positive.

    Parameters
    ----------
    mask
        ``(Y, X)`` bool.
    grid
        The blocks.

    Returns
    -------
    ndarray, shape ``(h, w)``, float32
        0..1.

    Raises
    ------
    DataError
        If the field is smaller than a block.
    """
    positive = np.asarray(mask, bool)
    rows, columns = grid.starts((positive.shape[0], positive.shape[1]))
    area = np.empty((len(rows), len(columns)), np.float32)
    sums = np.zeros(positive.shape[1] + 1, np.int64)
    # Row by row, so that a field of 20,000 px needs no second one of wide integers.
    for i, row in enumerate(rows):
        np.cumsum(positive[row : row + grid.block_px].sum(axis=0), out=sums[1:])
        area[i] = (sums[columns + grid.block_px] - sums[columns]) / grid.block_px**2
    return area


def paint_blocks(
    values: ArrayLike, grid: BlockGrid, shape_px: tuple[int, int]
) -> NDArray[np.float32]:
    """Paint the values of blocks onto the pixels of their field.

    Parameters
    ----------
    values
        ``(h, w)``, one per block; NaN where a block has none.
    grid
        The blocks.
    shape_px
        Height and width of the field.

    Returns
    -------
    ndarray, shape ``(Y, X)``, float32
        The mean over the blocks that cover a pixel and have a value; NaN where there is none.

    Raises
    ------
    DataError
        If there are more or fewer values than the field has blocks.
    """
    given = np.asarray(values, np.float64)
    wanted = grid.shape(shape_px)
    if given.shape != wanted:
        raise DataError(
            f"There are {given.shape} values and the field has {wanted} blocks; give those of the "
            "same grid and field."
        )
    is_known = np.isfinite(given)
    sums = np.where(is_known, given, 0)
    counts = is_known.astype(np.float64)
    n_px = []
    for axis, edge in enumerate(shape_px):
        first, end, n = _covering(wanted[axis], edge, grid)
        sums, counts = (_sum_between(values, first, end, axis) for values in (sums, counts))
        n_px.append(n)
    with np.errstate(invalid="ignore"):
        means = (sums / counts).astype(np.float32)
    # Along x first, where it is still small: a field of 20,000 px is then written once.
    return np.repeat(np.repeat(means, n_px[1], axis=1), n_px[0], axis=0)


def _covering(
    n_blocks: int, edge_px: int, grid: BlockGrid
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Cut an axis wherever a block begins or ends.

    Returns
    -------
    tuple of three arrays
        For each piece the first block that covers it, the one after the last, and its pixels.
    """
    starts = np.arange(n_blocks) * grid.stride_px
    edges = np.unique(np.concatenate([starts, starts + grid.block_px, [edge_px]]))
    places = edges[:-1]
    end = np.minimum(places // grid.stride_px + 1, n_blocks)
    first = np.maximum(0, -((grid.block_px - 1 - places) // grid.stride_px))
    return np.minimum(first, end), end, np.diff(edges)


def _sum_between(
    values: NDArray[np.float64], first: NDArray[np.int64], end: NDArray[np.int64], axis: int
) -> NDArray[np.float64]:
    so_far = np.insert(values.cumsum(axis=axis), 0, 0, axis=axis)
    sums: NDArray[np.float64] = so_far.take(end, axis) - so_far.take(first, axis)
    return sums
