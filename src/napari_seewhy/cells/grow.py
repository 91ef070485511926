"""Grow whole cells from nuclei, each with the number of its nucleus."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import scipy

from napari_seewhy.cells.foreground import fill_holes
from napari_seewhy.cells.intensity_levels import find_levels_steps
from napari_seewhy.cells.neighbourhoods import find_boxes, group_by_tile, window_about
from napari_seewhy.images import cut_tiles
from napari_seewhy.progress import Step, Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.smooth_plane import SmoothPlane

_TILE_PX = 1024
_LARGEST_HOLE_PX = 400
"""Larger holes are background about which cells have closed a ring."""


def expand_nuclei_steps(
    nuclei: NDArray[np.int32], distance_px: float, tile_px: int = _TILE_PX
) -> Task[NDArray[np.int32]]:
    """Grow every nucleus by a distance; where two meet, each pixel goes to the nearer one.

    Parameters
    ----------
    nuclei
        Labels ``(Y, X)`` int32.
    distance_px
        How far a cell reaches beyond its nucleus.
    tile_px
        Edge of the tiles that are worked on one after the other.

    Returns
    -------
    Labels ``(Y, X)`` int32 with the same numbers
    """
    from skimage.segmentation import expand_labels

    cells = np.empty_like(nuclei)
    # One pixel beyond the reach, so that no distance is cut short at the rim of a tile.
    tiles = cut_tiles(nuclei.shape, tile_px, math.ceil(distance_px) + 1)
    for i, tile in enumerate(tiles):
        yield Step(i, len(tiles), "Growing cells")
        grown = expand_labels(nuclei[tile.padded], distance_px)
        cells[tile.core] = grown[tile.core_in_padded]
    return cells


def flood_cells_steps(
    nuclei: NDArray[np.int32],
    cytoplasm: SmoothPlane,
    distance_px: float | None,
    radius_px: float,
    tile_px: int = _TILE_PX,
) -> Task[NDArray[np.int32]]:
    """Grow every nucleus through the bright part of a channel that fills the cell.

    The bright part is what Otsu's threshold of the square roots says, and every pixel of it goes to
    the nucleus from which the way within it is shortest. The brightness itself does not lead the
    way: some stains are brighter at the rim of a cell and some in its middle, and along threads of
    either a cell would reach far into its neighbours. Connected bright parts are flooded one
    neighbourhood after the other, so memory grows with the largest of them and not with the image.

    Parameters
    ----------
    nuclei
        Labels ``(Y, X)`` int32.
    cytoplasm
        ``(Y, X)``, bright in the cells.
    distance_px
        No cell reaches farther than this beyond its nucleus; None = without limit.
    radius_px
        Of a usual nucleus; dark holes in the bright part that are no larger belong to cells.
    tile_px
        Edge of the tiles that are worked on one after the other.

    Returns
    -------
    Labels ``(Y, X)`` int32 with the same numbers
        Bright parts that hold no nucleus are background; every nucleus lies within its cell.
    """
    from skimage.segmentation import watershed

    hole_px = min(int(math.pi * radius_px**2), _LARGEST_HOLE_PX)
    bright = yield from _find_bright_steps(nuclei, cytoplasm, hole_px, tile_px)
    if distance_px is not None:
        within = yield from expand_nuclei_steps(nuclei, distance_px, tile_px)
        bright &= within > 0
        del within
    parts = np.empty(nuclei.shape, np.int32)
    scipy.ndimage.label(bright, output=parts)
    del bright
    boxes = find_boxes(parts)
    has_nucleus = np.zeros(len(boxes) + 1, bool)
    has_nucleus[parts[nuclei > 0]] = True
    groups = group_by_tile(boxes, np.flatnonzero(has_nucleus[1:]), tile_px)
    cells = np.zeros_like(nuclei)
    for i, members in enumerate(groups):
        yield Step(i, len(groups), "Growing cells")
        window = window_about(boxes[members])
        is_member = np.zeros(len(boxes) + 1, bool)
        is_member[members + 1] = True
        mask = is_member[parts[window]]
        seeds = np.where(mask, nuclei[window], 0)
        # On level ground a watershed spreads by one pixel from all seeds in turn.
        flooded = watershed(np.zeros(mask.shape, np.uint8), seeds, mask=mask)
        cells[window][mask] = flooded[mask]
    return cells


def _find_bright_steps(
    nuclei: NDArray[np.int32], cytoplasm: SmoothPlane, hole_px: int, tile_px: int
) -> Task[NDArray[np.bool_]]:
    """Return what may belong to cells: nuclei, what is bright, and the small holes in both."""
    levels = yield from find_levels_steps(cytoplasm)
    bright = np.empty(nuclei.shape, bool)
    for tile in cut_tiles(nuclei.shape, tile_px, 0):
        bright[tile.core] = cytoplasm.window(tile.core) > np.float32(levels.dim_threshold)
    bright |= nuclei > 0
    fill_holes(bright, hole_px)
    return bright
