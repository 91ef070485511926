"""Backgrounds: the light where no object is, so that what a cell holds can be added up."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.images import release

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

MARGIN_PX = 5
"""Pixels nearer than this to an object are not background: its light spreads into them."""

MIN_PIXELS = 50
"""A square with fewer pixels of background takes the level of the nearest square with enough."""


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """Background of one channel of one frame: a level for each square of a grid over it.

    Attributes
    ----------
    levels
        Per pixel, shape ``(rows of squares, columns of squares)``, float64.
    square_yx
        Height and width of a square in pixels.
    """

    levels: NDArray[np.float64]
    square_yx: tuple[float, float]

    def at(self, y: NDArray[Any], x: NDArray[Any]) -> NDArray[np.float64]:
        """Read the level at places given in pixels, linearly between the centres of squares."""
        from scipy.ndimage import map_coordinates

        places = [
            (np.asarray(along) + 0.5) / side - 0.5
            for along, side in zip((y, x), self.square_yx, strict=True)
        ]
        level: NDArray[np.float64] = map_coordinates(self.levels, places, order=1, mode="nearest")
        return level

    def flatten(self) -> Background:
        """Return the same level everywhere: the median over the squares."""
        return Background(np.full_like(self.levels, np.median(self.levels)), self.square_yx)


def measure_backgrounds(
    read_rows: Callable[[int, slice], NDArray[Any]],
    measured: list[NDArray[np.bool_] | None],
    occupied: list[NDArray[Any]],
    square_px: int,
) -> list[Background]:
    """Measure the background of every channel of a frame.

    The level of a square is the median of its pixels that lie more than `MARGIN_PX` from every
    object and were measured. A square with too few of them takes the level of the nearest that has
    enough; where no square has, the level is the lowest first percentile of all squares.

    Parameters
    ----------
    read_rows
        Gives some rows of a channel, shape ``(rows, X)``.
    measured
        For each channel which pixels ``(Y, X)`` were measured, None where all were.
    occupied
        Label images ``(Y, X)`` of all that is not background.
    square_px
        About how many pixels the side of a square has.

    Returns
    -------
    list of Background
        One per channel.
    """
    height, width = occupied[0].shape
    n_channels = len(measured)
    tops, lefts = (_share_out(length, square_px) for length in (height, width))
    levels = np.full((n_channels, len(tops) - 1, len(lefts) - 1), np.nan)
    lowest = np.full(n_channels, np.inf)
    for i, (top, bottom) in enumerate(pairwise(tops)):
        is_free = _find_free(occupied, top, bottom)
        for channel in range(n_channels):
            pixels = read_rows(channel, slice(top, bottom))
            there = measured[channel]
            is_there = np.ones(pixels.shape, bool) if there is None else there[top:bottom]
            for j, (left, right) in enumerate(pairwise(lefts)):
                square, inside = pixels[:, left:right], is_there[:, left:right]
                free = square[is_free[:, left:right] & inside]
                if free.size >= MIN_PIXELS:
                    levels[channel, i, j] = np.median(free)
                elif inside.any():
                    lowest[channel] = min(lowest[channel], np.percentile(square[inside], 1))
        for array in (*occupied, *measured):
            release(array)
    square_yx = height / (len(tops) - 1), width / (len(lefts) - 1)
    return [
        Background(_fill_gaps(of_channel, low), square_yx)
        for of_channel, low in zip(levels, lowest, strict=True)
    ]


def _share_out(length: int, square_px: int) -> list[int]:
    """Cut a length into about equal parts of about `square_px`: where they begin and end."""
    n_squares = max(1, round(length / square_px))
    return [length * i // n_squares for i in range(n_squares + 1)]


def _find_free(occupied: list[NDArray[Any]], top: int, bottom: int) -> NDArray[np.bool_]:
    """Find the pixels of some rows that are far enough from all objects."""
    from scipy.ndimage import maximum_filter

    start = max(0, top - MARGIN_PX)
    taken = occupied[0][start : bottom + MARGIN_PX] > 0
    for labels in occupied[1:]:
        taken |= labels[start : bottom + MARGIN_PX] > 0
    near = maximum_filter(taken, size=2 * MARGIN_PX + 1, mode="constant")
    is_free: NDArray[np.bool_] = ~near[top - start : bottom - start]
    return is_free


def _fill_gaps(levels: NDArray[np.float64], lowest: float) -> NDArray[np.float64]:
    from scipy.ndimage import distance_transform_edt

    is_gap = np.isnan(levels)
    if is_gap.all():
        return np.full_like(levels, lowest)
    nearest = distance_transform_edt(is_gap, return_distances=False, return_indices=True)
    filled: NDArray[np.float64] = levels[tuple(nearest)]
    return filled
