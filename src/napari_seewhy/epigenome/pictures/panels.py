"""Finding the two panels of a picture of a gene: chromatin above, methylation below.

Three things are looked for, the surest first: two frames or left axes that stand above each other;
one frame with a line across; a band without ink between two blocks of it. What is not one of these
is not guessed at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.epigenome.pictures.ink import Ink, any_along, find_ink, find_runs
from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_HEIGHT = 0.12
_LEAST_WIDTH = 0.35
"""Smallest share of the picture's height and width that a panel takes."""

_ALIGNED_PX = 3
_THICKEST_PX = 4
"""Thickest line of a frame: what is filled deeper than this is data, such as a high background."""

_MOST_BETWEEN = 0.5
"""Share of ink between two panels, such as tick labels; where there is more, it is no gap."""

_SURE = 0.95


class Panels(NamedTuple):
    """Where the two panels of a picture lie, half-open, without axes, margins and text.

    Attributes
    ----------
    chromatin, methylation
        First row and the row after the last, in px.
    left, right
        First column and the column after the last, in px.
    certainty
        0 to 1.
    """

    chromatin: tuple[int, int]
    methylation: tuple[int, int]
    left: int
    right: int
    certainty: float


def find_panels(pixels: NDArray[np.uint8]) -> Panels | None:
    """Find the panels of pictures of one layout; None where there are no two, or it is unclear.

    Parameters
    ----------
    pixels
        One picture ``(H, W, 3)``, or some of a set ``(n, H, W, 3)``: eight pictures separate
        what differs between them from what does not, such as axes and their text, and are much
        surer.
    """
    ink = find_ink(pixels[None] if pixels.ndim == 3 else pixels)
    for find in (_find_axes, _find_line_across, _find_gap):
        panels = find(ink)
        if panels is not None:
            return panels
    return None


def place_panels(pixels: NDArray[np.uint8], row: int) -> Panels:
    """Make panels of what lies above and below a row that a person chose.

    Frames are left out where there are any; else margins without ink are.

    Raises
    ------
    DataError
        If the row lies outside, or nothing is drawn above or below it.
    """
    stack = pixels[None] if pixels.ndim == 3 else pixels
    found = find_panels(stack)
    if found is not None and found.chromatin[1] <= row <= found.methylation[0]:
        return found._replace(certainty=1.0)
    ever = find_ink(stack).ever
    rows = np.flatnonzero(ever.any(axis=1))
    above, below = rows[rows < row], rows[rows >= row]
    if not len(above) or not len(below):
        raise DataError(
            f"The dividing line at row {row} has no ink above it or none below, in a picture of "
            f"{len(ever)} rows; choose a row between chromatin and methylation."
        )
    left, right = _extent(any_along(ever, 0))
    upper = (int(above[0]), int(above[-1]) + 1)
    return Panels(upper, (int(below[0]), int(below[-1]) + 1), left, right, 1.0)


def _find_axes(ink: Ink) -> Panels | None:
    """Find two left axes in one column, each with an axis below or above it that starts there."""
    H, W = ink.always.shape
    for x in _axis_columns(ink):
        runs = find_runs(ink.always[:, x], least=int(_LEAST_HEIGHT * H))
        if len(runs) != 2:
            continue
        rights = [_reach(ink.always, run, x) for run in runs]
        between = ink.ever[runs[0, 1] : runs[1, 0], x : min(rights)]
        if (
            min(rights) - x >= _LEAST_WIDTH * W
            and abs(rights[0] - rights[1]) <= _ALIGNED_PX
            and between.mean() < _MOST_BETWEEN
        ):
            return _frame(ink.always, runs, x, min(rights))
    return None


def _find_line_across(ink: Ink) -> Panels | None:
    """Find one frame with a line from its left to its right edge, between its top and bottom."""
    H, W = ink.always.shape
    for x in _axis_columns(ink):
        runs = find_runs(ink.always[:, x], least=int(2 * _LEAST_HEIGHT * H))
        if len(runs) != 1:
            continue
        (top, bottom), right = runs[0], _reach(ink.always, runs[0], x)
        if right - x < _LEAST_WIDTH * W:
            continue
        lines = find_runs(~any_along(~ink.always[top:bottom, x:right], 1)) + top
        least = _LEAST_HEIGHT * H
        is_inside = (lines[:, 0] >= top + least) & (lines[:, 1] <= bottom - least)
        is_thin = lines[:, 1] - lines[:, 0] <= _THICKEST_PX
        if np.count_nonzero(is_inside & is_thin) == 1:
            start, end = lines[is_inside & is_thin][0]
            return _frame(ink.always, np.array([[top, end], [start, bottom]]), x, right)
    return None


def _axis_columns(ink: Ink) -> list[int]:
    """Return columns that may hold the left axis: long lines with paper on their left."""
    H, W = ink.always.shape
    length = ink.always.sum(axis=0)
    is_new = length - np.r_[0, length[:-1]] > length / 2
    is_left = np.arange(W) < W * (1 - _LEAST_WIDTH)
    return np.flatnonzero((length >= 2 * _LEAST_HEIGHT * H) & is_new & is_left).tolist()


def _frame(always: NDArray[np.bool_], runs: NDArray[np.int64], x: int, right: int) -> Panels:
    """Make panels of two axes in column `x` that reach to `right`, without the lines themselves."""
    upper, lower = (_inside(always[top:bottom, x:right], top) for top, bottom in runs.tolist())
    left, right = _inside(always[upper[0] : upper[1], x:right].T, x)
    return Panels(upper, lower, left, right, _SURE)


def _find_gap(ink: Ink) -> Panels | None:
    """Find the widest band without ink between two blocks of it that are large enough for panels.

    The certainty is how far the next widest band falls short of it: pictures with many such bands
    have no line that divides them.
    """
    H, W = ink.changing.shape
    bands = find_runs(any_along(ink.changing, 1))
    least = _LEAST_HEIGHT * H
    if ink.changing is not ink.ever:
        bands = _without_text(bands, least)
    if len(bands) < 2:
        return None
    first, last = bands[0, 0], bands[-1, 1]
    ends, starts = bands[:-1, 1], bands[1:, 0]
    widths = np.where((ends - first >= least) & (last - starts >= least), starts - ends, 0)
    place, second = int(widths.argmax()), int(np.sort(widths)[-2]) if len(widths) > 1 else 0
    left, right = _extent(any_along(ink.changing[first:last], 0))
    if not widths[place] or right - left < _LEAST_WIDTH * W:
        return None
    upper, lower = (int(first), int(ends[place])), (int(starts[place]), int(last))
    return Panels(upper, lower, left, right, _SURE * (1 - second / int(widths[place])))


def _without_text(bands: NDArray[np.int64], least: float) -> NDArray[np.int64]:
    """Leave out what differs between pictures above and below the panels, such as titles."""
    heights = bands[:, 1] - bands[:, 0]
    large = np.flatnonzero(heights >= least / 2)
    return bands[large[0] : large[-1] + 1] if len(large) else bands[:0]


def _reach(always: NDArray[np.bool_], run: NDArray[np.int64], x: int) -> int:
    """Return how far right the longest line reaches that starts at `x` at an end of the axis."""
    ends = np.r_[run[0] : run[0] + _ALIGNED_PX, run[1] - _ALIGNED_PX : run[1]]
    lines = always[ends, x:]
    lengths = np.where(lines.all(axis=1), lines.shape[1], (~lines).argmax(axis=1))
    return x + int(lengths.max())


def _inside(always: NDArray[np.bool_], start: int) -> tuple[int, int]:
    """Return first and last row without the lines that frame a panel at its ends.

    Parameters
    ----------
    always
        Ink of the panel, the rows first.
    start
        Number of its first row.
    """
    is_line = always.mean(axis=1) > _SURE
    before = is_line[:_THICKEST_PX].argmin() if not is_line[:_THICKEST_PX].all() else _THICKEST_PX
    last = is_line[: -_THICKEST_PX - 1 : -1]
    after = last.argmin() if not last.all() else _THICKEST_PX
    return start + int(before), start + len(is_line) - int(after)


def _extent(is_on: NDArray[np.bool_]) -> tuple[int, int]:
    found = np.flatnonzero(is_on)
    return int(found[0]), int(found[-1]) + 1
