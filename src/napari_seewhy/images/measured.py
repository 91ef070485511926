"""What of an image was measured: a frame that is not filled shows nothing where it is empty.

Missing tiles of a mosaic, and the corners of a turned or registered image, hold one value at the
end of the type's range. Dark background may do so too; its outline differs, which is neither
straight nor that of one convex field.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from napari_seewhy.images.empty_areas import find_empty
from napari_seewhy.images.scratch import cut_rows, cut_strips, make_scratch, release

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.images.image import Pixels

_LEAST_SHARE = 0.002
_LEAST_PX = 64
_LEAST_FIELD = 0.3
"""A convex field fills at least this share of its frame."""

_SOLID = 0.97
_STRAIGHT = 0.8
_RUN_PX = 16
_ROWS_LOOKED_AT = 2048
_ROWS_TRIED = 16
"""So few tell whether a field holds several values; a large image is not read as a whole for it."""

_CAMERA_ENDS = (1023, 4095, 16383)
"""Greatest values of cameras of 10, 12 and 14 bits, whose pixels stand in types of 16."""

_RIM_PX = 2
"""Turning an image mixes so many pixels beside the empty part with it."""


def find_measured(
    plane: Pixels, declared: NDArray[np.bool_] | None = None
) -> NDArray[np.bool_] | None:
    """Find which pixels of a plane were measured.

    Not measured are areas of touching pixels that reach the border, are all the least or the
    greatest value of the type (of signed numbers also 0, of real ones 0 or a greatest 1), or of a
    camera of 10 to 14 bits, hold at least 0.2 % of the plane, and either
    have straight edges along rows and columns (tiles), or leave one convex field (a turned image).

    Parameters
    ----------
    plane
        ``(Y, X)`` of any number type, numpy or dask.
    declared
        ``(Y, X)`` bool: which pixels the file declares as measured; the others are not.

    Returns
    -------
    ndarray of bool, shape ``(Y, X)``, or None
        None where all of it was measured, which is the usual case and found quickly. That of a
        large plane lies in a temporary file, see `make_scratch`.

    Examples
    --------
    >>> plane = np.arange(4096).reshape(64, 64).astype(np.uint16) + 9
    >>> find_measured(plane) is None
    True
    >>> plane[:, 40:] = 0
    >>> int(find_measured(plane)[0].sum())
    40
    """
    found = _find_by_outline(plane)
    if declared is None or declared.shape != plane.shape:
        return found
    return declared if found is None else found & declared


def _find_by_outline(plane: Pixels) -> NDArray[np.bool_] | None:
    border = [np.asarray(edge) for edge in (plane[0], plane[-1], plane[:, 0], plane[:, -1])]
    ends, camera_ends = _ends(plane.dtype)
    for value in (*ends, *camera_ends):
        if not any((edge == value).any() for edge in border):
            continue
        # A camera that ends there gives nothing beyond.
        if value in camera_ends and _is_exceeded(plane, value):
            continue
        empty = find_empty(plane, value, max(_LEAST_PX, _LEAST_SHARE * prod(plane.shape)))
        if empty is None or not _has_spread(plane, empty):
            continue
        if _is_straight(empty):
            return _without(empty, 0)
        if _leaves_convex_field(empty):
            return _without(empty, _RIM_PX)
    return None


def _without(empty: NDArray[np.bool_], rim_px: int) -> NDArray[np.bool_]:
    """Return what is left without an area and what lies so near to it."""
    measured: NDArray[np.bool_] = make_scratch(empty.shape, np.bool_)
    for rows in cut_rows(empty.shape):
        first = max(0, rows.start - rim_px)
        near = empty[first : rows.stop + rim_px]
        if rim_px:
            near = scipy.ndimage.binary_dilation(near, np.ones((3, 3)), iterations=rim_px)
        measured[rows] = ~near[rows.start - first :][: rows.stop - rows.start]
        release(empty)
        release(measured)
    return measured


def fill_unmeasured(plane: Pixels, measured: NDArray[np.bool_]) -> Pixels:
    """Return a plane with the median of what was measured wherever nothing was."""
    step = max(1, plane.shape[0] // _ROWS_LOOKED_AT)
    some = np.asarray(plane[::step])[measured[::step]]
    middle = np.asarray(np.median(some) if some.size else 0).astype(plane.dtype)
    if isinstance(plane, np.ndarray):
        return np.where(measured, plane, middle)
    import dask.array as da

    there = da.from_array(measured, chunks=plane.chunks, name=False)
    filled: Pixels = da.where(there, plane, middle)
    return filled


def explain_unmeasured(
    measured: NDArray[np.bool_] | None, *, is_declared: bool = False
) -> tuple[str, ...]:
    """Say which share of planes ``(..., Y, X)`` was not measured; nothing where all was."""
    if measured is None or (n_there := _count(measured)) == measured.size:
        return ()
    share = 1 - n_there / measured.size
    if is_declared:
        return (
            f"{share:.0%} of the image was not measured: a mask or its file declares so, or it is "
            "one value up to the border. It counts nowhere.",
        )
    return (
        f"{share:.0%} of the image is one value up to its border and is taken for not measured, so "
        "it counts nowhere; crop the image if that is wrong.",
    )


def _count(area: NDArray[np.bool_]) -> int:
    rows = area.reshape(-1, area.shape[-1])
    return sum(int(np.count_nonzero(strip)) for strip in cut_strips(rows))


def _ends(dtype: np.dtype[Any]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the values that programs fill with, and those that only count as the greatest."""
    if dtype.kind not in "iu":
        return (0,), (1,)
    limits = np.iinfo(dtype)
    ends = dict.fromkeys((int(limits.min), 0, int(limits.max)))
    return tuple(ends), tuple(end for end in _CAMERA_ENDS if end < limits.max)


def _is_exceeded(plane: Pixels, value: int) -> bool:
    return any((np.asarray(plane[rows]) > value).any() for rows in cut_rows(plane.shape))


def _has_spread(plane: Pixels, empty: NDArray[np.bool_]) -> bool:
    """Whether the rest holds more than one value; what was measured always does."""
    step = max(1, plane.shape[0] // _ROWS_TRIED)
    some = np.asarray(plane[::step])[~empty[::step]]
    return bool(some.size) and some.min() < some.max()


def _is_straight(empty: NDArray[np.bool_]) -> bool:
    """Whether most of the outline runs along rows and columns for long."""
    n_edges = n_long = 0
    for lines in (empty, empty.T):
        for rows in cut_rows(lines.shape):
            some = lines[rows.start : rows.stop + 1]
            edge = some[1:] != some[:-1]
            n_edges += int(edge.sum())
            n_long += _count_in_runs(edge)
            release(empty)
    return n_long >= _STRAIGHT * n_edges


def _count_in_runs(edge: NDArray[np.bool_]) -> int:
    """Count what is true in rows of at least `_RUN_PX` true pixels one after the other."""
    padded = np.pad(edge, ((0, 0), (1, 1))).astype(np.int8)
    steps = np.diff(padded, axis=1).ravel()
    lengths = np.flatnonzero(steps == -1) - np.flatnonzero(steps == 1)
    return int(lengths[lengths >= _RUN_PX].sum())


def _leaves_convex_field(empty: NDArray[np.bool_]) -> bool:
    """Whether the rest is one field without dents that fills much of the frame."""
    from skimage.morphology import convex_hull_image

    # A turned frame leaves its corners empty; a dark spot at one edge does not.
    if empty[[0, 0, -1, -1], [0, -1, 0, -1]].sum() < 3:
        return False
    if empty.size - _count(empty) < _LEAST_FIELD * empty.size:
        return False
    step = max(1, max(empty.shape) // 512)
    thin = ~empty[::step, ::step]
    return bool(thin.sum() >= _SOLID * convex_hull_image(thin).sum())
