"""Tiles: pieces of a big image, for computing only; they never show in a result."""

from __future__ import annotations

from dataclasses import dataclass

from napari_seewhy.errors import OptionError

Box = tuple[slice, slice]
"""Rows and columns of a rectangle, half-open."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One piece of a big image, with the surroundings that are needed to compute it.

    Attributes
    ----------
    core
        What this tile is answerable for, in the image; every pixel lies in exactly one core.
    padded
        The core and the pixels around it, in the image; smaller where the image ends.
    core_in_padded
        Where the core lies within the padded piece.
    """

    core: Box
    padded: Box
    core_in_padded: Box


def cut_tiles(shape_yx: tuple[int, int], size_px: int, overlap_px: int) -> list[Tile]:
    """Cut an image into tiles, row by row from the top left.

    Parameters
    ----------
    shape_yx
        Height and width of the image in pixels.
    size_px
        Edge of a core in pixels; the cores at the right and at the bottom may be smaller.
    overlap_px
        How far a padded tile reaches beyond its core, on every side that has an image.

    Raises
    ------
    OptionError
        If `size_px` is below 1 or `overlap_px` below 0.

    Examples
    --------
    >>> first, second = cut_tiles((4, 10), size_px=6, overlap_px=2)
    >>> first.core[1], first.padded[1]
    (slice(0, 6, None), slice(0, 8, None))
    >>> second.core[1], second.padded[1], second.core_in_padded[1]
    (slice(6, 10, None), slice(4, 10, None), slice(2, 6, None))
    """
    if size_px < 1:
        raise OptionError(f"The tiles are {size_px} px wide; give them at least 1 px.")
    if overlap_px < 0:
        raise OptionError(f"The tiles overlap by {overlap_px} px; give 0 or more.")
    height, width = shape_yx
    return [
        Tile((y[0], x[0]), (y[1], x[1]), (y[2], x[2]))
        for y in _cut_edge(height, size_px, overlap_px)
        for x in _cut_edge(width, size_px, overlap_px)
    ]


def _cut_edge(length: int, size: int, overlap: int) -> list[tuple[slice, slice, slice]]:
    pieces = []
    for start in range(0, length, size):
        stop = min(start + size, length)
        first = max(start - overlap, 0)
        pieces.append(
            (
                slice(start, stop),
                slice(first, min(stop + overlap, length)),
                slice(start - first, stop - first),
            )
        )
    return pieces
