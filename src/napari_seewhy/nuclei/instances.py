"""From maps to nuclei: every pixel votes for the centre it belongs to, and votes are counted.

The idea of Neven et al. (2019, arXiv 1906.11109) and Cheng et al. (2020, arXiv 1911.10194), without
their learned margins: nuclei are compact, so a fixed reach does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage
from scipy.spatial import KDTree
from scipy.special import expit
from torch.nn import functional

from napari_seewhy.nuclei.maps import NOMINAL_PX

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.images import Box
    from napari_seewhy.nuclei.maps import Maps

REACH = 10 / 24
"""A vote counts for the nearest centre within this many diameters of its nucleus."""

STEP = 2
"""Votes are counted on a grid that is coarser than what the network sees by this: every second
pixel of every second row votes, which finds a centre as well in a quarter of the time."""

_BLUR = 2.5 / 24
_APART = 9 / 24
"""In diameters too: how far votes are blurred, and how near a centre may be to one with more votes.

For blurring it is the diameter of a usual nucleus, otherwise that of the nucleus itself, as the
network says, if it is a larger one. Thus a large nucleus among small ones stays in one piece."""

_FEWEST_VOTES = 0.3
_LARGEST = 3.0
"""A nucleus that is larger than this many usual ones is taken for one of that size, so that what is
decided at a place depends on what is near it."""


@dataclass(frozen=True, slots=True, eq=False)
class Centres:
    """Where nuclei have their centres, on the grid of votes; see `STEP`.

    Attributes
    ----------
    y, x
        ``(n,)`` int64.
    nearest
        ``(h, w)`` int32: for every place the number from 1 of the centre within reach, or 0.
    usual
        Diameter of a usual nucleus on the grid.
    """

    y: NDArray[np.int64]
    x: NDArray[np.int64]
    nearest: NDArray[np.int32]
    usual: float

    def cut_out(self, rows: slice, columns: slice) -> Centres:
        """Return the centres as seen from a box, in pixels of the maps: multiples of `STEP`."""
        near = self.nearest[
            rows.start // STEP : rows.stop // STEP, columns.start // STEP : columns.stop // STEP
        ]
        return Centres(
            self.y - rows.start // STEP, self.x - columns.start // STEP, near, self.usual
        )


def find_centres(maps: Maps, usual_px: float) -> Centres:
    """Count the votes of one picture ``(1, H, W)`` and return where they agree.

    Parameters
    ----------
    maps
        What the network says.
    usual_px
        Diameter of a usual nucleus in its pixels.
    """
    logit, way_y, way_x = (
        plane[0, ::STEP, ::STEP].numpy() for plane in (maps.inside, maps.offset_y, maps.offset_x)
    )
    usual, shape, is_inside = usual_px / STEP, logit.shape, logit > 0
    y, x = np.nonzero(is_inside)
    y = _hold(y + way_y[is_inside] * (NOMINAL_PX / STEP), shape[0])
    x = _hold(x + way_x[is_inside] * (NOMINAL_PX / STEP), shape[1])
    votes = np.bincount(y * shape[1] + x, expit(logit[is_inside]), shape[0] * shape[1])
    votes = votes.reshape(shape).astype(np.float32)
    votes = ndimage.gaussian_filter(votes, _BLUR * usual, truncate=3)
    is_peak = votes > _FEWEST_VOTES
    # Only what is far enough from more votes in any case; the rest is sifted one by one.
    is_peak &= votes == ndimage.maximum_filter(votes, max(3, round(_APART * usual)))
    peaks, _ = ndimage.label(is_peak, np.ones((3, 3)))
    y, x = np.nonzero(peaks)
    # A flat summit has several pixels: the first of them stands for all.
    _, first = np.unique(peaks[y, x], return_index=True)
    y, x = y[first], x[first]
    log_size = ndimage.uniform_filter(maps.size[0, ::STEP, ::STEP].numpy(), 3)[y, x]
    diameter = np.clip(NOMINAL_PX / STEP * np.exp2(log_size), usual, _LARGEST * usual)
    is_kept = _are_apart(np.stack([y, x], axis=1), votes[y, x], _APART * diameter)
    y, x = y[is_kept], x[is_kept]
    return Centres(y, x, _spread(y, x, shape, REACH * diameter[is_kept]), usual)


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
        float32, how far beside the centre the pixel voted, in 24ths of a usual diameter.
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
    seen = maps.inside.shape[1:]
    inside, way_y, way_x = (
        functional.interpolate(plane[:, None], size=shape, mode="bilinear")[0, 0]
        for plane in (maps.inside, maps.offset_y, maps.offset_x)
    )
    chance = inside.sigmoid().numpy()
    is_inside = chance > 0.5
    y, x = np.nonzero(is_inside)
    y = _to_grid(y, seen[0] / shape[0], way_y.numpy()[is_inside])
    x = _to_grid(x, seen[1] / shape[1], way_x.numpy()[is_inside])
    height, width = centres.nearest.shape
    found = centres.nearest[_hold(y, height), _hold(x, width)]
    numbers, stray = np.zeros(shape, np.int32), np.zeros(shape, np.float32)
    numbers[is_inside] = found
    beside = np.hypot(y - np.append(0, centres.y)[found], x - np.append(0, centres.x)[found])
    stray[is_inside] = beside * (NOMINAL_PX / centres.usual)
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


def _hold(place: NDArray[Any], length: int) -> NDArray[np.int64]:
    """Round places, and keep them on the grid."""
    held: NDArray[np.int64] = np.clip(np.rint(place), 0, length - 1).astype(np.int64)
    return held


def _to_grid(place: NDArray[Any], zoom: float, way: NDArray[np.float32]) -> NDArray[Any]:
    """Say where pixels of the image vote, on the grid of votes."""
    voted: NDArray[Any] = ((place + 0.5) * zoom - 0.5 + way * NOMINAL_PX) / STEP
    return voted


def _are_apart(
    places: NDArray[np.int64], votes: NDArray[np.float32], radius: NDArray[np.floating]
) -> NDArray[np.bool_]:
    """Find for each place whether none within its radius has more votes."""
    if not len(places):
        return np.ones(0, bool)
    near = KDTree(places).query_ball_point(places, radius)
    return np.array([votes[others].max() <= own for own, others in zip(votes, near, strict=True)])


def _spread(
    y: NDArray[np.int64], x: NDArray[np.int64], shape: tuple[int, ...], reach: NDArray[np.floating]
) -> NDArray[np.int32]:
    """Give all places within reach of a centre the number of the nearest."""
    nearest = np.zeros(shape, np.int32)
    if not len(y):
        return nearest
    nearest[y, x] = np.arange(1, len(y) + 1)
    distance, (from_y, from_x) = ndimage.distance_transform_edt(nearest == 0, return_indices=True)
    number = nearest[from_y, from_x]
    return np.where(distance <= reach[number - 1], number, 0)
