"""Part a field among the cells of a sheet: whose a pixel is, and how near to a border it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulating.dishes.cell_sheet import CellSheet

REACH = 1.9
"""How far a cell spreads where no neighbour stops it, as a multiple of its radius."""


class Territories(NamedTuple):
    """Which cell each pixel belongs to.

    Attributes
    ----------
    owner
        ``(Y, X)`` int: number of the cell; means nothing where `depth` is 0.
    depth
        ``(Y, X)`` float32: 0 on a border or where the dish is bare, about 1 in a cell's middle.
    """

    owner: NDArray[np.intp]
    depth: NDArray[np.float32]


def part_field(sheet: CellSheet, bend: NDArray[np.float64]) -> Territories:
    """Give every pixel to the cell that is nearest, measured by each cell's size and elongation.

    Parameters
    ----------
    sheet
        The cells.
    bend
        ``(2, Y, X)``: by how many pixels space is bent, which makes borders wavy.
    """
    shape, farthest = bend.shape[1:], float(np.abs(bend).max())
    nearest = np.full(shape, np.float32(REACH))
    second = np.full(shape, np.float32(REACH))
    owner = np.zeros(shape, np.intp)
    rows, columns = np.indices(shape, dtype=np.float32) + bend.astype(np.float32)
    for number, (y, x) in enumerate(sheet.places):
        reach = REACH * sheet.radius_px[number] * np.sqrt(sheet.aspect[number]) + farthest
        window = (
            slice(max(0, int(y - reach)), max(0, int(y + reach))),
            slice(max(0, int(x - reach)), max(0, int(x + reach))),
        )
        away = distance_in_cells(sheet, number, rows[window] - y, columns[window] - x)
        closer = away < nearest[window]
        second[window] = np.where(closer, nearest[window], np.minimum(second[window], away))
        nearest[window] = np.minimum(nearest[window], away)
        owner[window][closer] = number
    return Territories(owner, second - nearest)


def distance_in_cells(
    sheet: CellSheet,
    number: int | NDArray[np.intp],
    dy: NDArray[np.float32],
    dx: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Give how far points lie from a cell's centre, as a multiple of its radius."""
    cosine, sine = np.cos(sheet.axis[number]), np.sin(sheet.axis[number])
    stretch = np.sqrt(sheet.aspect[number])
    along, across = dx * cosine + dy * sine, dy * cosine - dx * sine
    away: NDArray[np.float32] = (
        np.hypot(along / stretch, across * stretch) / sheet.radius_px[number]
    ).astype(np.float32)
    return away
