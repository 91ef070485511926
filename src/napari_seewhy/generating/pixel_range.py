"""Pixels as they stand in a file, and as the networks see them: from -1 to 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import DTypeLike, NDArray


@dataclass(frozen=True, slots=True)
class PixelRange:
    """Darkest and brightest of each channel, and the type of the pixels.

    Attributes
    ----------
    limits
        ``(low, high)`` of each channel.
    dtype
        Type of the pixels in the file.

    Examples
    --------
    >>> of_bytes = PixelRange([(0, 255)], "uint8")
    >>> of_bytes.to_pixels(of_bytes.from_pixels(np.array([[[[0, 51, 255]]]], np.uint8)))
    array([[[[  0,  51, 255]]]], dtype=uint8)
    """

    limits: Sequence[tuple[float, float]]
    dtype: DTypeLike

    def from_pixels(self, pixels: NDArray[Any]) -> NDArray[np.float32]:
        """Bring pixels ``(N, C, H, W)`` to -1 .. 1."""
        low, high = self._bounds()
        shares = (pixels.astype(np.float32) - low) / (high - low)
        return (2 * shares - 1).astype(np.float32)

    def to_pixels(self, shown: NDArray[np.float32]) -> NDArray[Any]:
        """Bring what goes from -1 to 1 back to the unit and the type of the file."""
        low, high = self._bounds()
        pixels = low + (np.clip(shown, -1, 1) + 1) / 2 * (high - low)
        dtype = np.dtype(self.dtype)
        return (pixels.round() if dtype.kind in "iu" else pixels).astype(dtype)

    def _bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        low, high = np.array(self.limits, np.float64).T[:, :, None, None]
        return low, np.where(high > low, high, low + 1)


def measure_range(pixels: NDArray[Any]) -> PixelRange:
    """Find the range of pixels ``(N, C, H, W)``: of bytes all, else what occurs in each channel."""
    n_channels = pixels.shape[1]
    if pixels.dtype == np.uint8:
        return PixelRange([(0.0, 255.0)] * n_channels, pixels.dtype)
    low, high = pixels.min(axis=(0, 2, 3)), pixels.max(axis=(0, 2, 3))
    return PixelRange(list(zip(low.tolist(), high.tolist(), strict=True)), pixels.dtype)
