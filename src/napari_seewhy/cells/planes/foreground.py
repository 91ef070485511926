"""Foreground: which pixels of a plane belong to some nucleus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from napari_seewhy.cells.labels import count_pixels, cut_strips
from napari_seewhy.images import cut_tiles
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
        mask = np.zeros(plane.shape, bool)
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
    gaps = np.empty(mask.shape, np.int32)
    n_gaps = int(scipy.ndimage.label(~mask, output=gaps))
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
