"""Small pictures of samples, for pages and reports."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_MOST_CHANNELS = 4
_GAP_PX = 2


def draw_thumbnail(pixels: NDArray[Any], limits: Sequence[tuple[float, float]]) -> bytes:
    """Draw the channels of a sample side by side, each in grey.

    Parameters
    ----------
    pixels
        ``(C, H, W)``; at most four channels are drawn.
    limits
        Black and white of each channel, in the unit of the pixels.

    Returns
    -------
    bytes
        A PNG file.

    Examples
    --------
    >>> draw_thumbnail(np.zeros((2, 8, 8)), [(0, 1), (0, 1)])[1:4]
    b'PNG'
    """
    from PIL import Image

    shown = pixels[:_MOST_CHANNELS].astype(np.float64)
    low, high = np.array(limits[:_MOST_CHANNELS], np.float64)[:, :, None, None].swapaxes(0, 1)
    grey = np.clip((shown - low) / np.maximum(high - low, np.finfo(float).tiny), 0, 1)
    bytes_of = (255 * np.nan_to_num(grey)).round().astype(np.uint8)
    apart = np.pad(bytes_of, ((0, 0), (0, 0), (0, _GAP_PX)), constant_values=255)
    side_by_side = np.concatenate(list(apart), axis=1)[:, :-_GAP_PX]
    stream = io.BytesIO()
    Image.fromarray(side_by_side).save(stream, format="PNG")
    return stream.getvalue()
