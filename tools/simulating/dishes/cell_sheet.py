"""Place the cells of a confluent dish: which lie where, how dense, and which become heart cells.

Cardiomyocytes lie in patches of small, thick cells. Other cells lie as densely in patches of their
own, so that density does not distinguish the two; between the patches cells are large and flat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from simulating.dishes.dish_options import DishOptions

DENSE_UM, SPREAD_UM = 19.0, 36.0
"""Distance of neighbours in a dense patch, and between the patches."""

PATCH_UM = 36.0
"""Width of the smooth field whose highest places are the patches."""

N_NUCLEOLI = 3
"""Most nucleoli that a nucleus has."""


@dataclass(frozen=True, slots=True, eq=False)
class CellSheet:
    """Everything that was drawn about the cells of one place. Lengths in pixels.

    Attributes
    ----------
    places
        ``(N, 2)``: y and x of the nuclei; some lie outside the field.
    is_dense
        ``(N,)``: whether it lies in a dense patch.
    turn
        ``(N,)``: the lower, the sooner the cell becomes a cardiomyocyte; inf = never.
    radius_px, aspect, axis
        ``(N,)``: size of a cell, its elongation, and the angle of its long axis.
    thickness
        ``(N,)``: optical thickness, 1 = a typical dense cell.
    nucleus_px, nucleus_aspect
        ``(N,)``: size of the nucleus and its elongation.
    nucleoli
        ``(N, N_NUCLEOLI, 3)``: y and x from the nucleus' centre as share of its radius, and
        strength, 0 where there is none.
    stain
        ``(N,)``: how strongly a cell takes the marker, about 1.
    roughness
        ``(N,)``: strength of its texture, about 1.
    """

    places: NDArray[np.float64]
    is_dense: NDArray[np.bool_]
    turn: NDArray[np.float64]
    radius_px: NDArray[np.float64]
    aspect: NDArray[np.float64]
    axis: NDArray[np.float64]
    thickness: NDArray[np.float64]
    nucleus_px: NDArray[np.float64]
    nucleus_aspect: NDArray[np.float64]
    nucleoli: NDArray[np.float64]
    stain: NDArray[np.float64]
    roughness: NDArray[np.float64]


def draw_sheet(options: DishOptions, rng: Generator) -> CellSheet:
    """Draw the cells of one place."""
    places, is_dense, turn = _draw_places(options, rng)
    n = len(places)
    spacing = np.where(is_dense, DENSE_UM, SPREAD_UM) / options.pixel_size_um
    nucleus_um = np.where(is_dense, 4.4, 6.2) * rng.lognormal(0, 0.1, n)
    nucleoli = np.concatenate(
        [rng.uniform(-0.5, 0.5, (n, N_NUCLEOLI, 2)), rng.uniform(0.5, 1, (n, N_NUCLEOLI, 1))],
        axis=2,
    )
    nucleoli[..., 2] *= np.arange(N_NUCLEOLI) < rng.integers(1, N_NUCLEOLI + 1, n)[:, None]
    return CellSheet(
        places=places,
        is_dense=is_dense,
        turn=turn,
        radius_px=spacing * rng.lognormal(-0.5, 0.08, n),
        aspect=rng.uniform(1.0, np.where(is_dense, 1.7, 2.2)),
        axis=_draw_axes(places, options, rng),
        thickness=np.where(is_dense, 1.0, 0.75) * rng.lognormal(0, 0.12, n),
        nucleus_px=nucleus_um / options.pixel_size_um,
        nucleus_aspect=rng.uniform(1.05, 1.6, n),
        nucleoli=nucleoli,
        stain=np.exp(options.marker_spread * rng.standard_normal(n)),
        roughness=rng.lognormal(0, 0.2, n),
    )


def _draw_places(
    options: DishOptions, rng: Generator
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """Draw where the cells lie, whether densely, and in which order they become heart cells."""
    width = PATCH_UM / options.pixel_size_um
    fate = draw_smooth_field(options.size_px, width, rng)
    other = draw_smooth_field(options.size_px, width, rng)
    fated_from = np.quantile(fate, 1 - options.fated)
    free = other[fate < fated_from]
    dense_from = np.quantile(free, 1 - options.dense_others) if free.size else np.inf
    dense = _draw_grid(options, DENSE_UM, rng)
    height = _look_up(fate, dense) + 0.25 * rng.standard_normal(len(dense))
    is_fated = height > fated_from
    kept = is_fated | (_look_up(other, dense) > dense_from)
    dense, turn = dense[kept], np.where(is_fated, -height, np.inf)[kept]
    spread = _draw_grid(options, SPREAD_UM, rng)
    if len(dense):
        distance, _ = cKDTree(dense).query(spread)
        spread = spread[distance > 0.62 * SPREAD_UM / options.pixel_size_um]
    return (
        np.concatenate([dense, spread]),
        np.arange(len(dense) + len(spread)) < len(dense),
        np.concatenate([turn, np.full(len(spread), np.inf)]),
    )


def draw_smooth_field(size_px: int, width_px: float, rng: Generator) -> NDArray[np.float64]:
    """Draw a landscape of smooth hills ``(Y, X)`` with mean 0 and standard deviation 1."""
    # Drawn coarsely and enlarged: hills much wider than a pixel need no pixel of their own.
    step = max(1, int(width_px / 6))
    n = size_px // step + 9
    hills = ndimage.gaussian_filter(rng.standard_normal((n, n)), width_px / step, mode="wrap")
    at = np.arange(size_px) / step + 4
    rows = ndimage.map_coordinates(hills, np.meshgrid(at, at, indexing="ij"), order=1)
    field: NDArray[np.float64] = (rows - rows.mean()) / rows.std()
    return field


def _draw_grid(options: DishOptions, distance_um: float, rng: Generator) -> NDArray[np.float64]:
    """Draw ``(N, 2)`` places on a shaken honeycomb that reaches a little beyond the field."""
    step = distance_um / options.pixel_size_um
    high = step * np.sqrt(3) / 2
    rows = np.arange(-2, options.size_px / high + 2)
    columns = np.arange(-2, options.size_px / step + 2)
    y, x = np.meshgrid(rows * high, columns * step, indexing="ij")
    x = x + 0.5 * step * (rows[:, None] % 2)
    grid = np.column_stack([y.ravel(), x.ravel()])
    return grid + 0.17 * step * rng.standard_normal(grid.shape)


def _draw_axes(
    places: NDArray[np.float64], options: DishOptions, rng: Generator
) -> NDArray[np.float64]:
    """Draw the long axes: neighbours lie nearly parallel, as cells in a sheet do."""
    width = 25.0 / options.pixel_size_um
    flows = [draw_smooth_field(options.size_px, width, rng) for _ in range(2)]
    sine, cosine = (_look_up(flow, places) for flow in flows)
    return 0.5 * np.arctan2(sine, cosine) + 0.3 * rng.standard_normal(len(places))


def _look_up(field: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    inside = np.clip(np.rint(places).astype(int), 0, np.array(field.shape) - 1)
    found: NDArray[np.float64] = field[inside[:, 0], inside[:, 1]]
    return found
