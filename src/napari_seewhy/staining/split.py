"""What of the fields teaches and what says when to stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from napari_seewhy.staining.grid import BlockGrid, positive_area
from napari_seewhy.staining.scaled_field import find_box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.images import Box
    from napari_seewhy.staining.stain_field import StainField
    from napari_seewhy.staining.stain_options import StainOptions

StopBy: TypeAlias = Literal["dish", "strip", "nothing"]

_FEW = 3
"""Fewer dishes are not divided into those that teach and those that say when to stop."""


class Piece(NamedTuple):
    """A rectangle of a field.

    Attributes
    ----------
    field
        Number of the field.
    box
        Rows and columns of the whole field.
    """

    field: int
    box: Box


@dataclass(frozen=True, slots=True)
class StainSplit:
    """Which pieces teach, and which say when to stop.

    Attributes
    ----------
    train, stop
        They have no pixel in common; `stop` is empty where nothing can be spared.
    stop_by
        Whether whole dishes are spared or a strip of each field.
    """

    train: tuple[Piece, ...]
    stop: tuple[Piece, ...]
    stop_by: StopBy

    def describe(self, fields: Sequence[StainField]) -> dict[str, Any]:
        """Say it as JSON: name and rows and columns of each piece."""
        return {
            "stop_by": self.stop_by,
            "train": [_describe(piece, fields) for piece in self.train],
            "stop": [_describe(piece, fields) for piece in self.stop],
        }


def split_fields(fields: Sequence[StainField], options: StainOptions) -> StainSplit:
    """Set apart what says when to stop; the same fields and options always give the same.

    Of three dishes and more some are spared whole, evenly spread from the one with the fewest
    positives to the one with the most. Of fewer, a strip at one end of each field is spared, and a
    gap of one block beside it belongs to neither. It is the same end for all fields of a dish,
    which may show one place at several times: the end whose positives are nearest to those of the
    fields. The pieces are cut apart before anything looks at them, so no window of one, however far
    the network reaches, holds a pixel of the other.
    """
    boxes = [find_box(_known(field)) for field in fields]
    whole = [Piece(i, box) for i, box in enumerate(boxes) if _holds_block(box, options.block_px)]
    if not options.stop_share:
        return StainSplit(tuple(whole), (), "nothing")
    dishes = _sort_dishes(fields, whole)
    if len(dishes) >= _FEW:
        n_stop = max(1, round(options.stop_share * len(dishes)))
        places = np.floor((np.arange(n_stop) + 0.5) * len(dishes) / n_stop).astype(int)
        spared = {dishes[place] for place in places}
        stop = tuple(piece for piece in whole if fields[piece.field].group in spared)
        train = tuple(piece for piece in whole if fields[piece.field].group not in spared)
        return StainSplit(train, stop, "dish")
    train, strips = _spare_strips(fields, whole, options)
    return StainSplit(train, strips, "strip" if strips else "nothing")


def _sort_dishes(fields: Sequence[StainField], pieces: Sequence[Piece]) -> list[str]:
    """Return the dishes by their share of positives."""
    shares: dict[str, list[float]] = {}
    for number, box in pieces:
        shares.setdefault(fields[number].group, []).append(_share(fields[number], box))
    return sorted(shares, key=lambda dish: (float(np.mean(shares[dish])), dish))


def _spare_strips(
    fields: Sequence[StainField], pieces: Sequence[Piece], options: StainOptions
) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Cut strips off all fields that are large enough; return what is left, and the strips."""
    ends = [_cut_ends(piece, options) for piece in pieces]
    unlike: dict[str, list[float]] = {}
    for piece, both in zip(pieces, ends, strict=True):
        field = fields[piece.field]
        usual = _share(field, piece.box)
        for end, (strip, _) in enumerate(both):
            difference = abs(_share(field, strip.box) - usual)
            unlike.setdefault(field.group, [0.0, 0.0])[end] += difference
    train: list[Piece] = []
    strips: list[Piece] = []
    for piece, both in zip(pieces, ends, strict=True):
        if not both:
            train.append(piece)
            continue
        strip, rest = both[int(np.argmin(unlike[fields[piece.field].group]))]
        train.append(rest)
        strips.append(strip)
    return tuple(train), tuple(strips)


def _cut_ends(piece: Piece, options: StainOptions) -> tuple[tuple[Piece, Piece], ...]:
    """Return strip and rest for the first and for the last end; nothing where it is too small."""
    rows, columns = piece.box
    axis = 0 if rows.stop - rows.start >= columns.stop - columns.start else 1
    start, stop = piece.box[axis].start, piece.box[axis].stop
    edge = options.block_px
    depth = max(edge, round(options.stop_share * (stop - start)))
    if stop - start < depth + 3 * edge:
        return ()
    first = (slice(start, start + depth), slice(start + depth + edge, stop))
    last = (slice(stop - depth, stop), slice(start, stop - depth - edge))

    def to_piece(side: slice) -> Piece:
        return Piece(piece.field, (side, columns) if axis == 0 else (rows, side))

    return tuple((to_piece(strip), to_piece(rest)) for strip, rest in (first, last))


def count_blocks(fields: Sequence[StainField], options: StainOptions) -> tuple[int, int]:
    """Count the known side-by-side blocks of all fields, and how many of them are positive."""
    n_blocks = n_positives = 0
    grid = BlockGrid(options.block_px, options.block_px)
    for field in fields:
        box = find_box(_known(field))
        if not _holds_block(box, options.block_px):
            continue
        is_known = positive_area(_known(field)[box], grid) == 1
        is_positive = positive_area(field.positive[box], grid) >= options.positive_area
        n_blocks += int(is_known.sum())
        n_positives += int((is_positive & is_known).sum())
    return n_blocks, n_positives


def _share(field: StainField, box: Box) -> float:
    known = _known(field)[box]
    return float(field.positive[box][known].mean()) if known.any() else 0.0


def _known(field: StainField) -> Any:
    return np.ones(field.shape_px, bool) if field.known is None else field.known


def _holds_block(box: Box, block_px: int) -> bool:
    return all(side.stop - (side.start or 0) >= block_px for side in box)


def _describe(piece: Piece, fields: Sequence[StainField]) -> dict[str, Any]:
    rows, columns = piece.box
    field = fields[piece.field]
    return {
        "name": field.name,
        "group": field.group,
        "y": [rows.start, rows.stop],
        "x": [columns.start, columns.stop],
    }
