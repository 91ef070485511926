"""The optical thickness of a sheet of cells: domes, nuclei, granules, fibres and dead cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage
from scipy.special import expit

from simulating.dishes.cell_sheet import N_NUCLEOLI, CellSheet, draw_smooth_field
from simulating.dishes.cell_texture import strew_grains, weave_fibres

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from simulating.dishes.cell_territories import Territories
    from simulating.dishes.dish_options import DishOptions

TEXTURE = 0.20
"""Optical thickness (standard deviation) of fibres and of grains."""

RIM = 0.12
"""Part of a cell, from its border inward, over which it rises to its full thickness."""

GRANULES_PER_CELL = 9
GRANULE_UM, GRANULE = 0.75, 0.55
"""Width of a granule, and its optical thickness."""


@dataclass(frozen=True, slots=True, eq=False)
class Relief:
    """What chance gives to the surface of a sheet.

    Attributes
    ----------
    noise
        ``(2, Y, X)``: standard normal numbers behind the fibres and the grains.
    curl
        ``(Y, X)``: by how much fibres turn within a cell, in radians.
    lumps
        ``(Y, X)``: slow hills of the cytoplasm.
    granules
        ``(M, 4)``: number of the cell (an index), y and x as share of its radius, strength.
    dead
        ``(K, 4)``: y, x, radius in pixels and brightness of the dead cells on top.
    """

    noise: NDArray[np.float64]
    curl: NDArray[np.float64]
    lumps: NDArray[np.float64]
    granules: NDArray[np.float64]
    dead: NDArray[np.float64]


def draw_relief(options: DishOptions, n_cells: int, rng: Generator) -> Relief:
    """Draw the chances of the surface of a sheet of `n_cells`."""
    size, pixel_um = options.size_px, options.pixel_size_um
    n_granules = GRANULES_PER_CELL * n_cells
    angle, away = rng.uniform(0, 2 * np.pi, n_granules), rng.uniform(0.35, 0.85, n_granules)
    granules = np.column_stack(
        [
            rng.integers(n_cells, size=n_granules),
            away * np.sin(angle),
            away * np.cos(angle),
            rng.choice([-0.9, 1.0], n_granules) * rng.lognormal(-0.3, 0.4, n_granules),
        ]
    )
    heaps = rng.uniform(0, size, (max(1, options.n_dead // 3), 2))
    dead = np.column_stack(
        [
            heaps[rng.integers(len(heaps), size=options.n_dead)]
            + 9 / pixel_um * rng.standard_normal((options.n_dead, 2)),
            rng.uniform(3.0, 6.0, options.n_dead) / pixel_um,
            rng.lognormal(0, 0.25, options.n_dead),
        ]
    )
    return Relief(
        noise=rng.standard_normal((2, size, size)),
        curl=0.22 * draw_smooth_field(size, 5 / pixel_um, rng),
        lumps=draw_smooth_field(size, 3.2 / pixel_um, rng),
        granules=granules,
        dead=dead,
    )


def raise_relief(
    sheet: CellSheet,
    land: Territories,
    becomes: NDArray[np.bool_],
    relief: Relief,
    options: DishOptions,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Build the optical thickness of the cells, and the glare of the dead ones, both ``(Y, X)``."""
    owner, shape = land.owner, land.owner.shape
    dome = 1 - np.exp(-land.depth / RIM)
    texture = strew_grains(relief.noise[1], options.pixel_size_um)
    if becomes.any():
        axis = sheet.axis[owner] + relief.curl
        fibres = weave_fibres(relief.noise[0], axis, options.pixel_size_um)
        texture = np.where(becomes[owner], fibres, texture)
    nucleus, inside = _paint_nuclei(sheet, owner)
    # Dense and flat cells are equally rough: only the direction of the pattern tells hearts.
    rough = TEXTURE * sheet.roughness[owner] * texture * (1 - 0.75 * inside)
    thickness = dome * (sheet.thickness[owner] + rough + 0.09 * relief.lumps * (1 - inside))
    thickness += dome * nucleus + _strew_granules(sheet, relief.granules, shape, options) * dome
    return thickness.astype(np.float32), _paint_dead(relief.dead, shape)


def _paint_nuclei(
    sheet: CellSheet, owner: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give what nuclei add to the thickness, and how much of each pixel is nucleus."""
    rows, columns = np.indices(owner.shape)
    dy, dx = rows - sheet.places[owner, 0], columns - sheet.places[owner, 1]
    cosine, sine = np.cos(sheet.axis)[owner], np.sin(sheet.axis)[owner]
    stretch = np.sqrt(sheet.nucleus_aspect)[owner]
    along = (dx * cosine + dy * sine) / stretch / sheet.nucleus_px[owner]
    across = (dy * cosine - dx * sine) * stretch / sheet.nucleus_px[owner]
    away = np.hypot(along, across)
    inside = expit(14 * (1 - away))
    rim = np.exp(-0.5 * ((away - 1) / 0.10) ** 2)
    added = 0.22 * rim - 0.20 * inside
    for number in range(N_NUCLEOLI):
        y, x, strength = sheet.nucleoli[owner, number].T.swapaxes(1, 2)
        near = np.exp(-0.5 * ((along - x) ** 2 + (across - y) ** 2) / 0.17**2)
        added += 0.55 * strength * near
    return added, inside


def _strew_granules(
    sheet: CellSheet, granules: NDArray[np.float64], shape: tuple[int, ...], options: DishOptions
) -> NDArray[np.float64]:
    """Give what granules and vacuoles about the nuclei add to the thickness."""
    cell = granules[:, 0].astype(int)
    places = sheet.places[cell] + granules[:, 1:3] * sheet.radius_px[cell, None]
    y, x = np.rint(places).astype(int).T
    seen = (y >= 0) & (x >= 0) & (y < shape[0]) & (x < shape[1])
    points = np.zeros(shape)
    np.add.at(points, (y[seen], x[seen]), granules[seen, 3])
    width = GRANULE_UM / options.pixel_size_um
    # Times the area of the blur, so that a lone granule is as high as its strength says.
    blurred: NDArray[np.float64] = ndimage.gaussian_filter(points, width) * 2 * np.pi * width**2
    return GRANULE * blurred


def _paint_dead(dead: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Give the glare of round cells: bright inside, a dark rim, and a halo."""
    glare = np.zeros(shape, np.float32)
    for y, x, radius, bright in dead:
        reach = 2.4 * radius
        rows = np.arange(max(0, int(y - reach)), min(shape[0], int(y + reach) + 1))
        columns = np.arange(max(0, int(x - reach)), min(shape[1], int(x + reach) + 1))
        away = np.hypot(rows[:, None] - y, columns[None, :] - x) / radius
        profile = 0.55 * np.exp(-0.5 * (away / 0.42) ** 2)
        profile -= 0.50 * np.exp(-0.5 * ((away - 0.92) / 0.14) ** 2)
        profile += 0.32 * np.exp(-0.5 * ((away - 1.3) / 0.25) ** 2)
        glare[rows[:, None], columns[None, :]] += bright * profile
    return glare
