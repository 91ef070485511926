"""Samples as pictures, read from their file page by page; it is never kept open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.samples.storing import SampleSet
from napari_seewhy.widgets.parts.pictures import blend_channels, contrast_limits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_N_FOR_CONTRAST = 200
_WHITE = [(1.0, 1.0, 1.0)]
_BAR_SHARE = 8
"""One part in so many of a picture is the bar at its foot."""


class SamplePictures:
    """The samples of a file in grey, all with the same contrast.

    Parameters
    ----------
    path
        The sample set. It is opened for each page again, so that it can be replaced meanwhile.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with SampleSet(path) as samples:
            self.channels = samples.channels
            some = np.unique(np.linspace(0, len(samples) - 1, _N_FOR_CONTRAST).astype(int))
            self._limits = contrast_limits(samples.read_pixels(some[some >= 0]))

    def draw(self, rows: Sequence[int], channel: int) -> np.ndarray[Any, Any]:
        """Draw one channel of some samples: ``(N, H, W, 3)``, uint8."""
        one = slice(channel, channel + 1)
        return blend_channels(self._read(rows)[:, one], self._limits[one], _WHITE)

    def draw_channels(self, row: int) -> np.ndarray[Any, Any]:
        """Draw all channels of one sample: ``(C, H, W, 3)``, uint8."""
        pixels = self._read([row])
        pictures = [
            blend_channels(pixels[:, i : i + 1], self._limits[i : i + 1], _WHITE)
            for i in range(len(self.channels))
        ]
        return np.concatenate(pictures)

    def _read(self, rows: Sequence[int]) -> np.ndarray[Any, Any]:
        with SampleSet(self._path) as samples:
            return samples.read_pixels(rows)


def underline(
    pictures: np.ndarray[Any, Any], colors: list[tuple[float, ...] | None]
) -> np.ndarray[Any, Any]:
    """Draw a bar in its colour along the foot of each picture; None leaves one without.

    Examples
    --------
    >>> marked = underline(np.zeros((2, 20, 20, 3), np.uint8), [(1.0, 0.0, 0.0, 1.0), None])
    >>> marked[:, -1, 0].tolist(), int(marked[0, 5, 5].max())
    ([[255, 0, 0], [0, 0, 0]], 0)
    """
    marked = pictures.copy()
    height = max(1, pictures.shape[1] // _BAR_SHARE)
    for picture, color in zip(marked, colors, strict=True):
        if color is not None:
            picture[-height:] = np.rint(255 * np.array(color[:3])).astype(np.uint8)
    return marked
