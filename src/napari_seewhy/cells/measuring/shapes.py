"""Shapes: size, place, form and convex hull of all objects at once, from their runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.cells.measuring.outlines import measure_perimeters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.labels import Runs

    Columns = dict[str, NDArray[Any]]


_NOTHING = np.iinfo(np.int64).min


def measure_hull_areas(runs: Runs) -> NDArray[np.int64]:
    """Count the pixels in the convex hull of every object.

    The same numbers as `skimage.morphology.convex_hull_image` for each object by itself: the hull
    goes about the middles of the edges of its pixels, and pixels on it count as within. Here all
    coordinates are doubled, which makes the middles of edges whole numbers and the result exact.

    The left and the right side of a hull are two chains of corners from its top to its bottom. A
    point that does not stick out over the line between two others is no corner; such points are
    dropped from all chains at once until none is left.

    Parameters
    ----------
    runs
        The objects.

    Returns
    -------
    Number of pixels, shape ``(N,)``
        0 for an object without a run.

    Examples
    --------
    >>> from napari_seewhy.cells.labels.runs import find_runs
    >>> corner = np.array([[1, 0, 0], [1, 0, 0], [1, 1, 1]])
    >>> measure_hull_areas(find_runs(corner))
    array([6])
    """
    rows = _lay_out_rows(runs)
    right = _find_outermost_points(rows, runs, runs.stop - 1)
    # A left side is the right side of the mirror image.
    left = _find_outermost_points(rows, runs, -runs.start)
    n = runs.n_objects
    chain, y, x = (
        np.concatenate([right[0], left[0] + n]),
        np.concatenate([right[1], left[1]]),
        np.concatenate([right[2], left[2]]),
    )
    reach = _sum_reach(*_keep_corners(chain, y, x, n_chains=2 * n), n_chains=2 * n)
    return reach[:n] + reach[n:] + rows.heights


class _Rows(NamedTuple):
    """The rows of every object's box, object after object."""

    heights: NDArray[np.int64]
    first: NDArray[np.int64]
    of_run: NDArray[np.int64]


def _lay_out_rows(runs: Runs) -> _Rows:
    top = np.full(runs.n_objects, np.iinfo(np.int64).max)
    bottom = np.full(runs.n_objects, -1)
    np.minimum.at(top, runs.owner, runs.y)
    np.maximum.at(bottom, runs.owner, runs.y)
    heights = np.where(bottom >= 0, bottom - np.minimum(top, bottom) + 1, 0)
    first = np.cumsum(heights) - heights
    return _Rows(heights, first, first[runs.owner] + runs.y - top[runs.owner])


def _find_outermost_points(
    rows: _Rows, runs: Runs, x: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """List the middles of outer pixel edges, in doubled coordinates, from top to bottom.

    The outermost pixel ``(y, x)`` of a row has three: ``(2y - 1, 2x)``, ``(2y, 2x + 1)`` and
    ``(2y + 1, 2x)``. Where two rows meet, the one that reaches further counts. An object of `h`
    rows so has up to ``2h + 1`` points.

    Returns
    -------
    Object, y from the top of its box, and x of every point
    """
    n = rows.heights.size
    outermost = np.full(int(rows.heights.sum()), _NOTHING)
    np.maximum.at(outermost, rows.of_run, x)
    row = np.flatnonzero(outermost > _NOTHING)
    reach = 2 * outermost[row]
    middle = 2 * row + np.repeat(np.arange(n), rows.heights)[row] + 1
    points = np.full(2 * outermost.size + n, _NOTHING)
    points[middle - 1] = reach
    points[middle + 1] = np.maximum(points[middle + 1], reach)
    points[middle] = reach + 1
    owner = np.repeat(np.arange(n), 2 * rows.heights + 1)
    y = np.arange(points.size) - (2 * rows.first + np.arange(n))[owner] - 1
    exists = points > _NOTHING
    return owner[exists], y[exists], points[exists]


def _keep_corners(
    chain: NDArray[np.int64], y: NDArray[np.int64], x: NDArray[np.int64], *, n_chains: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Drop the points of each chain that are no corner of its hull."""
    finished = []
    while chain.size:
        rise = np.diff(x)
        run = np.diff(y)
        is_corner = np.ones(chain.size, bool)
        is_corner[1:-1] = (rise[:-1] * run[1:] > rise[1:] * run[:-1]) | (chain[:-2] != chain[2:])
        # Chains that lost no point are done: a single odd one must not keep all others in work.
        is_open = np.zeros(n_chains, bool)
        is_open[chain[~is_corner]] = True
        is_done = ~is_open[chain]
        finished.append((chain[is_done], y[is_done], x[is_done]))
        goes_on = is_corner & ~is_done
        chain, y, x = chain[goes_on], y[goes_on], x[goes_on]
    finished.append((chain, y, x))
    chains, ys, xs = (np.concatenate(parts) for parts in zip(*finished, strict=True))
    return chains, ys, xs


def _sum_reach(
    chain: NDArray[np.int64], y: NDArray[np.int64], x: NDArray[np.int64], *, n_chains: int
) -> NDArray[np.int64]:
    """Add up, per chain, the last whole column within the hull over all rows of the box."""
    is_edge = chain[1:] == chain[:-1]
    y0, x0 = y[:-1][is_edge], x[:-1][is_edge]
    y1, x1 = y[1:][is_edge], x[1:][is_edge]
    first, end = -(-y0 // 2), -(-y1 // 2)
    n_rows = end - first
    edge = np.repeat(np.arange(n_rows.size), n_rows)
    row = np.arange(edge.size) - (np.cumsum(n_rows) - n_rows)[edge] + first[edge]
    run = (y1 - y0)[edge]
    along = 2 * row - y0[edge]
    column = (x0[edge] * run + (x1 - x0)[edge] * along) // (2 * run)
    totals = np.bincount(chain[:-1][is_edge][edge], weights=column, minlength=n_chains)
    return totals.astype(np.int64)


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
