"""Uneven light: a smooth surface under the nuclei, subtracted before any threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.images import Box


@dataclass(frozen=True, slots=True, eq=False)
class LightSurface:
    """Intensity of the background everywhere, from a coarse grid.

    Attributes
    ----------
    grid
        ``(n, m)``, the intensity at the centre of every square of the grid.
    square_px
        Edge of a square in pixels.
    """

    grid: NDArray[np.float64]
    square_px: int

    def window(self, box: Box) -> NDArray[np.float64]:
        """Intensity in a box, by linear interpolation between the centres of the squares."""
        rows, columns = (np.arange(side.start, side.stop) for side in box)
        return _interpolate(
            _interpolate(self.grid, rows, self.square_px).T, columns, self.square_px
        ).T


def _interpolate(
    grid: NDArray[np.float64], pixels: NDArray[np.intp], square_px: int
) -> NDArray[np.float64]:
    """Values along the first axis of the grid at some pixels; level beyond the outer centres."""
    place = np.clip((pixels + 0.5) / square_px - 0.5, 0, len(grid) - 1)
    before = np.minimum(place.astype(np.intp), max(len(grid) - 2, 0))
    share = (place - before)[:, None]
    after = np.minimum(before + 1, len(grid) - 1)
    values: NDArray[np.float64] = grid[before] * (1 - share) + grid[after] * share
    return values
