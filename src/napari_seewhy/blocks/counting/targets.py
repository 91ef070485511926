"""What the marker says of each block: positive, not, or unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.staining import positive_area

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.staining import BlockGrid


def measure_blocks(
    positive: ArrayLike, grid: BlockGrid, known: ArrayLike | None = None
) -> NDArray[np.float32]:
    """Measure which share of each block is positive, where all of the block is known.

    Parameters
    ----------
    positive
        ``(Y, X)`` bool: where the marker is above its threshold.
    grid
        The blocks.
    known
        ``(Y, X)`` bool: which pixels count; None takes all.

    Returns
    -------
    ndarray, shape ``(h, w)``, float32
        0..1; NaN where a pixel of the block is unknown.

    Examples
    --------
    >>> from napari_seewhy.staining.grid import BlockGrid
    >>> positive = np.eye(4, dtype=bool)
    >>> measure_blocks(positive, BlockGrid(2, 2)).tolist()
    [[0.5, 0.0], [0.0, 0.5]]
    """
    area = positive_area(positive, grid)
    if known is not None:
        area[positive_area(known, grid) < 1] = np.nan
    return area


def call_blocks(area: NDArray[np.float32], least_area: float) -> NDArray[np.float32]:
    """Say which blocks are positive: 1 from `least_area` on, 0 below, NaN where unknown.

    Examples
    --------
    >>> call_blocks(np.float32([[0.1, 0.3, np.nan]]), 0.25).tolist()
    [[0.0, 1.0, nan]]
    """
    return np.where(np.isnan(area), area, area >= least_area).astype(np.float32)
