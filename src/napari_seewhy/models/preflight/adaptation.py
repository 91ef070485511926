"""Making samples fit a model: the right channels, scale, intensities and size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Adaptation:
    """What is done to samples before a model sees them.

    Attributes
    ----------
    channels
        Place among the channels of the samples of every channel of the model.
    scale
        By how much samples are enlarged (above 1) or made smaller (below 1).
    gain, offset
        What the intensities of every channel of the model are multiplied by and what is added then.
    size_px
        Height and width that the model takes: what is beyond is cut off evenly, what is missing is
        filled by reflection.
    """

    channels: tuple[int, ...]
    scale: float
    gain: tuple[float, ...]
    offset: tuple[float, ...]
    size_px: tuple[int, int]

    def scaled_px(self, size_px: tuple[int, int]) -> tuple[int, int]:
        """Return the height and width that samples have after rescaling, before cutting."""
        height, width = (max(1, round(edge * self.scale)) for edge in size_px)
        return height, width

    def apply(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """Adapt samples.

        Parameters
        ----------
        pixels
            ``(N, C, H, W)`` with the channels of the samples.

        Returns
        -------
        ndarray, shape ``(N, c, h, w)``
            With the channels and size of the model; float32 where anything was computed, else of
            the type of `pixels`.
        """
        chosen = pixels[:, list(self.channels)]
        size_px = (chosen.shape[2], chosen.shape[3])
        scaled_px = self.scaled_px(size_px)
        if scaled_px != size_px:
            chosen = _resize(chosen, scaled_px)
        if any(gain != 1 for gain in self.gain) or any(self.offset):
            gain, offset = np.array(self.gain, np.float32), np.array(self.offset, np.float32)
            chosen = chosen * gain[:, None, None] + offset[:, None, None]
        return _cut_or_fill(chosen, self.size_px)


def _resize(pixels: NDArray[Any], size_px: tuple[int, int]) -> NDArray[np.float32]:
    """Resize samples; where they get smaller, every pixel is the mean of what it covers."""
    from PIL import Image

    resized = np.empty((*pixels.shape[:2], *size_px), np.float32)
    for row, channel in np.ndindex(*pixels.shape[:2]):
        plane = Image.fromarray(pixels[row, channel].astype(np.float32))
        resized[row, channel] = plane.resize(size_px[::-1], Image.Resampling.BILINEAR)
    return resized


def _cut_or_fill(pixels: NDArray[Any], size_px: tuple[int, int]) -> NDArray[Any]:
    missing = [
        max(0, wanted - edge) for wanted, edge in zip(size_px, pixels.shape[2:], strict=True)
    ]
    if any(missing):
        margins = [(n // 2, n - n // 2) for n in missing]
        pixels = np.pad(pixels, [(0, 0), (0, 0), *margins], mode="reflect")
    y, x = ((edge - wanted) // 2 for wanted, edge in zip(size_px, pixels.shape[2:], strict=True))
    return pixels[:, :, y : y + size_px[0], x : x + size_px[1]]
