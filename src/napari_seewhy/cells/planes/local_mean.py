"""The mean about each pixel, to the last bit the same however an image is cut into tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def mean_about(
    values: NDArray[np.floating], reach_px: int, precision: float
) -> NDArray[np.float64]:
    """Mean of the square about each pixel; at the edge, of the part of it that is there.

    The sums are taken of whole numbers: running sums of fractions would depend on where they
    began, and so on the tile.

    Parameters
    ----------
    values
        ``(Y, X)``.
    reach_px
        The square is ``2 * reach_px + 1`` pixels wide.
    precision
        Values are rounded to multiples of this.

    Examples
    --------
    >>> mean_about(np.array([[0.0, 3.0, 6.0]]), 1, precision=0.1).round(1).tolist()
    [[1.5, 3.0, 4.5]]
    """
    steps = np.rint(values / precision).astype(np.int64)
    sums = _sum_along_y(_sum_along_y(steps, reach_px).T, reach_px).T
    counts = [_sum_along_y(np.ones(n, np.int64), reach_px) for n in values.shape]
    return sums * precision / np.outer(*counts)


def _sum_along_y(values: NDArray[np.int64], reach_px: int) -> NDArray[np.int64]:
    n_rows = len(values)
    summed = np.zeros((n_rows + 1, *values.shape[1:]), np.int64)
    np.cumsum(values, axis=0, out=summed[1:])
    rows = np.arange(n_rows)
    last, first = np.minimum(rows + reach_px + 1, n_rows), np.maximum(rows - reach_px, 0)
    sums: NDArray[np.int64] = summed[last] - summed[first]
    return sums
