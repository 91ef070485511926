"""Colours of pictures of genes, distinct for people with any kind of colour vision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHITE = np.array([255.0, 255.0, 255.0])
SHARED = np.array([168.0, 168.0, 168.0])
"""Signal that treated and control have alike, and that of a sample without a control."""
GAIN = np.array([230.0, 159.0, 0.0])
LOSS = np.array([86.0, 180.0, 233.0])
MIDDLE = np.array([225.0, 225.0, 225.0])
"""The line of no difference."""
OUTSIDE = np.array([240.0, 240.0, 240.0])
"""Columns beyond the end of the chromosome."""

_UNMETHYLATED = np.array([33.0, 60.0, 200.0])
_METHYLATED = np.array([190.0, 20.0, 40.0])


def color_levels(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the colour of each methylation level, from blue (0) to red (1), ``(n, 3)``."""
    share = np.clip(level, 0, 1)[:, None]
    colors: NDArray[np.float64] = (1 - share) * _UNMETHYLATED + share * _METHYLATED
    return colors
