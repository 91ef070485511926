"""How a plane is cut into tiles, and what is found in them, row by row of tiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.images import cut_tiles, release
from napari_seewhy.nuclei.confidence import count_evidence
from napari_seewhy.nuclei.instances import STEP, assign_pixels, find_centres, keep_whole
from napari_seewhy.nuclei.maps import Maps
from napari_seewhy.nuclei.plane import UNIT
from napari_seewhy.nuclei.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from napari_seewhy.images import Box, Tile
    from napari_seewhy.nuclei.plane import Eye, Plane

_CORE_UNITS = 24
_FEWEST_CORE_UNITS = 4
_MARGIN_UNITS = 4
"""About the core so many, 256 pixels as the network sees them, for pieces of nuclei that reach out
of it; and so many about these, for votes and for what influences them."""

_EDGE_AT_ONCE_PX = 4096
"""Edge of what is given to nuclei at once, in pixels of the image. Where nuclei are so large that
many pixels are one for the network, cores are made smaller, or memory would grow with them."""


class TileNuclei(NamedTuple):
    """The nuclei in the core of one tile.

    Attributes
    ----------
    numbers
        ``(Y, X)`` int32 of the core, from 1 in the order of the centres; 0 is background.
    centres
        ``(n, 2)`` int64, row and column of each centre on the grid of votes of the whole plane, by
        which a nucleus is the same one in two tiles.
    evidence
        ``(3, largest number + 1)``, see `count_evidence`.
    """

    numbers: NDArray[np.int32]
    centres: NDArray[np.int64]
    evidence: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class TilePlan:
    """A plane that is looked at tile by tile; what is found does not depend on the order.

    Attributes
    ----------
    plane
        The plane, at the zoom that suits its nuclei.
    diameter_px
        Diameter of a usual nucleus, in pixels of the image.
    """

    plane: Plane
    diameter_px: float

    @property
    def _core_px(self) -> int:
        fitting = _EDGE_AT_ONCE_PX // self.plane.unit_px - 2 * _MARGIN_UNITS
        return min(_CORE_UNITS, max(_FEWEST_CORE_UNITS, fitting)) * self.plane.unit_px

    def _rows(self, margin_units: int) -> list[list[Tile]]:
        margin_px = margin_units * self.plane.unit_px
        tiles = cut_tiles(self.plane.pixels.shape, self._core_px, margin_px)
        n_columns = -(-self.plane.pixels.shape[1] // self._core_px)
        return [tiles[i : i + n_columns] for i in range(0, len(tiles), n_columns)]

    @property
    def rows(self) -> list[list[Tile]]:
        """Rows of tiles, with what is given to nuclei about each core."""
        return self._rows(_MARGIN_UNITS)

    def find(self, eye: Eye, rows: slice = slice(None)) -> Iterator[TileNuclei]:
        """Find the nuclei of some rows of tiles, one tile after the other."""
        windows = [[tile.padded for tile in row] for row in self._rows(2 * _MARGIN_UNITS)[rows]]
        seen = Seen(self.plane, eye, self._core_px // self.plane.unit_px).each(windows)
        for tiles, row in zip(self.rows[rows], windows, strict=True):
            for tile, window in zip(tiles, row, strict=True):
                yield self._find_in_tile(next(seen), tile, window)

    def _find_in_tile(self, maps: Maps, tile: Tile, window: Box) -> TileNuclei:
        """Find the nuclei of a tile; the maps are those of the window, which holds the tile."""
        unit_px = self.plane.unit_px
        centres = find_centres(maps, self.diameter_px * self.plane.zoom)
        origin = [side.start // unit_px * UNIT // STEP for side in window]
        places = np.stack([centres.y + origin[0], centres.x + origin[1]], axis=1)
        # Units that the tile reaches into, from where it begins in the window.
        begin = [(t.start - w.start) // unit_px for t, w in zip(tile.padded, window, strict=True)]
        n_units = [-(-(side.stop - side.start) // unit_px) for side in tile.padded]
        rows, columns = (
            slice(first * UNIT, (first + n) * UNIT) for first, n in zip(begin, n_units, strict=True)
        )
        near = Maps(*(one[:, rows, columns] for one in maps))
        size = (n_units[0] * unit_px, n_units[1] * unit_px)
        assigned = assign_pixels(near, centres.cut_out(rows, columns), size)
        found = assigned.take(keep_whole(assigned.numbers), tile.core_in_padded)
        return TileNuclei(found.numbers, places, count_evidence(found))


class Stitched:
    """The nuclei of a plane, put together from those of its tiles.

    Parameters
    ----------
    labels
        ``(Y, X)`` int32 zeros, which are filled.
    """

    def __init__(self, labels: NDArray[np.int32]) -> None:
        self.labels = labels
        self._number_of: dict[tuple[int, int], int] = {}
        self._evidence = np.zeros((3, 1))

    def add(self, tile: Tile, found: TileNuclei) -> None:
        """Put what was found in a tile to its place."""
        known = self._number_of
        numbers = [known.setdefault((y, x), len(known) + 1) for y, x in found.centres.tolist()]
        in_plane = np.array([0, *numbers], np.int32)
        self.labels[tile.core] = in_plane[found.numbers]
        release(self.labels)
        n_more = len(known) + 1 - self._evidence.shape[1]
        if n_more > 0:
            # As much again, so that it is copied seldom.
            self._evidence = np.pad(self._evidence, ((0, 0), (0, len(known) + n_more)))
        self._evidence[:, in_plane[: found.evidence.shape[1]]] += found.evidence

    @property
    def evidence(self) -> NDArray[np.float64]:
        """Evidence ``(3, largest label + 1)``, see `count_evidence`."""
        largest = np.flatnonzero(self._evidence[0]).max(initial=0)
        return self._evidence[:, : largest + 1]
