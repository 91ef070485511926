"""`Seen`: the maps of a plane for windows that overlap; the network looks at each place once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import torch

from napari_seewhy.images import make_scratch, release
from napari_seewhy.models.running import run_side_by_side
from napari_seewhy.nuclei.maps import to_maps
from napari_seewhy.nuclei.network import N_OUTPUTS
from napari_seewhy.nuclei.plane import UNIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from napari_seewhy.images import Box
    from napari_seewhy.nuclei.maps import Maps
    from napari_seewhy.nuclei.plane import Eye, Plane

_REACH_UNITS = 2
"""About a piece: 128 pixels as the network sees them; 118 influence what it says of one."""


_PIECE_BYTES = 2**22
_MAPS_BYTES = 2**29
"""Where the maps of a plane are larger than this, pieces from 4 MiB on wait in a file."""


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Maps ``(6, h, w)`` from a row and a column on, in pixels as the network sees them."""

    top: int
    left: int
    maps: NDArray[np.float32]

    @property
    def right(self) -> int:
        return self.left + int(self.maps.shape[2])

    def paste(self, out: NDArray[np.float32], top: int, left: int) -> None:
        """Copy what lies in a window that begins at `top` and `left` into its maps."""
        (y, own_y), (x, own_x) = (
            _overlap(start, length, own, own_length)
            for start, length, own, own_length in (
                (top, out.shape[1], self.top, self.maps.shape[1]),
                (left, out.shape[2], self.left, self.maps.shape[2]),
            )
        )
        out[:, y, x] = self.maps[:, own_y, own_x]
        release(self.maps)


class Seen:
    """What the network says of a plane, computed piece by piece where a window asks for it.

    Windows that overlap share the pieces, and several pieces are computed side by side.

    Parameters
    ----------
    plane, eye
        What is looked at, and by what.
    piece_units
        Largest edge of a piece, in units of the plane.
    """

    def __init__(self, plane: Plane, eye: Eye, piece_units: int) -> None:
        self._plane, self._eye = plane, eye
        n_units = [-(-side // plane.unit_px) for side in plane.pixels.shape]
        rows, columns = (_divide(n, piece_units) for n in n_units)
        self._waiting = [(y, x) for y in rows for x in columns]
        self._pieces: list[_Piece] = []
        n_bytes = 4 * N_OUTPUTS * UNIT**2 * prod(n_units)
        self._from_bytes = _PIECE_BYTES if n_bytes > _MAPS_BYTES else n_bytes + 1

    def each(self, windows: Sequence[Sequence[Box]]) -> Iterator[Maps]:
        """Yield the maps of windows, row by row; they begin at whole units of the plane.

        Parameters
        ----------
        windows
            Rows of windows, in pixels of the image; each row and each column begins at or after
            the one before.
        """
        for row, below in zip(windows, [*windows[1:], None], strict=True):
            for window, right in zip(row, [*row[1:], None], strict=True):
                yield self._take(window)
                # Left of the next window only the rows below are asked for again.
                self._forget(
                    self._to_seen(below[0][0]).start if below else None,
                    self._to_seen(right[1]).start if right else None,
                )

    def _take(self, window: Box) -> Maps:
        rows, columns = (self._to_seen(side) for side in window)
        needed = [(y, x) for y, x in self._waiting if _meet(y, rows) and _meet(x, columns)]
        self._waiting = [piece for piece in self._waiting if piece not in needed]
        self._pieces += run_side_by_side(self._look, needed, self._eye.runtime)
        shape = (N_OUTPUTS, rows.stop - rows.start, columns.stop - columns.start)
        out = np.empty(shape, np.float32)
        for piece in self._pieces:
            piece.paste(out, rows.start, columns.start)
        return to_maps(torch.from_numpy(out)[None])

    def _to_seen(self, side: slice) -> slice:
        unit_px = self._plane.unit_px
        return slice(side.start // unit_px * UNIT, -(-side.stop // unit_px) * UNIT)

    def _look(self, piece: tuple[slice, slice]) -> _Piece:
        """Look at a piece and what influences it."""
        unit_px = self._plane.unit_px
        edges = [
            (max(0, part.start - _REACH_UNITS * UNIT), part.stop + _REACH_UNITS * UNIT)
            for part in piece
        ]
        box = [
            slice(first // UNIT * unit_px, min(last // UNIT * unit_px, length))
            for (first, last), length in zip(edges, self._plane.pixels.shape, strict=True)
        ]
        maps = torch.cat(list(self._plane.look(self._eye, (box[0], box[1]))))
        rows, columns = (
            slice(part.start - first, part.stop - first)
            for part, (first, _) in zip(piece, edges, strict=True)
        )
        return self._keep(piece[0].start, piece[1].start, maps[:, rows, columns].numpy())

    def _keep(self, top: int, left: int, maps: NDArray[np.float32]) -> _Piece:
        """Return a piece in memory of its own, or in a file."""
        kept = make_scratch(maps.shape, np.float32, self._from_bytes)
        kept[...] = maps
        release(kept)
        return _Piece(top, left, kept)

    def _forget(self, row: int | None, column: int | None) -> None:
        """Drop the rows above `row`, or all, of pieces that end left of `column`, or of all."""
        kept = []
        for piece in self._pieces:
            if column is not None and piece.right > column:
                kept.append(piece)
            elif row is not None and row < piece.top + piece.maps.shape[1]:
                n_gone = max(0, row - piece.top)
                if n_gone:
                    piece = self._keep(row, piece.left, piece.maps[:, n_gone:])
                kept.append(piece)
        self._pieces = kept


def _divide(n_units: int, most: int) -> list[slice]:
    """Cut units into equal pieces, given in pixels as the network sees them."""
    n_pieces = -(-n_units // most)
    edges = [round(i * n_units / n_pieces) * UNIT for i in range(n_pieces + 1)]
    return [slice(*pair) for pair in pairwise(edges)]


def _meet(first: slice, second: slice) -> bool:
    return bool(first.start < second.stop and second.start < first.stop)


def _overlap(start: int, length: int, other: int, other_length: int) -> tuple[slice, slice]:
    """Return where two stretches overlap, counted from the beginning of each; may be empty."""
    first = max(start, other)
    last = max(first, min(start + length, other + other_length))
    return slice(first - start, last - start), slice(first - other, last - other)
