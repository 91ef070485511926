"""Large areas of one value that reach the border of a plane, found strip by strip of its rows."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from napari_seewhy.images.scratch import cut_rows, cut_strips, make_scratch, release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from napari_seewhy.images.image import Pixels


def find_empty(plane: Pixels, value: float, least_px: float) -> NDArray[np.bool_] | None:
    """Find areas of touching pixels of a value that are large and reach the border.

    Parameters
    ----------
    plane
        ``(Y, X)``, numpy or dask, read strip by strip.
    value
        What the pixels are.
    least_px
        How many pixels an area has at least.

    Returns
    -------
    ndarray of bool, shape ``(Y, X)``, or None
        None where there is no such area, or nothing else. That of a large plane lies in a
        temporary file, see `make_scratch`.
    """
    is_value: NDArray[np.bool_] = make_scratch(plane.shape, np.bool_)
    n_px = 0
    for rows in cut_rows(plane.shape):
        found = np.asarray(plane[rows] == value)
        is_value[rows] = found
        n_px += int(np.count_nonzero(found))
        release(is_value)
    if n_px < least_px or n_px == prod(plane.shape):
        return None
    is_wanted = _find_wanted(is_value, least_px)
    if not is_wanted.any():
        return None
    for rows, areas, _ in _label_strips(is_value):
        is_value[rows] = is_wanted[areas]
    return is_value


def _label_strips(
    is_value: NDArray[np.bool_],
) -> Iterator[tuple[slice, NDArray[np.int64], NDArray[np.int64]]]:
    """Yield each strip, its areas by numbers that go on from strip to strip, and their sizes.

    Areas that do not reach the rim of their strip do not reach that of the plane: they count for 0.
    """
    n_before = 0
    for rows, strip in zip(cut_rows(is_value.shape), cut_strips(is_value), strict=True):
        areas, n_areas = scipy.ndimage.label(strip)
        rim = np.unique(np.concatenate([areas[0], areas[-1], areas[:, 0], areas[:, -1]]))
        rim = rim[rim > 0]
        number_of = np.zeros(n_areas + 1, np.int64)
        number_of[rim] = np.arange(n_before + 1, n_before + 1 + rim.size)
        sizes = np.bincount(areas.reshape(-1), minlength=n_areas + 1)[rim]
        yield rows, number_of[areas], sizes
        n_before += rim.size


def _find_wanted(is_value: NDArray[np.bool_], least_px: float) -> NDArray[np.bool_]:
    """Find for each number of `_label_strips` whether its area is large and at the border."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    sizes: list[Any] = [np.zeros(1, np.int64)]
    at_border: list[Any] = []
    touching: list[Any] = []
    above = None
    for rows, areas, of_areas in _label_strips(is_value):
        sizes.append(of_areas)
        border = [areas[:, 0], areas[:, -1]]
        border += [areas[0]] if rows.start == 0 else []
        border += [areas[-1]] if rows.stop == len(is_value) else []
        at_border.append(np.unique(np.concatenate(border)))
        if above is not None:
            pairs = np.stack([above, areas[0]])
            touching.append(np.unique(pairs[:, pairs.all(axis=0)], axis=1))
        # A copy, for a view would keep all of the strip.
        above = areas[-1].copy()
    size = np.concatenate(sizes)
    joined = np.concatenate([np.zeros((2, 0), np.int64), *touching], axis=1)
    links = coo_array((np.ones(joined.shape[1], np.int8), joined), shape=(size.size, size.size))
    n_whole, whole = connected_components(links, directed=False)
    is_large = np.bincount(whole, size, n_whole) >= least_px
    is_at_border = np.zeros(n_whole, bool)
    is_at_border[whole[np.unique(np.concatenate(at_border))]] = True
    wanted: NDArray[np.bool_] = (is_large & is_at_border)[whole]
    wanted[0] = False
    return wanted
