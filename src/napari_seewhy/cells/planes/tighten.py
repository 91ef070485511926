"""Tighten: each object is drawn in to where it is half as bright as it is inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], bool)
_HALF = 0.5
_N_ROUNDS = 3


def tighten(labels: NDArray[np.int32], contrast: NDArray[np.float32]) -> NDArray[np.int32]:
    """Draw every object in to half of its own height above the background.

    One threshold for a whole image is too low for its bright nuclei, which get a rim of blur, and
    too high for the dim ones. A sharp edge that is blurred by a microscope stands where the
    intensity has fallen to half.

    Parameters
    ----------
    labels
        ``(Y, X)`` int32, objects that are somewhat too large.
    contrast
        ``(Y, X)``, intensity above the background.

    Returns
    -------
    Labels ``(Y, X)`` int32
        Every object in one piece and without holes where it had none before; what happens to one
        object does not depend on any other.
    """
    kept = _largest_pieces(_above_half(labels, contrast))
    return _fill_new_holes(labels, kept)


def _above_half(labels: NDArray[np.int32], contrast: NDArray[np.float32]) -> NDArray[np.int32]:
    at = np.flatnonzero(labels)
    numbers = labels.ravel()[at]
    heights = contrast.ravel()[at]
    n_numbers = int(numbers.max(initial=0)) + 1
    bounds = np.full(n_numbers, -np.inf)
    for _ in range(_N_ROUNDS):
        is_above = heights >= bounds[numbers]
        above = numbers[is_above]
        n_above = np.maximum(np.bincount(above, minlength=n_numbers), 1)
        bounds = _HALF * np.bincount(above, heights[is_above], n_numbers) / n_above
    result = np.zeros_like(labels)
    result.ravel()[at] = np.where(heights >= bounds[numbers], numbers, 0)
    return result


def _largest_pieces(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Keep of every object its largest 4-connected piece, of equal ones the last."""
    from skimage.measure import label

    pieces, n_pieces = label(labels, connectivity=1, return_num=True)
    areas = np.bincount(pieces.ravel(), minlength=n_pieces + 1)
    owners = np.zeros(n_pieces + 1, np.intp)
    owners[pieces] = labels
    by_area = np.argsort(areas, kind="stable")
    largest = np.zeros(int(labels.max(initial=0)) + 1, np.intp)
    # Of several pieces assigned to one owner the last one stays, which is the largest.
    largest[owners[by_area]] = by_area
    is_kept = np.zeros(n_pieces + 1, bool)
    is_kept[largest] = True
    is_kept[0] = False
    kept: NDArray[np.int32] = np.where(is_kept[pieces], labels, 0)
    return kept


def _fill_new_holes(before: NDArray[np.int32], after: NDArray[np.int32]) -> NDArray[np.int32]:
    """Give back what was taken away in the middle of an object."""
    lost, n_lost = scipy.ndimage.label((before != 0) & (after == 0))
    is_hole = np.ones(n_lost + 1, bool)
    is_hole[0] = False
    is_outside = scipy.ndimage.binary_dilation(before == 0, border_value=1)
    is_hole[lost[is_outside]] = False
    if not is_hole.any():
        return after
    holes = np.where(is_hole[lost], lost, 0)
    owners = np.zeros(n_lost + 1, np.int32)
    # A hole between two nuclei goes to the one with the larger number.
    np.maximum.at(owners, holes, scipy.ndimage.maximum_filter(after, footprint=_CROSS))
    filled: NDArray[np.int32] = np.where(holes > 0, owners[holes], after)
    return filled
