"""Finding the uneven light under the nuclei, from the darkest place in every square of a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy

from napari_seewhy.cells.planes.smooth_plane import LightSurface
from napari_seewhy.images import cut_tiles
from napari_seewhy.progress import Step, Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.planes.smooth_plane import SmoothPlane

_GRAIN_PX = 4
_N_SQUARES_ACROSS = 16
_SMALLEST_SQUARE_PX = 32
_LARGEST_SQUARE_PX = 128
_SQUARE_DIAMETERS = 1.5


def find_light_surface_steps(plane: SmoothPlane, diameter_px: float | None) -> Task[LightSurface]:
    """Estimate the light under the nuclei, from the darkest place in every square of a grid.

    The grid is opened (every dark place must reach over three squares), which leaves nothing of a
    nucleus that is smaller than that: a coarse rolling ball (Sternberg 1983, Computer 16:22).

    Parameters
    ----------
    plane
        The intensities.
    diameter_px
        Diameter of a usual nucleus; a square is 1.5 times as wide. None = a sixteenth of the
        image, but 32 to 128 pixels.
    """
    if diameter_px is None:
        across = min(plane.shape) // _N_SQUARES_ACROSS
        diameter_px = np.clip(across, _SMALLEST_SQUARE_PX, _LARGEST_SQUARE_PX) / _SQUARE_DIAMETERS
    square_px = _GRAIN_PX * max(round(_SQUARE_DIAMETERS * diameter_px / _GRAIN_PX), 1)
    n_rows, n_columns = (-(-length // square_px) for length in plane.shape)
    grid = np.empty((n_rows, n_columns))
    # Pieces of whole squares, about as large as the blocks that are read elsewhere.
    n_in_piece = max(1024 // square_px, 1)
    for tile in cut_tiles(plane.shape, n_in_piece * square_px, 0):
        yield Step(0, 0, "Looking at the light")
        darkest = _darkest_in_squares(plane.window(tile.core), square_px)
        top, left = (side.start // square_px for side in tile.core)
        grid[top : top + darkest.shape[0], left : left + darkest.shape[1]] = darkest
    opened = scipy.ndimage.grey_opening(grid, (3, 3), mode="nearest")
    smooth = scipy.ndimage.gaussian_filter(opened, 1, mode="nearest")
    return LightSurface(smooth, square_px)


def _darkest_in_squares(values: NDArray[np.float32], square_px: int) -> NDArray[np.float64]:
    """Smallest mean of four by four pixels in every square: one dead pixel counts little."""
    height, width = values.shape
    rows, columns = np.arange(0, height, _GRAIN_PX), np.arange(0, width, _GRAIN_PX)
    sums = np.add.reduceat(np.add.reduceat(values, rows, axis=0, dtype=float), columns, axis=1)
    heights, widths = np.diff(rows, append=height), np.diff(columns, append=width)
    means = sums / np.outer(heights, widths)
    n_grains = square_px // _GRAIN_PX
    rows, columns = np.arange(0, len(heights), n_grains), np.arange(0, len(widths), n_grains)
    darkest: NDArray[np.float64] = np.minimum.reduceat(
        np.minimum.reduceat(means, rows, axis=0), columns, axis=1
    )
    return darkest
