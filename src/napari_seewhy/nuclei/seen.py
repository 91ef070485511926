"""`Seen`: the maps of a plane for windows that overlap; the network looks at each place once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import torch

from napari_seewhy.models.running import run_side_by_side
from napari_seewhy.nuclei.maps import to_maps
from napari_seewhy.nuclei.network import N_OUTPUTS
from napari_seewhy.nuclei.plane import UNIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from napari_seewhy.images import Box
    from napari_seewhy.nuclei.maps import Maps
    from napari_seewhy.nuclei.plane import Eye, Plane

_REACH_UNITS = 2
"""About a piece: 128 pixels as the network sees them; 118 influence what it says of one."""


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Maps ``(6, h, w)`` from a row and a column on, in pixels as the network sees them."""

    top: int
    left: int
    maps: torch.Tensor

    @property
    def right(self) -> int:
        return self.left + self.maps.shape[2]

    def paste(self, out: torch.Tensor, top: int, left: int) -> None:
        """Copy what lies in a window that begins at `top` and `left` into its maps."""
        (y, own_y), (x, own_x) = (
            _overlap(start, length, own, own_length)
            for start, length, own, own_length in (
                (top, out.shape[1], self.top, self.maps.shape[1]),
                (left, out.shape[2], self.left, self.maps.shape[2]),
            )
        )
        out[:, y, x] = self.maps[:, own_y, own_x]

    def without_rows_above(self, row: int) -> _Piece:
        """Return what is left from a row on, in memory of its own."""
        n_gone = max(0, row - self.top)
        return _Piece(self.top + n_gone, self.left, self.maps[:, n_gone:].clone())


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
        out = torch.empty(N_OUTPUTS, rows.stop - rows.start, columns.stop - columns.start)
        for piece in self._pieces:
            piece.paste(out, rows.start, columns.start)
        return to_maps(out[None])

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
        return _Piece(piece[0].start, piece[1].start, maps[:, rows, columns].clone())

    def _forget(self, row: int | None, column: int | None) -> None:
        """Drop the rows above `row`, or all, of pieces that end left of `column`, or of all."""
        kept = []
        for piece in self._pieces:
            if column is not None and piece.right > column:
                kept.append(piece)
            elif row is not None and row < piece.top + piece.maps.shape[1]:
                kept.append(piece if row <= piece.top else piece.without_rows_above(row))
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
