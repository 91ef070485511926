"""Lines about where a tree looked, between which the picture stays readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CONTOUR_LEVELS = {0.25: "#CC79A7", 0.5: "#9C3F77", 0.75: "#5B0F40"}
"""Shares of the strongest attention in a picture, each with its colour: the darker, the more.

A purple that no other mark of a picture has: dots are blue to red, changes orange and blue.
"""


def find_contours(heatmap: NDArray[np.float32]) -> list[tuple[float, NDArray[np.float64]]]:
    """Return the lines about the regions of a heatmap that reach the levels.

    Parameters
    ----------
    heatmap
        ``(h, w)``, 0..1.

    Returns
    -------
    list of (float, ndarray)
        Level, and ``(n, 2)`` points: row and column, the centre of the first pixel at 0.
    """
    from skimage import measure

    # A region that reaches an edge is closed along it, so that its inside can be told.
    closed, last = np.pad(heatmap, 1), np.array(heatmap.shape) - 1
    return [
        (level, np.clip(line - 1, 0, last))
        for level in CONTOUR_LEVELS
        for line in measure.find_contours(closed, level)
    ]
