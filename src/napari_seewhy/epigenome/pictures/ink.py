"""Ink: what of a picture is drawn, and what is the paper it is drawn on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DIFFERENCE = 24
"""Levels of 255 by which a colour must differ from another to count as another; JPEG blurs less."""


class Ink(NamedTuple):
    """Where there is ink, in pictures that one program drew in one layout.

    Attributes
    ----------
    ever
        ``(H, W)`` whether any of the pictures has ink there.
    changing
        ``(H, W)`` whether the pictures differ there: the data, and text such as a title, but no
        axis. All that has ink, where there is one picture only.
    always
        ``(H, W)`` whether all pictures have ink there, such as an axis.
    """

    ever: NDArray[np.bool_]
    changing: NDArray[np.bool_]
    always: NDArray[np.bool_]


def find_ink(pixels: NDArray[np.uint8]) -> Ink:
    """Tell ink from paper.

    Parameters
    ----------
    pixels
        ``(n, H, W, 3)`` pictures of one size. The paper is the colour that is commonest along
        their edges.
    """
    edges = np.concatenate(
        [pixels[:, 0], pixels[:, -1], pixels[:, :, 0], pixels[:, :, -1]], axis=1
    ).reshape(-1, 3)
    colors, counts = np.unique(edges, axis=0, return_counts=True)
    paper = colors[counts.argmax()]
    is_ink = _differs(pixels, paper)
    ever = any_along(is_ink, 0)
    changing = any_along(_differs(pixels[1:], pixels[:1]), 0) if len(pixels) > 1 else ever
    return Ink(ever, changing, ~any_along(~is_ink, 0))


def _differs(pixels: NDArray[np.uint8], color: NDArray[Any]) -> NDArray[np.bool_]:
    difference = np.abs(pixels.astype(np.int16) - color.astype(np.int16)).max(axis=-1)
    is_other: NDArray[np.bool_] = difference > _DIFFERENCE
    return is_other


def any_along(is_on: NDArray[np.bool_], axis: int) -> NDArray[np.bool_]:
    """Say where anything along an axis is True; an array also where numpy's types leave it open."""
    found: NDArray[np.bool_] = np.logical_or.reduce(is_on, axis=axis)
    return found


def find_runs(is_on: NDArray[np.bool_], least: int = 1) -> NDArray[np.int64]:
    """Return start and end (half-open) of every stretch of at least `least` True: ``(n, 2)``.

    Examples
    --------
    >>> find_runs(np.array([0, 1, 1, 0, 1], bool)).tolist()
    [[1, 3], [4, 5]]
    """
    steps = np.flatnonzero(np.diff(is_on.astype(np.int8), prepend=0, append=0))
    runs = steps.reshape(-1, 2).astype(np.int64)
    return runs[runs[:, 1] - runs[:, 0] >= least]
