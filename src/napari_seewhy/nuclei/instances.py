"""From maps to nuclei: every pixel votes for the centre it belongs to, and votes are counted.

The idea of Neven et al. (2019, arXiv 1906.11109) and Cheng et al. (2020, arXiv 1911.10194), without
their learned margins: nuclei are compact, so a fixed reach does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage
from torch.nn import functional

from napari_seewhy.nuclei.maps import NOMINAL_PX

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.images.tiles import Box
    from napari_seewhy.nuclei.maps import Maps

REACH_PX = 10
"""A vote counts for the nearest centre within this many pixels at the nominal scale."""

_BLUR_PX = 2.0
_APART_PX = 7
_FEWEST_VOTES = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Centres:
    """Where nuclei have their centres, at the nominal scale.

    Attributes
    ----------
    y, x
        ``(n,)`` int64.
    nearest
        ``(h, w)`` int32: for every place the number from 1 of the centre within reach, or 0.
    """

    y: NDArray[np.int64]
    x: NDArray[np.int64]
    nearest: NDArray[np.int32]


def find_centres(maps: Maps) -> Centres:
    """Count the votes of one picture ``(1, h, w)`` and return where they agree."""
    inside = maps.inside[0].sigmoid().numpy()
    shape = inside.shape
    is_inside = inside > 0.5
    y, x = np.nonzero(is_inside)
    y = _held(y + maps.offset_y[0].numpy()[is_inside] * NOMINAL_PX, shape[0])
    x = _held(x + maps.offset_x[0].numpy()[is_inside] * NOMINAL_PX, shape[1])
    votes = np.bincount(y * shape[1] + x, inside[is_inside], shape[0] * shape[1])
    votes = ndimage.gaussian_filter(votes.reshape(shape).astype(np.float32), _BLUR_PX, truncate=3)
    is_peak = votes > _FEWEST_VOTES
    is_peak &= votes == ndimage.maximum_filter(votes, _APART_PX)
    peaks, _ = ndimage.label(is_peak, np.ones((3, 3)))
    y, x = np.nonzero(peaks)
    # A flat summit has several pixels: the first of them stands for all.
    _, first = np.unique(peaks[y, x], return_index=True)
    y, x = y[first], x[first]
    return Centres(y, x, _spread(y, x, shape))


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """What every pixel of an image belongs to, each ``(Y, X)``.

    Attributes
    ----------
    numbers
        int32, from 1 as in `Centres`; 0 is background.
    inside
        float32, probability of lying in a nucleus.
    stray
        float32, how far beside the centre the pixel voted, in pixels at the nominal scale.
    """

    numbers: NDArray[np.int32]
    inside: NDArray[np.float32]
    stray: NDArray[np.float32]

    def take(self, numbers: NDArray[np.int32], box: Box) -> Assigned:
        """Return a box of it, with other numbers ``(Y, X)`` for the whole."""
        return Assigned(numbers[box], self.inside[box], self.stray[box])


def assign_pixels(maps: Maps, centres: Centres, shape: tuple[int, int]) -> Assigned:
    """Give every pixel of the image to the centre that it votes for.

    Parameters
    ----------
    maps
        Of one picture, ``(1, h, w)``.
    centres
        What was found in it.
    shape
        Height and width of the same in pixels of the image.
    """
    small = maps.inside.shape[1:]
    inside, way_y, way_x = (
        functional.interpolate(plane[:, None], size=shape, mode="bilinear")[0, 0]
        for plane in (maps.inside, maps.offset_y, maps.offset_x)
    )
    chance = inside.sigmoid().numpy()
    is_inside = chance > 0.5
    y, x = np.nonzero(is_inside)
    y = _to_small(y, shape[0], small[0], way_y.numpy()[is_inside])
    x = _to_small(x, shape[1], small[1], way_x.numpy()[is_inside])
    found = centres.nearest[y, x]
    numbers, stray = np.zeros(shape, np.int32), np.zeros(shape, np.float32)
    numbers[is_inside] = found
    stray[is_inside] = np.hypot(
        y - np.append(0, centres.y)[found], x - np.append(0, centres.x)[found]
    )
    return Assigned(numbers, chance, stray)


def keep_whole(numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    """Keep the largest piece of every object; the others become background."""
    from skimage.measure import label

    pieces = label(numbers, background=0, connectivity=1)
    areas = np.bincount(pieces.ravel())
    areas[0] = 0
    owner = np.zeros(len(areas), np.int32)
    owner[pieces.ravel()] = numbers.ravel()
    owner[0] = 0
    largest = np.zeros(int(numbers.max(initial=0)) + 1, np.int64)
    order = np.argsort(areas, kind="stable")
    largest[owner[order]] = order
    is_kept = largest[owner] == np.arange(len(areas))
    is_kept[0] = False
    kept: NDArray[np.int32] = np.where(is_kept[pieces], numbers, 0)
    return kept


def _held(place: NDArray[np.floating], length: int) -> NDArray[np.int64]:
    held: NDArray[np.int64] = np.clip(np.rint(place), 0, length - 1).astype(np.int64)
    return held


def _to_small(
    place: NDArray[np.int64], length: int, small: int, way: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Say where pixels of the image vote, in pixels at the nominal scale."""
    return _held((place + 0.5) * (small / length) - 0.5 + way * NOMINAL_PX, small)


def _spread(
    y: NDArray[np.int64], x: NDArray[np.int64], shape: tuple[int, ...]
) -> NDArray[np.int32]:
    nearest = np.zeros(shape, np.int32)
    if not len(y):
        return nearest
    nearest[y, x] = np.arange(1, len(y) + 1)
    distance, (from_y, from_x) = ndimage.distance_transform_edt(nearest == 0, return_indices=True)
    return np.where(distance <= REACH_PX, nearest[from_y, from_x], 0)
