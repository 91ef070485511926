"""Sifting: what is kept of the objects that were found, and in what order they are numbered."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.cells.labels import cut_strips

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Sifted(NamedTuple):
    """The objects that stayed, by their new numbers from 1 on.

    Attributes
    ----------
    areas
        ``(n,)`` int64, in pixels.
    former
        ``(n,)`` int64, the numbers they had before.
    """

    areas: NDArray[np.int64]
    former: NDArray[np.int64]


def sift_objects(
    labels: NDArray[np.int32],
    diameter_px: float | None,
    min_area_px: int | None,
    *,
    drop_border: bool = False,
) -> Sifted:
    """Drop objects that are too small or cut off, and number the rest by where they begin.

    Parameters
    ----------
    labels
        ``(Y, X)`` int32, changed in place: the objects that stay get the numbers 1 to n, in the
        order in which their first pixels come when the image is read line by line.
    diameter_px
        Diameter of a usual nucleus, None = `usual_diameter` of these objects.
    min_area_px
        Objects with fewer pixels are dropped, None = a tenth of a usual nucleus.
    drop_border
        Whether objects that touch the edge of the image are dropped.
    """
    areas, first = _areas_and_first_pixels(labels)
    if min_area_px is None:
        usual = diameter_px if diameter_px is not None else usual_diameter(areas[1:])
        min_area_px = int(np.pi * usual**2 / 40)
    is_kept = areas >= max(min_area_px, 1)
    is_kept[0] = False
    if drop_border:
        for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
            is_kept[edge] = False
    kept = np.flatnonzero(is_kept)
    kept = kept[np.argsort(first[kept])]
    new_numbers = np.zeros(len(areas), np.int32)
    new_numbers[kept] = np.arange(1, len(kept) + 1, dtype=np.int32)
    for strip in cut_strips(labels):
        strip[:] = new_numbers[strip]
    return Sifted(areas[kept], kept)


def usual_diameter(areas: NDArray[np.int64]) -> float:
    """Diameter in pixels of the usual one of these areas; 0 where there is none.

    The usual area is the one at which half of all object pixels are reached, from the smallest
    object up: specks of dirt may be many, but they hold few pixels.
    """
    if not len(areas):
        return 0.0
    ordered = np.sort(areas)
    usual = ordered[np.searchsorted(np.cumsum(ordered), ordered.sum() / 2)]
    return float(2 * np.sqrt(usual / np.pi))


def _areas_and_first_pixels(
    labels: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    n_numbers = int(labels.max(initial=0)) + 1
    areas = np.zeros(n_numbers, np.int64)
    first = np.full(n_numbers, np.iinfo(np.int64).max)
    start = 0
    for strip in cut_strips(labels):
        at = np.flatnonzero(strip)
        numbers = strip.ravel()[at]
        areas += np.bincount(numbers, minlength=n_numbers)
        # Of several values assigned to one place the last one stays, so the first pixel wins.
        earliest = np.full(n_numbers, np.iinfo(np.int64).max)
        earliest[numbers[::-1]] = at[::-1] + start
        np.minimum(first, earliest, out=first)
        start += strip.size
    return areas, first
