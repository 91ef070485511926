"""Cutting windows out of a picture, mirrored where they reach over its edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def window_starts(centers: NDArray[np.float64], size: int) -> NDArray[np.int64]:
    """First pixel of a window of `size` pixels whose middle is nearest to each centre.

    Parameters
    ----------
    centers
        ``(N,)`` positions in pixels; the centre of the first pixel is 0.
    size
        Pixels per window, even or odd.

    Examples
    --------
    >>> window_starts(np.array([10.0, 10.0, 10.4]), 5), window_starts(np.array([10.0]), 4)
    (array([8, 8, 8]), array([9]))
    """
    return np.floor(centers - (size - 1) / 2 + 0.5).astype(np.int64)


def reflect(positions: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Fold positions outside ``0 .. length - 1`` back inside, as mirrors at the edge pixels would.

    The edge pixel is not repeated; folds as often as it takes, as for ``mode="reflect"`` of
    `numpy.pad`.

    Examples
    --------
    >>> reflect(np.arange(-3, 6), 3)
    array([1, 2, 1, 0, 1, 2, 1, 0, 1])
    """
    period = max(1, 2 * (length - 1))
    folded = positions % period
    return np.minimum(folded, period - folded) if length > 1 else np.zeros_like(positions)


def cut_windows(pixels: Any, starts: NDArray[np.int64], size: int) -> NDArray[Any]:
    """Cut square windows out of a picture, reading only the box which holds them all.

    Parameters
    ----------
    pixels
        ``(..., Y, X)``, numpy or a dask array of which only that box is computed.
    starts
        ``(N, 2)`` first row and column of each window; may lie outside the picture.
    size
        Height and width of a window.

    Returns
    -------
    ndarray, shape ``(N, ..., size, size)``, type as in `pixels`
    """
    if len(starts) == 0:
        return np.empty((0, *pixels.shape[:-2], size, size), pixels.dtype)
    first = starts.min(axis=0)
    rows, columns = (
        reflect(np.arange(begin, end + size), length)
        for begin, end, length in zip(first, starts.max(axis=0), pixels.shape[-2:], strict=True)
    )
    top, left = rows.min(), columns.min()
    box = np.asarray(pixels[..., top : rows.max() + 1, left : columns.max() + 1])
    mirrored = box.take(rows - top, axis=-2).take(columns - left, axis=-1)
    windows = np.lib.stride_tricks.sliding_window_view(mirrored, (size, size), axis=(-2, -1))
    # Chosen along the first axes, so that numpy copies whole rows of pixels.
    picked: NDArray[Any] = np.moveaxis(windows, (-4, -3), (0, 1))[tuple((starts - first).T)]
    return np.ascontiguousarray(picked)
