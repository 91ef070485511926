"""Outlines: the border pixels of all objects and the length of each object's outline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.labels import find_owners

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BESIDE, _ACROSS = 2, 10
"""What a neighbour on an edge and on a corner add to the code of a border pixel."""


def _make_lengths() -> NDArray[np.float64]:
    lengths = np.zeros(50)
    lengths[[5, 7, 15, 17, 25, 27]] = 1
    lengths[[21, 33]] = np.sqrt(2)
    lengths[[13, 23]] = (1 + np.sqrt(2)) / 2
    return lengths


_LENGTHS = _make_lengths()


def find_border(labels: NDArray[Any]) -> NDArray[np.int64]:
    """Find the pixels of objects that have another label, or none, above, below or beside them.

    Parameters
    ----------
    labels
        One integer per object, 0 = background, shape ``(Y, X)``, with a rim of zeros one pixel
        wide.

    Returns
    -------
    Places of these pixels in ``labels.ravel()``, increasing
    """
    width = labels.shape[1]
    flat = labels.reshape(-1)
    center = flat[width:-width]
    is_border = flat[: -2 * width] != center
    is_border |= flat[2 * width :] != center
    is_border |= flat[width - 1 : -width - 1] != center
    is_border[:-1] |= center[1:] != center[:-1]
    is_border &= center != 0
    at: NDArray[np.int64] = np.flatnonzero(is_border) + width
    return at


def measure_perimeters(labels: NDArray[Any], numbers: NDArray[np.int64]) -> NDArray[np.float64]:
    """Measure the length of the outline of every object, in pixels.

    The same numbers as `skimage.measure.perimeter` with a neighbourhood of 4 for each object by
    itself, after K. Benkrid and D. Crookes, "Design and FPGA implementation of a perimeter
    estimator": a border pixel adds 1, the root of 2 or their mean, by which border pixels of its
    object lie around it.

    Parameters
    ----------
    labels
        One integer per object, 0 = background, shape ``(Y, X)``.
    numbers
        Labels to measure, increasing, shape ``(N,)``.

    Returns
    -------
    Lengths in pixels, shape ``(N,)``
        0 for a label that does not occur.

    Examples
    --------
    >>> square = np.zeros((6, 6), int)
    >>> square[1:5, 1:5] = 1
    >>> measure_perimeters(square, np.array([1]))
    array([12.])
    """
    padded = np.pad(labels, 1)
    width = padded.shape[1]
    at = find_border(padded)
    own = padded.reshape(-1)[at]
    border = np.zeros(padded.size, padded.dtype)
    border[at] = own
    code = np.ones(at.size, np.intp)
    for step in (-width, -1, 1, width):
        code += _BESIDE * (border[at + step] == own)
    for step in (-width - 1, -width + 1, width - 1, width + 1):
        code += _ACROSS * (border[at + step] == own)
    owner, is_known = find_owners(own, numbers)
    weights = np.where(is_known, _LENGTHS[code], 0.0)
    return np.bincount(owner, weights=weights, minlength=numbers.size).astype(np.float64)
