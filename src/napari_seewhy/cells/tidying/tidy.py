"""Correct labels by hand: merge, split, delete, draw and renumber cells.

Every verb works out an `Edit` and changes nothing itself; `EditHistory.do` applies it. Labels are
``(Y, X)``, or ``(T, Y, X)`` with the time point `t` to work on: frames are numbered apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from napari_seewhy.cells.labels import make_sequential
from napari_seewhy.cells.tidying.edits import Edit
from napari_seewhy.cells.tidying.splitting import cut_along, grow_from
from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.cells.tidying.edits import Labels


def merge_cells(labels: Labels, picked: Iterable[int], *, t: int | None = None) -> Edit:
    """Make one cell of several, which gets the lowest of their numbers.

    The cells need not touch: two daughters, or a nucleus that was lost in between, may be one
    cell for the person who looks at it.

    Parameters
    ----------
    labels
        ``(Y, X)``, or ``(T, Y, X)`` with `t`.
    picked
        Numbers of two or more cells.

    Raises
    ------
    DataError
        If fewer than two cells are picked, or one is not there.
    """
    frame = _frame(labels, t)
    numbers = _check_picked(frame, picked)
    if len(numbers) < 2:
        raise DataError(f"Only cell {numbers[0]} is picked; pick two or more cells to merge.")
    return _replace(frame, numbers, numbers[0], t, f"Merge cells {_listed(numbers)}")


def delete_cells(labels: Labels, picked: Iterable[int], *, t: int | None = None) -> Edit:
    """Turn cells into background.

    Raises
    ------
    DataError
        If no cell is picked, or one is not there.
    """
    frame = _frame(labels, t)
    numbers = _check_picked(frame, picked)
    noun = "cell" if len(numbers) == 1 else "cells"
    return _replace(frame, numbers, 0, t, f"Delete {noun} {_listed(numbers)}")


def split_cell(
    labels: Labels,
    label: int,
    points: ArrayLike,
    *,
    by: Literal["line", "seeds"] = "line",
    t: int | None = None,
) -> Edit:
    """Cut one cell in two or more; the largest piece keeps the number, the others get new ones.

    Parameters
    ----------
    labels
        ``(Y, X)``, or ``(T, Y, X)`` with `t`.
    label
        The cell to cut.
    points
        ``(N, 2)``, y and x in pixels, two or more. As a line: its corners, from one side of the
        cell to the other. As seeds: one point within each of the future cells; the border
        between them runs through the narrowest place (watershed of the distance to the outline).
    by
        What the points mean.

    Raises
    ------
    DataError
        If the cell is not there, the line does not cut it through, or a seed is not within it.
    """
    frame = _frame(labels, t)
    (number,) = _check_picked(frame, [label])
    corners = _check_points(points, at_least=2)
    box = _box_of(frame == number)
    before = frame[box].copy()
    mask = before == number
    corner_yx = [part.start for part in box]
    if by == "line":
        pieces = cut_along(mask, corners - corner_yx, number)
    else:
        pieces = grow_from(mask, corners - corner_yx, number)
    after = _number_pieces(before, pieces, number, int(frame.max()))
    return _edit(box, before, after, t, f"Split cell {number}")


def draw_cell(
    labels: Labels, polygon: ArrayLike, *, overwrite: bool = False, t: int | None = None
) -> Edit:
    """Fill a drawn outline with a new cell, which gets the next free number.

    Parameters
    ----------
    labels
        ``(Y, X)``, or ``(T, Y, X)`` with `t`.
    polygon
        ``(N, 2)``, y and x in pixels of three or more corners; what lies outside the image is
        cut off.
    overwrite
        Whether pixels of neighbours go to the new cell. If not, it fills only background.

    Raises
    ------
    DataError
        If the polygon holds no pixel of the image, or only pixels that belong to other cells.
    """
    from skimage.draw import polygon2mask

    frame = _frame(labels, t)
    corners = _check_points(polygon, at_least=3)
    low = np.clip(np.floor(corners.min(axis=0)), 0, frame.shape).astype(int)
    high = np.clip(np.floor(corners.max(axis=0)) + 1, 0, frame.shape).astype(int)
    box = (slice(int(low[0]), int(high[0])), slice(int(low[1]), int(high[1])))
    before = frame[box].copy()
    inside = polygon2mask(before.shape, corners - low) if before.size else before.astype(bool)
    if not inside.any():
        height, width = frame.shape
        raise DataError(
            f"The outline holds no pixel of the image ({height} × {width}); draw it on the image."
        )
    drawn = inside if overwrite else inside & (before == 0)
    if not drawn.any():
        raise DataError(
            "The outline lies wholly on other cells; draw on the background, or let it overwrite."
        )
    after = before.copy()
    after[drawn] = _check_fits(int(frame.max()) + 1, before)
    return _edit(box, before, after, t, f"Draw cell {int(frame.max()) + 1}")


def renumber_cells(labels: Labels, *, t: int | None = None) -> Edit:
    """Give the cells the numbers 1, 2, ... n with no gap, in the order of their present numbers.

    Labels that are sequential already give an edit that changes nothing.
    """
    frame = _frame(labels, t)
    after = make_sequential(frame)
    changed = after != frame
    box = _box_of(changed) if changed.any() else (slice(0, 0), slice(0, 0))
    return _edit(box, frame[box].copy(), after[box].astype(frame.dtype), t, "Renumber cells")


def _frame(labels: Labels, t: int | None) -> Labels:
    """Give the flat labels to work on: all of them, or one time point."""
    if not np.issubdtype(labels.dtype, np.integer):
        raise DataError(f"The labels are {labels.dtype}; wanted whole numbers, such as int32.")
    wanted_ndim = 2 if t is None else 3
    if labels.ndim != wanted_ndim:
        raise DataError(
            f"The labels have shape {labels.shape}; wanted (Y, X), or (T, Y, X) with a time point."
        )
    if t is None:
        return labels
    if not 0 <= t < len(labels):
        raise DataError(f"There is no time point {t}; these labels have 0 to {len(labels) - 1}.")
    frame: Labels = labels[t]
    return frame


def _check_picked(frame: Labels, picked: Iterable[int]) -> list[int]:
    """Give the picked numbers in rising order, each once, all of them present."""
    numbers = sorted({int(number) for number in picked})
    if not numbers:
        raise DataError("No cell is picked; click one first.")
    there = set(np.unique(frame[np.isin(frame, numbers)]).tolist()) - {0}
    missing = [number for number in numbers if number not in there]
    if missing:
        raise DataError(f"There is no cell {_listed(missing)} in these labels; click a cell.")
    return numbers


def _check_points(points: ArrayLike, *, at_least: int) -> NDArray[np.float64]:
    corners = np.asarray(points, np.float64)
    if corners.ndim != 2 or corners.shape[1] != 2 or len(corners) < at_least:
        raise DataError(
            f"The points have shape {corners.shape}; wanted (N, 2), y and x of {at_least} or more."
        )
    if not np.isfinite(corners).all():
        raise DataError("A point has no position (NaN or infinite); draw it again.")
    return corners


def _check_fits(number: int, labels: Labels) -> int:
    if number > np.iinfo(labels.dtype).max:
        raise DataError(
            f"The new number {number} does not fit into {labels.dtype} labels; "
            "renumber the cells, or convert the labels to int32."
        )
    return number


def _replace(frame: Labels, numbers: list[int], new: int, t: int | None, description: str) -> Edit:
    box = _box_of(np.isin(frame, numbers))
    before = frame[box].copy()
    after = before.copy()
    after[np.isin(before, numbers)] = new
    return _edit(box, before, after, t, description)


def _number_pieces(before: Labels, pieces: NDArray[np.int32], number: int, highest: int) -> Labels:
    """Write the pieces of a cell: the largest keeps its number, the others follow the highest."""
    areas = np.bincount(pieces.ravel())
    areas[0] = 0
    order = [int(piece) for piece in np.argsort(-areas, kind="stable") if areas[piece]]
    _check_fits(highest + len(order) - 1, before)
    numbers = np.zeros(len(areas), before.dtype)
    numbers[order] = [number, *range(highest + 1, highest + len(order))]
    after: Labels = np.where(pieces > 0, numbers[pieces], before)
    return after


def _box_of(mask: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Give the smallest box round the true pixels of `mask`."""
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    return (
        slice(int(rows[0]), int(rows[-1]) + 1),
        slice(int(columns[0]), int(columns[-1]) + 1),
    )


def _edit(
    box: tuple[slice, slice], before: Labels, after: Labels, t: int | None, description: str
) -> Edit:
    return Edit(box if t is None else (t, *box), before, after, description)


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
