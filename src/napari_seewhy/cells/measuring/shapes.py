"""Shapes: size, place and form of all objects at once, from their runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.measuring.hulls import measure_hull_areas
from napari_seewhy.cells.measuring.outlines import measure_perimeters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.labels import Runs

    Columns = dict[str, NDArray[Any]]


def measure_shapes(labels: NDArray[Any], runs: Runs) -> Columns:
    """Measure size, place and form of the objects of a label image.

    Parameters
    ----------
    labels
        One integer per object, 0 = background, shape ``(Y, X)``.
    runs
        The same objects as runs.

    Returns
    -------
    dict of arrays ``(N,)``
        ``y``, ``x``, ``area_px``, ``perimeter_px``, ``major_axis_px``, ``minor_axis_px``,
        ``eccentricity`` and ``solidity`` as in ``docs/reference/definitions.md``, in pixels; NaN,
        and an area of 0, for a label that does not occur.
    """
    area = runs.areas()
    y, x, moments = _measure_moments(runs)
    columns: Columns = {"y": y, "x": x, "area_px": area}
    perimeter = measure_perimeters(labels, runs.numbers)
    columns["perimeter_px"] = np.where(area > 0, perimeter, np.nan)
    columns |= _measure_ellipses(*moments)
    columns["solidity"] = divide(area, measure_hull_areas(runs))
    return columns


def measure_boxes(runs: Runs) -> Columns:
    """Find every object's half-open box ``y_min``, ``x_min``, ``y_max``, ``x_max`` in pixels."""
    far = np.iinfo(np.int64).max
    box = {name: np.full(runs.n_objects, far) for name in ("y_min", "x_min")}
    box |= {name: np.zeros(runs.n_objects, np.int64) for name in ("y_max", "x_max")}
    np.minimum.at(box["y_min"], runs.owner, runs.y)
    np.minimum.at(box["x_min"], runs.owner, runs.start)
    np.maximum.at(box["y_max"], runs.owner, runs.y + 1)
    np.maximum.at(box["x_max"], runs.owner, runs.stop)
    return box


def divide(amounts: NDArray[Any], by: NDArray[Any]) -> NDArray[np.float64]:
    """Divide object by object; NaN where there is nothing to divide by."""
    quotients = np.full(np.shape(by), np.nan)
    np.divide(amounts, by, out=quotients, where=by > 0)
    return quotients


def with_um(columns: Columns, pixel_size_um: float | None) -> Columns:
    """Put behind every column in pixels the same in micrometres, if the pixel size is known.

    Examples
    --------
    >>> list(with_um({"area_px": np.ones(1), "y": np.ones(1)}, 0.5))
    ['area_px', 'area_um2', 'y']
    """
    if pixel_size_um is None:
        return columns
    in_both: Columns = {}
    for name, values in columns.items():
        in_both[name] = values
        if name.endswith("area_px"):
            in_both[name.removesuffix("px") + "um2"] = values * pixel_size_um**2
        elif name.endswith("_px"):
            in_both[name.removesuffix("px") + "um"] = values * pixel_size_um
    return in_both


def measure_centers(runs: Runs) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Find the centre of mass of every object's pixels: ``y`` and ``x``; NaN where it has none."""
    y, x, _ = _measure_moments(runs)
    return y, x


def _measure_moments(
    runs: Runs,
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[NDArray[np.float64], ...]]:
    """Measure centres ``y``, ``x`` and the variances ``yy``, ``xx``, ``yx`` about them."""
    area = runs.total(runs.lengths)
    box = measure_boxes(runs)
    top, side = box["y_min"], box["x_min"]
    # Sums are taken from the corner of each box: small whole numbers, so nothing is rounded.
    y = runs.y - top[runs.owner]
    first = runs.start - side[runs.owner]
    last = runs.stop - 1 - side[runs.owner]
    sum_x = runs.lengths * (first + last) // 2
    sum_xx = _sum_squares(last) - _sum_squares(first - 1)
    center_y = divide(runs.total(y * runs.lengths), area)
    center_x = divide(runs.total(sum_x), area)
    variances = (
        divide(runs.total(y * y * runs.lengths), area) - center_y**2,
        divide(runs.total(sum_xx), area) - center_x**2,
        divide(runs.total(y * sum_x), area) - center_y * center_x,
    )
    return center_y + top, center_x + side, variances


def _sum_squares(last: NDArray[np.int64]) -> NDArray[np.int64]:
    """Add up the squares of 0, 1, ... `last`."""
    return last * (last + 1) * (2 * last + 1) // 6


def _measure_ellipses(
    yy: NDArray[np.float64], xx: NDArray[np.float64], yx: NDArray[np.float64]
) -> Columns:
    """Measure the ellipse with the same second moments, as `skimage.measure.regionprops` does.

    The axes are four times the roots of the eigenvalues of the covariance of the coordinates.
    """
    half_sum = (yy + xx) / 2
    half_gap = np.hypot((yy - xx) / 2, yx)
    large = np.maximum(half_sum + half_gap, 0)
    small = np.maximum(half_sum - half_gap, 0)
    # A single pixel has no extent, and counts as round.
    ratio = np.divide(small, large, out=np.where(np.isnan(large), np.nan, 1.0), where=large > 0)
    return {
        "major_axis_px": 4 * np.sqrt(large),
        "minor_axis_px": 4 * np.sqrt(small),
        "eccentricity": np.sqrt(1 - ratio),
    }
