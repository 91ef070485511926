"""How large the object of a sample is: good enough to notice another magnification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SMOOTHING_PX = 1.0
_CONTRAST = 4.0  # how far an object lies from the margin, in spreads of the margin


def median_diameter(pixels: NDArray[Any]) -> list[float | None]:
    """Measure how large what stands out in the middle of the samples is.

    An object is what differs from the margin of its sample, brighter or darker, by more than
    Otsu's threshold of that difference; holes are filled, so that a cell in brightfield, grey
    within a dark outline, counts as a whole.

    Parameters
    ----------
    pixels
        Samples ``(N, C, H, W)`` of any type.

    Returns
    -------
    list of float or None
        Per channel the median diameter in pixels of a disc of the same area; None where most
        samples show nothing in their middle.
    """
    diameters = np.array([[_diameter(plane) for plane in sample] for sample in pixels])
    shown = np.isfinite(diameters).mean(0) >= 0.5
    return [
        float(np.nanmedian(column)) if is_shown else None
        for column, is_shown in zip(diameters.T, shown, strict=True)
    ]


def _diameter(plane: NDArray[Any]) -> float:
    """Diameter of the object in the middle of one plane ``(H, W)``, NaN where there is none."""
    from scipy import ndimage
    from skimage.filters import threshold_otsu

    smooth = ndimage.gaussian_filter(plane.astype(np.float32), _SMOOTHING_PX)
    margin = np.concatenate([smooth[[0, -1]].ravel(), smooth[:, [0, -1]].ravel()])
    level = np.median(margin)
    difference = np.abs(smooth - level)
    threshold = threshold_otsu(difference) if np.ptp(difference) > 0 else np.inf
    # 1.4826 makes a spread of the median distance, which a neighbour at the margin hardly moves.
    if not threshold > _CONTRAST * 1.4826 * np.median(np.abs(margin - level)):
        return np.nan
    parts, _ = ndimage.label(ndimage.binary_fill_holes(difference > threshold))
    middle = parts[tuple(slice(edge // 4, edge - edge // 4) for edge in parts.shape)]
    areas = np.bincount(middle.ravel())
    if len(areas) < 2:
        return np.nan
    part = 1 + int(np.argmax(areas[1:]))
    return float(2 * np.sqrt(np.count_nonzero(parts == part) / np.pi))
