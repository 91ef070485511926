"""Crops as small colour pictures, all drawn with the same contrast so that they compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


def contrast_limits(
    pixels: np.ndarray[Any, Any], percentiles: tuple[float, float] = (0.5, 99.8)
) -> np.ndarray[Any, Any]:
    """Find one darkest and one brightest value per channel, over all crops together.

    Parameters
    ----------
    pixels
        Crops ``(N, C, H, W)``; at most 500 of them, evenly spread, are looked at.

    Returns
    -------
    limits, shape ``(C, 2)``, float
        The upper one is above the lower one, also where a channel is constant.

    Examples
    --------
    >>> contrast_limits(np.zeros((3, 2, 4, 4), np.uint8))
    array([[0., 1.],
           [0., 1.]])
    """
    if not len(pixels):
        return np.tile([0.0, 1.0], (pixels.shape[1], 1))
    some = pixels[:: max(1, len(pixels) // 500)].swapaxes(0, 1).reshape(pixels.shape[1], -1)
    limits = np.nanpercentile(some.astype(np.float32), percentiles, axis=1).T.astype(float)
    is_flat = limits[:, 1] <= limits[:, 0]
    limits[is_flat, 1] = limits[is_flat, 0] + 1
    return limits


def blend_channels(
    pixels: np.ndarray[Any, Any],
    limits: np.ndarray[Any, Any],
    colors: Sequence[Sequence[float]],
) -> np.ndarray[Any, Any]:
    """Add up the channels of crops, each in its own colour.

    Parameters
    ----------
    pixels
        Crops ``(N, C, H, W)``.
    limits
        ``(C, 2)`` from `contrast_limits`; the first is drawn black, the second in full colour.
    colors
        One red, green, blue (0..1) per channel.

    Returns
    -------
    pictures, shape ``(N, H, W, 3)``, uint8
        In memory order, as Qt wants them.

    Examples
    --------
    >>> one = np.array([[[[0, 5, 10]]]])
    >>> blend_channels(one, np.array([[0, 10]]), [(0, 1, 0)])[0, 0].tolist()
    [[0, 0, 0], [0, 128, 0], [0, 255, 0]]
    """
    low, high = np.asarray(limits, np.float32).T[..., None, None]
    shares = np.clip((pixels.astype(np.float32) - low) / (high - low), 0, 1)
    shares = np.nan_to_num(shares)
    tints = np.asarray([color[:3] for color in colors], np.float32)
    mixed = np.einsum("nchw,cr->nhwr", shares, tints)
    return np.ascontiguousarray(np.rint(np.clip(mixed, 0, 1) * 255).astype(np.uint8))
