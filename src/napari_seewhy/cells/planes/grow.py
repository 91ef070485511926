"""Grow whole cells from nuclei, each with the number of its nucleus."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import scipy

from napari_seewhy.cells.labels import cut_strips
from napari_seewhy.cells.planes.foreground import fill_holes
from napari_seewhy.cells.planes.intensity_levels import find_levels_steps
from napari_seewhy.cells.planes.neighbourhoods import find_boxes
from napari_seewhy.images import cut_tiles
from napari_seewhy.progress import Step, Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.planes.smooth_plane import SmoothPlane

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
    either a cell would reach far into its neighbours. Connected bright parts are flooded one after
    the other: what becomes of one does not depend on the others, nor on the tiles.

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
    cells, shared = _give_to_single_nuclei(nuclei, parts)
    boxes = find_boxes(parts)
    for i, part in enumerate(shared):
        yield Step(i, len(shared), "Growing cells")
        box = tuple(slice(start, stop) for start, stop in boxes[part - 1])
        mask = parts[box] == part
        seeds = np.where(mask, nuclei[box], 0)
        # On level ground a watershed spreads by one pixel from all seeds in turn.
        flooded = watershed(np.zeros(mask.shape, np.uint8), seeds, mask=mask)
        cells[box][mask] = flooded[mask]
    return cells


def _give_to_single_nuclei(
    nuclei: NDArray[np.int32], parts: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Give every part that holds one nucleus to it; also return the parts that hold several."""
    owners = np.zeros(int(parts.max(initial=0)) + 1, np.int32)
    is_shared = np.zeros(len(owners), bool)
    for part_rows, nucleus_rows in zip(cut_strips(parts), cut_strips(nuclei), strict=True):
        is_nucleus = nucleus_rows > 0
        within, numbers = part_rows[is_nucleus], nucleus_rows[is_nucleus]
        is_shared[within[(owners[within] != numbers) & (owners[within] > 0)]] = True
        owners[within] = numbers
        is_shared[within[owners[within] != numbers]] = True
    owners[is_shared] = 0
    cells = np.empty_like(nuclei)
    for part_rows, cell_rows in zip(cut_strips(parts), cut_strips(cells), strict=True):
        cell_rows[:] = owners[part_rows]
    return cells, np.flatnonzero(is_shared)


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
