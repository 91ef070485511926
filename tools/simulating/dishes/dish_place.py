"""One place of a dish before any light falls on it, and how its cells develop from day to day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from simulating.dishes.cell_sheet import CellSheet, draw_sheet, draw_smooth_field
from simulating.dishes.cell_territories import part_field
from simulating.dishes.heart_marker import draw_background
from simulating.dishes.phase_contrast import draw_light
from simulating.dishes.sheet_relief import Relief, draw_relief

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from simulating.dishes.cell_territories import Territories
    from simulating.dishes.dish_options import DishOptions

WAVE_UM, WAVE_WIDTH_UM = 2.2, 7.0
"""Height and width of the waves of the cells' borders."""

CRAWL_UM = 0.8
"""How far a cell crawls from one picture of a series to the next (s.d. along an axis)."""

RENEWED = 0.3
"""Share of the texture's variance that is new in the next picture of a series."""


@dataclass(frozen=True, slots=True, eq=False)
class DishPlace:
    """All that chance says about one place, but for the noise of a picture.

    Attributes
    ----------
    sheet
        The cells.
    bend
        ``(2, Y, X)``: by how many pixels space is bent, which makes borders wavy.
    relief
        The surface of the cells.
    phase_light, marker_light
        ``(Y, X)``: uneven light of both lamps.
    background
        ``(Y, X)``: glow of medium and plastic in the marker.
    """

    sheet: CellSheet
    bend: NDArray[np.float64]
    relief: Relief
    phase_light: NDArray[np.float64]
    marker_light: NDArray[np.float64]
    background: NDArray[np.float64]

    def territories(self) -> Territories:
        """Part the field among the cells."""
        return part_field(self.sheet, self.bend)


def draw_place(options: DishOptions, rng: Generator) -> DishPlace:
    """Draw one place of a dish."""
    sheet = draw_sheet(options, rng)
    width = WAVE_WIDTH_UM / options.pixel_size_um
    bend = np.stack([draw_smooth_field(options.size_px, width, rng) for _ in range(2)])
    return DishPlace(
        sheet=sheet,
        bend=WAVE_UM / options.pixel_size_um * bend,
        relief=draw_relief(options, len(sheet.places), rng),
        phase_light=draw_light(options, rng),
        marker_light=draw_light(options, rng),
        background=draw_background(options, rng),
    )


def move_on(place: DishPlace, options: DishOptions, rng: Generator) -> DishPlace:
    """Give the same place some hours later: cells have crawled and their texture has changed."""
    sheet, relief = place.sheet, place.relief
    crawl = CRAWL_UM / options.pixel_size_um * rng.standard_normal(sheet.places.shape)
    fresh = rng.standard_normal(relief.noise.shape)
    noise = np.sqrt(1 - RENEWED) * relief.noise + np.sqrt(RENEWED) * fresh
    return replace(
        place,
        sheet=replace(sheet, places=sheet.places + crawl),
        relief=replace(relief, noise=noise),
    )


def choose_hearts(sheet: CellSheet, land: Territories, efficiency: float) -> NDArray[np.bool_]:
    """Say which cells are cardiomyocytes ``(N,)``, so that they cover the wanted share.

    Cells take their turn as they were drawn to; it ends where the share is met most nearly, or when
    no cell is left that may become one.
    """
    area = np.bincount(land.owner[land.depth > 0], minlength=len(sheet.places))
    order = np.argsort(sheet.turn, kind="stable")
    order = order[np.isfinite(sheet.turn[order])]
    share = np.concatenate([[0], np.cumsum(area[order])]) / land.owner.size
    becomes = np.zeros(len(sheet.places), bool)
    becomes[order[: int(np.argmin(np.abs(share - efficiency)))]] = True
    return becomes
