"""Spots: bright pieces within cells, such as speckles or the fragments of a Golgi apparatus."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.labels import find_owners
from napari_seewhy.cells.measuring.outlines import find_border
from napari_seewhy.cells.measuring.shapes import divide

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.measuring.regions import Region
    from napari_seewhy.cells.measuring.shapes import Columns

SMOOTHING_PX = 1.0
"""Width (sigma) of the blur that keeps single noisy pixels from being spots."""

NOISE_WIDTHS = 4.0
"""How many standard deviations of the noise a spot must at least stand out."""


def find_reach(width_px: float) -> int:
    """Return how many rows beyond its own a pixel of `lift_spots` depends on."""
    return 2 * math.ceil(width_px / 2) + math.ceil(4 * SMOOTHING_PX)


def lift_spots(pixels: NDArray[Any], width_px: float) -> NDArray[np.float32]:
    """Keep what is brighter than its surroundings and not wider than `width_px`.

    A slight blur, then the white top-hat with a square: the image minus its opening. (F. Meyer,
    "Contrast feature extraction", 1979; `scipy.ndimage.white_tophat`.)

    Parameters
    ----------
    pixels
        One channel, shape ``(Y, X)``.
    width_px
        Pieces wider than this in both directions are taken for background.

    Returns
    -------
    Brightness above the surroundings, same shape
    """
    from scipy import ndimage as ndi

    smooth = ndi.gaussian_filter(pixels.astype(np.float32), SMOOTHING_PX)
    side = 2 * math.ceil(width_px / 2) + 1
    lifted: NDArray[np.float32] = smooth - ndi.grey_opening(smooth, size=(side, side))
    return lifted


def find_spot_threshold(lifted: NDArray[np.float32], factor: float = 1.0) -> float:
    """Find how much a pixel must stand out to belong to a spot.

    Otsu's threshold of the pixels within cells, times `factor`, but no less than `NOISE_WIDTHS` of
    their noise (1.4826 median absolute deviations) above their median: otherwise a channel without
    any spot would be cut in two in the middle of its noise.

    Parameters
    ----------
    lifted
        What `lift_spots` gives, of the pixels within cells, shape ``(P,)``.
    factor
        Below 1 finds fainter spots.

    Returns
    -------
    float
        Infinite where there is no pixel, or all are alike.
    """
    from skimage.filters import threshold_otsu

    if lifted.size == 0 or lifted.min() == lifted.max():
        return math.inf
    median = np.median(lifted)
    noise = 1.4826 * np.median(np.abs(lifted - median))
    otsu = float(threshold_otsu(lifted))
    return max(factor * otsu, float(median + NOISE_WIDTHS * noise))


def measure_spots(
    nuclei: Region, cells: Region, is_bright: NDArray[np.bool_], min_area_px: int
) -> Columns:
    """Count and measure the spots within every cell.

    Parameters
    ----------
    nuclei, cells
        The nuclei from which distances are taken, and the regions in which spots are sought, of
        the same objects.
    is_bright
        Pixels bright enough to belong to a spot, shape ``(Y, X)``.
    min_area_px
        Pieces of fewer pixels are no spot.

    Returns
    -------
    dict of arrays ``(N,)``
        ``spots``, ``spot_area_px``, ``spot_compactness`` and ``spot_distance_px``, as in
        ``docs/reference/definitions.md``. The last two are NaN for a cell without spots.
    """
    from skimage.measure import label

    width = cells.labels.shape[1]
    bright = np.where(is_bright, cells.labels, 0)
    pieces = label(bright, connectivity=2).reshape(-1)
    sizes = np.bincount(pieces)
    sizes[0] = 0
    place = np.flatnonzero(sizes[pieces] >= max(1, min_area_px))
    owner, is_ours = find_owners(cells.labels.reshape(-1)[place], cells.runs.numbers)
    owner, place = owner[is_ours], place[is_ours]
    y, x = np.divmod(place, width)
    n = cells.runs.n_objects
    _, first = np.unique(pieces[place], return_index=True)
    area = np.bincount(owner, minlength=n)
    distance = _measure_distances(nuclei, owner, y, x)
    return {
        "spots": np.bincount(owner[first], minlength=n),
        "spot_area_px": area,
        "spot_compactness": _measure_compactness(owner, y, x, area),
        "spot_distance_px": divide(np.bincount(owner, weights=distance, minlength=n), area),
    }


def _measure_compactness(
    owner: NDArray[np.int64], y: NDArray[np.int64], x: NDArray[np.int64], area: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Divide the area of each cell's spots by that of the circle with their second moment.

    A circle of area `A` has the second moment ``A / (2 pi)`` about its centre, and no form of the
    same area has less.
    """
    n = area.size
    second_moment = np.full(n, 1 / 6)  # that of a pixel, which is a square and no point
    for along in (y, x):
        center = divide(np.bincount(owner, weights=along, minlength=n), area)
        squares = np.square(along - center[owner])
        second_moment += divide(np.bincount(owner, weights=squares, minlength=n), area)
    return area / (2 * np.pi * second_moment)


def _measure_distances(
    nuclei: Region, owner: NDArray[np.int64], y: NDArray[np.int64], x: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Measure how far pixels lie from the nearest pixel of their own nucleus; 0 within it."""
    from scipy.spatial import KDTree

    if owner.size == 0:
        return np.zeros(0)
    padded = np.pad(nuclei.labels, 1)
    border = find_border(padded)
    border_owner, is_ours = find_owners(padded.reshape(-1)[border], nuclei.runs.numbers)
    border_y, border_x = np.divmod(border[is_ours], padded.shape[1])
    # Objects are set so far apart along a third axis that the nearest point is always one's own.
    apart = 2.0 * sum(padded.shape)
    border_points = np.stack([border_y - 1, border_x - 1, border_owner[is_ours] * apart], axis=1)
    distance, _ = KDTree(border_points).query(np.stack([y, x, owner * apart], axis=1))
    is_inside = nuclei.labels[y, x] == nuclei.runs.numbers[owner]
    return np.where(is_inside, 0.0, distance)
