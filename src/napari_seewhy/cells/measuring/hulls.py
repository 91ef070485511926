"""Convex hulls: the area of the hull of every object at once, in whole-number arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.labels import Runs

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
