"""Grow whole cells from nuclei in the foreground, each with the number of its nucleus."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from napari_seewhy.cells.labels import count_pixels
from napari_seewhy.cells.planes.intensity_levels import find_levels_steps
from napari_seewhy.cells.planes.neighbourhoods import find_boxes
from napari_seewhy.images import cut_strips, cut_tiles, make_scratch
from napari_seewhy.progress import Step, Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.planes.smooth_plane import SmoothPlane


_LOCAL_SHARE = 0.9
_LOCAL_REACH = 0.75
_PRECISION = 1e-4
_LARGEST_HOLE = 0.25


@dataclass(frozen=True, slots=True)
class Foreground:
    """What a pixel must be to belong to a nucleus.

    Attributes
    ----------
    background
        Intensity of the background.
    faintest
        A pixel must be brighter than this.
    diameter_px
        Diameter of a usual nucleus.
    is_local
        Whether its contrast must also reach nine tenths of the mean contrast about it, in a square
        of 1.5 diameters: that parts nuclei from haze, and from each other in a crowd.
    """

    background: float
    faintest: float
    diameter_px: float
    is_local: bool

    def find_steps(self, plane: SmoothPlane, tile_px: int) -> Task[NDArray[np.bool_]]:
        """Return a mask ``(Y, X)``, the same for tiles of any size."""
        mask = make_scratch(plane.shape, bool)
        reach_px = round(_LOCAL_REACH * self.diameter_px) if self.is_local else 0
        least = self.faintest - self.background
        tiles = cut_tiles(plane.shape, tile_px, reach_px)
        for i, tile in enumerate(tiles):
            yield Step(i, 2 * len(tiles), "Finding nuclei")
            contrast = plane.window(tile.padded) - np.float32(self.background)
            is_bright = contrast > np.float32(least)
            if self.is_local:
                around = mean_about(contrast, reach_px, _PRECISION * least)
                is_bright &= contrast > _LOCAL_SHARE * around
            mask[tile.core] = is_bright[tile.core_in_padded]
        yield Step(1, 2, "Telling objects apart")
        fill_holes(mask, _LARGEST_HOLE * np.pi / 4 * self.diameter_px**2)
        return mask


def fill_holes(mask: NDArray[np.bool_], largest_px: float) -> None:
    """Fill, in place, holes of at most so many pixels; a gap at the edge of the image is none."""
    gaps, is_gap = make_scratch(mask.shape, np.int32), make_scratch(mask.shape, bool)
    np.logical_not(mask, out=is_gap)
    n_gaps = int(scipy.ndimage.label(is_gap, output=gaps))
    is_hole = count_pixels(gaps, n_gaps + 1) <= largest_px
    is_hole[0] = False
    for edge in (gaps[0], gaps[-1], gaps[:, 0], gaps[:, -1]):
        is_hole[edge] = False
    if is_hole.any():
        for rows, gap_rows in zip(cut_strips(mask), cut_strips(gaps), strict=True):
            rows |= is_hole[gap_rows]


def mean_about(
    values: NDArray[np.floating], reach_px: int, precision: float
) -> NDArray[np.float64]:
    """Mean of the square about each pixel; at the edge, of the part of it that is there.

    The sums are taken of whole numbers: running sums of fractions would depend on where they
    began, and so on the tile.

    Parameters
    ----------
    values
        ``(Y, X)``.
    reach_px
        The square is ``2 * reach_px + 1`` pixels wide.
    precision
        Values are rounded to multiples of this.

    Examples
    --------
    >>> mean_about(np.array([[0.0, 3.0, 6.0]]), 1, precision=0.1).round(1).tolist()
    [[1.5, 3.0, 4.5]]
    """
    steps = np.rint(values / precision).astype(np.int64)
    sums = _sum_along_y(_sum_along_y(steps, reach_px).T, reach_px).T
    counts = [_sum_along_y(np.ones(n, np.int64), reach_px) for n in values.shape]
    return sums * precision / np.outer(*counts)


def _sum_along_y(values: NDArray[np.int64], reach_px: int) -> NDArray[np.int64]:
    n_rows = len(values)
    summed = np.zeros((n_rows + 1, *values.shape[1:]), np.int64)
    np.cumsum(values, axis=0, out=summed[1:])
    rows = np.arange(n_rows)
    last, first = np.minimum(rows + reach_px + 1, n_rows), np.maximum(rows - reach_px, 0)
    sums: NDArray[np.int64] = summed[last] - summed[first]
    return sums


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
