"""What may be done to the pixels of crops: neighbours taken out, another pixel size."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def mask_neighbours(pixels: NDArray[Any], labels: NDArray[Any], own: NDArray[Any]) -> NDArray[Any]:
    """Paint every other object over with the background of the crop.

    The background is the median of the crop's pixels that belong to no object, per channel: a value
    that occurs there, so that no edge of black appears which a network could learn from. A crop
    without such pixels takes its darkest pixel.

    Parameters
    ----------
    pixels
        ``(N, C, H, W)``.
    labels
        ``(N, H, W)``, the labels in the same windows.
    own
        ``(N,)``, number of the object that stays.

    Returns
    -------
    ndarray, shape ``(N, C, H, W)``, type as in `pixels`

    Raises
    ------
    DataError
        If an object is not in its own window, as when table and labels do not belong together.
    """
    is_own = labels == own[:, None, None]
    lost = own[~is_own.any(axis=(1, 2))]
    if len(lost):
        raise DataError(
            f"Object {lost[0]} of the table is not at its place in the labels; "
            "measure these labels again, or choose the labels that belong to the table."
        )
    is_neighbour = (labels != 0) & ~is_own
    background = _backgrounds(pixels, labels == 0)
    return np.where(is_neighbour[:, None], background[:, :, None, None], pixels)


def paint_unmeasured(pixels: NDArray[Any], is_measured: NDArray[np.bool_]) -> NDArray[Any]:
    """Paint what was not measured over with the median of what was in the crop, per channel.

    Parameters
    ----------
    pixels, is_measured
        ``(N, C, H, W)``.

    Returns
    -------
    ndarray, shape ``(N, C, H, W)``, type as in `pixels`
        A crop in which nothing of a channel was measured keeps it as it is.
    """
    painted = pixels.copy()
    for channel in np.flatnonzero(~is_measured.all(axis=(0, 2, 3))):
        of_channel, known = pixels[:, channel], is_measured[:, channel]
        level = _backgrounds(of_channel[:, None], known)[:, 0, None, None]
        painted[:, channel] = np.where(known, of_channel, level)
    return painted


def _backgrounds(pixels: NDArray[Any], is_free: NDArray[np.bool_]) -> NDArray[Any]:
    """Lower median of the free pixels, ``(N, C)``; the least of all where none is free."""
    n, n_channels = pixels.shape[:2]
    highest = np.inf if pixels.dtype.kind == "f" else np.iinfo(pixels.dtype).max
    free = np.where(is_free[:, None], pixels, np.asarray(highest, pixels.dtype))
    ordered = np.sort(free.reshape(n, n_channels, -1), axis=-1)
    n_free = is_free.sum(axis=(1, 2))
    middle = (np.maximum(n_free, 1) - 1) // 2
    medians = np.take_along_axis(ordered, middle[:, None, None], axis=-1)[..., 0]
    return np.where(n_free[:, None] > 0, medians, pixels.min(axis=(2, 3)))


def window_for(size_px: int, scale: float) -> int:
    """Say how many image pixels wide a window is from which `rescale` makes `size_px` pixels."""
    return math.ceil((size_px - 1) * scale + 2 * max(1.0, scale)) + 1


def rescale(pixels: NDArray[Any], size_px: int, scale: float) -> NDArray[Any]:
    """Resample crops to pixels that are `scale` times as wide; intensities keep their scale.

    Linear between pixels; where it makes smaller, every new pixel is the mean of what it covers,
    weighted by a triangle of its width, so that fine texture does not turn into false patterns
    (the antialiased "bilinear" of Pillow). Whole-number types are rounded.

    Parameters
    ----------
    pixels
        ``(N, C, n, n)`` with ``n = window_for(size_px, scale)``.
    size_px
        Height and width to come.
    scale
        Width of a new pixel in old ones.

    Returns
    -------
    ndarray, shape ``(N, C, size_px, size_px)``, type as in `pixels`

    Examples
    --------
    >>> rescale(np.full((1, 1, window_for(3, 2), window_for(3, 2)), 7, np.uint8), 3, 2)[0, 0, 0]
    array([7, 7, 7], dtype=uint8)
    """
    exact = np.result_type(pixels.dtype, np.float32)
    weights = _weights(pixels.shape[-1], size_px, scale).astype(exact)
    drawn = weights @ pixels.astype(exact) @ weights.T
    if pixels.dtype.kind in "ui":
        drawn = np.rint(drawn)
    back: NDArray[Any] = drawn.astype(pixels.dtype)
    return back


def _weights(n_old: int, n_new: int, scale: float) -> NDArray[np.float64]:
    """``(n_new, n_old)``, rows sum to 1: share of each old pixel in each new one."""
    new = (np.arange(n_new) - (n_new - 1) / 2) * scale
    old = np.arange(n_old) - (n_old - 1) / 2
    triangle = np.maximum(0, 1 - np.abs(new[:, None] - old) / max(1.0, scale))
    weights: NDArray[np.float64] = triangle / triangle.sum(axis=1, keepdims=True)
    return weights
