"""Cut one object in pieces: along a line, or at the narrowest place between seeds."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLIVER = 0.02
"""Share of a cell below which what a drawn line cuts off is a slip of the hand, not a piece."""

_TOUCHING = np.ones((3, 3), bool)
_RIGHT = np.array([[0, 0, 0], [0, 1, 1], [0, 0, 0]], bool)


def cut_along(
    mask: NDArray[np.bool_], corners: NDArray[np.float64], number: int
) -> NDArray[np.int32]:
    """Cut `mask` along a line and give its pieces the numbers from 1 on, in no special order.

    Parameters
    ----------
    mask
        ``(Y, X)``, the object; it need not be of one piece before.
    corners
        ``(N, 2)``, y and x of the line's corners in pixels of `mask`; they may lie outside.
    number
        What the object is called, for the message.

    Raises
    ------
    DataError
        If there are not more pieces than before, slivers (`SLIVER`) not counted.
    """
    from skimage.draw import line

    knife = np.zeros_like(mask)
    ends = np.rint(corners).astype(int)
    for start, end in itertools.pairwise(ends):
        y, x = line(*start, *end)
        inside = (y >= 0) & (y < mask.shape[0]) & (x >= 0) & (x < mask.shape[1])
        knife[y[inside], x[inside]] = True
    # Pieces touch over corners too, so the knife must have no gap over corners either.
    knife = ndimage.binary_dilation(knife, _RIGHT)
    least_px = SLIVER * np.count_nonzero(mask)
    pieces, n_pieces = _find_pieces(mask & ~knife, least_px)
    if n_pieces <= _find_pieces(mask, least_px)[1]:
        raise DataError(
            f"The line does not cut cell {number} in two; draw it from one side to the other."
        )
    return _fill_from_nearest(pieces, mask)


def grow_from(
    mask: NDArray[np.bool_], seeds: NDArray[np.float64], number: int
) -> NDArray[np.int32]:
    """Share out `mask` among seeds, with borders at its narrowest places.

    Watershed of the distance to the outline, flooded from the seeds; parts that no seed reaches go
    to the nearest piece.

    Parameters
    ----------
    mask
        ``(Y, X)``, the object.
    seeds
        ``(N, 2)``, y and x in pixels of `mask`; piece ``i + 1`` grows from seed ``i``.
    number
        What the object is called, for the message.

    Raises
    ------
    DataError
        If a seed is not on the object, or all are on one pixel.
    """
    from skimage.segmentation import watershed

    y, x = np.rint(seeds).astype(int).T
    inside = (y >= 0) & (y < mask.shape[0]) & (x >= 0) & (x < mask.shape[1])
    if not inside.all() or not mask[y, x].all():
        raise DataError(f"A point is not on cell {number}; put every point within it.")
    markers = np.zeros(mask.shape, np.int32)
    markers[y, x] = np.arange(1, len(y) + 1)
    if np.count_nonzero(markers) < 2:
        raise DataError("The points are all on one pixel; put one on each of the future cells.")
    # The edge of the box is no outline of the cell, so a rim of background goes round it.
    distance = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    pieces = watershed(-distance, markers, mask=mask, connectivity=2)
    return _fill_from_nearest(pieces, mask)


def _find_pieces(mask: NDArray[np.bool_], least_px: float) -> tuple[NDArray[np.int32], int]:
    """Find what hangs together in `mask`, slivers left out; and say how many there are."""
    pieces, _ = ndimage.label(mask, _TOUCHING)
    areas = np.bincount(pieces.ravel())
    areas[0] = 0
    is_kept = areas >= max(least_px, 1)
    return np.where(is_kept[pieces], pieces, 0), int(is_kept.sum())


def _fill_from_nearest(pieces: NDArray[np.int32], mask: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Give every pixel of `mask` that is in no piece to the nearest one."""
    y, x = ndimage.distance_transform_edt(pieces == 0, return_distances=False, return_indices=True)
    return np.where(mask, pieces[y, x], 0)
