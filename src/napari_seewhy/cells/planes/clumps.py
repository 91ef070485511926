"""Clumps: nuclei that touch are cut apart where they are thin or dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOUCHING = np.ones((3, 3), bool)
"""Pixels that touch at an edge or at a corner belong together."""

_WEIGHT_OF_INTENSITY = 0.5
_DEPTH_BLUR = 0.06
_INTENSITY_BLUR = 0.1
_SOFTENING = 0.1
"""The blurs, and what is added to the depth before its logarithm, in diameters of a nucleus."""

_DEEPEST_WAIST = 0.14
_ROUNDING = 1e-6
_FILLED_BOX = 0.7
_LARGEST_SINGLE = 1.2


def look_single(
    areas: NDArray[np.int64], box_areas: NDArray[np.int64], diameter_px: float
) -> NDArray[np.bool_]:
    """Ask of many objects at once which are surely one nucleus and need no cutting.

    An object is one nucleus if it is far smaller than a usual one, or if it is not larger than
    usual and fills its box as an ellipse does (pi / 4; a waist leaves the box emptier).

    Parameters
    ----------
    areas, box_areas
        Shape ``(n,)``, pixels of each object and of the box about it.
    diameter_px
        Diameter of a usual nucleus.
    """
    usual = np.pi / 4 * diameter_px**2
    is_small = areas < 0.25 * _LARGEST_SINGLE * usual
    is_compact = (areas < _LARGEST_SINGLE * usual) & (areas > _FILLED_BOX * box_areas)
    result: NDArray[np.bool_] = is_small | is_compact
    return result


def split_clump(
    clump: NDArray[np.bool_], contrast: NDArray[np.float32], diameter_px: float, splitting: float
) -> NDArray[np.int32]:
    """Cut one clump into nuclei by a watershed.

    What is flooded is the distance to the background (large in the middle of a nucleus, small in
    the waist between two) times the square root of the contrast (a dark line between two). Its
    logarithm is taken so that a waist counts by how much thinner it is than the nuclei beside it,
    whatever their size. A nucleus is a summit that stands out by a given height
    (an h-maximum: Soille, Morphological Image Analysis, 2nd ed. 2003, section 6.3.4).

    Parameters
    ----------
    clump
        ``(h, w)``, where the clump is within its box.
    contrast
        ``(h, w)``, intensity above the background.
    diameter_px
        Diameter of a usual nucleus.
    splitting
        From 0 (never cut) to 1 (cut at the slightest waist).

    Returns
    -------
    Labels ``(h, w)`` int32, 1 to the number of nuclei within the clump
    """
    from skimage.morphology import reconstruction
    from skimage.segmentation import watershed

    whole = clump.astype(np.int32)
    if splitting == 0:
        return whole
    height = max(_DEEPEST_WAIST * (1 - splitting) ** 2, 1e-3)
    relief = _relief(clump, contrast, diameter_px)
    _, n_peaks = scipy.ndimage.label(
        (scipy.ndimage.maximum_filter(relief, 3) == relief) & clump, TOUCHING
    )
    if n_peaks < 2:
        return whole
    flooded = reconstruction(relief - height, relief)
    rise = relief - flooded
    domes, n_domes = scipy.ndimage.label(rise > _ROUNDING, TOUCHING)
    tops = np.zeros(n_domes + 1)
    np.maximum.at(tops, domes[clump], rise[clump])
    is_summit = tops >= height - _ROUNDING
    is_summit[0] = False
    if is_summit.sum() < 2:
        return whole
    numbers = np.where(is_summit, np.cumsum(is_summit), 0)
    nuclei: NDArray[np.int32] = watershed(-relief, numbers[domes], mask=clump).astype(np.int32)
    return nuclei


def _relief(
    clump: NDArray[np.bool_], contrast: NDArray[np.float32], diameter_px: float
) -> NDArray[np.float64]:
    """Logarithm of depth and contrast within the clump, far lower outside."""
    # What lies beyond the box is background, so the clump gets a rim of it.
    depth = scipy.ndimage.distance_transform_edt(np.pad(clump, 1))[1:-1, 1:-1]
    depth = scipy.ndimage.gaussian_filter(
        depth, max(0.5, _DEPTH_BLUR * diameter_px), mode="constant"
    )
    light = scipy.ndimage.gaussian_filter(contrast, _INTENSITY_BLUR * diameter_px, mode="nearest")
    faintest = max(float(light[clump].max()), 1e-30) * 1e-3
    relief = np.log(depth + _SOFTENING * diameter_px)
    relief += _WEIGHT_OF_INTENSITY * np.log(np.maximum(light, faintest))
    lowest = relief[clump].min() - 1.0
    within: NDArray[np.float64] = np.where(clump, relief, lowest)
    return within
