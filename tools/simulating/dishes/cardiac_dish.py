"""Simulate a place of a differentiating dish: phase contrast, the marker, and the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.images import CellImage
from simulating.dishes.dish_options import DishOptions
from simulating.dishes.dish_place import DishPlace, choose_hearts, draw_place, move_on
from simulating.dishes.heart_marker import take_marker
from simulating.dishes.phase_contrast import take_phase_contrast
from simulating.dishes.sheet_relief import raise_relief

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

CHANNELS = ("phase contrast", "NKX2.5")


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedDish:
    """A picture, or a series, of one place of a dish and what is true of it.

    Attributes
    ----------
    image
        Channels phase contrast and NKX2.5 (the marker of cardiomyocytes), uint16; `CYX`, or `TCYX`
        for a series.
    is_heart
        ``(Y, X)`` or ``(T, Y, X)`` bool: the pixels of cardiomyocytes.
    options
        What it was drawn with.
    """

    image: CellImage
    is_heart: NDArray[np.bool_]
    options: DishOptions

    @property
    def efficiency(self) -> float:
        """True share of the field that cardiomyocytes cover, 0..1; the mean of a series."""
        return float(self.is_heart.mean())


def simulate_dish(options: DishOptions | None = None) -> SimulatedDish:
    """Draw one place of a dish as a phase-contrast and a fluorescence microscope would show it.

    The same options give the same pixels.

    Examples
    --------
    >>> drawn = simulate_dish(DishOptions(size_px=128, efficiency=0.4, fated=0.4))
    >>> drawn.image.channels, drawn.image.pixels.shape
    (('phase contrast', 'NKX2.5'), (2, 128, 128))
    """
    options = options or DishOptions()
    place_rng, noise_rng = _spawn(options, 2)
    pixels, is_heart = _picture(draw_place(options, place_rng), options, noise_rng)
    image = CellImage(pixels, "CYX", CHANNELS, options.pixel_size_um)
    return SimulatedDish(image, is_heart, options)


def simulate_series(
    efficiencies: Sequence[float], options: DishOptions | None = None
) -> SimulatedDish:
    """Draw one place again and again while its cells become cardiomyocytes, one after the other.

    Parameters
    ----------
    efficiencies
        Share of the field that cardiomyocytes cover at each time point; rising.
    options
        Of the place and the microscope; its `efficiency` and `fated` are those of the last time.
    """
    options = (options or DishOptions()).change(
        efficiency=efficiencies[-1], fated=max(efficiencies)
    )
    place_rng, noise_rng, time_rng = _spawn(options, 3)
    place = draw_place(options, place_rng)
    pictures = []
    for efficiency in efficiencies:
        pictures.append(_picture(place, options.change(efficiency=efficiency), noise_rng))
        place = move_on(place, options, time_rng)
    pixels, is_heart = (np.stack(stack) for stack in zip(*pictures, strict=True))
    image = CellImage(pixels, "TCYX", CHANNELS, options.pixel_size_um)
    return SimulatedDish(image, is_heart, options)


def _spawn(options: DishOptions, n: int) -> list[Generator]:
    return [np.random.default_rng(seed) for seed in np.random.SeedSequence(options.seed).spawn(n)]


def _picture(
    place: DishPlace, options: DishOptions, rng: Generator
) -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
    """Take one picture ``(C, Y, X)`` of a place, and say which pixels are cardiomyocytes."""
    sheet, land = place.sheet, place.territories()
    becomes = choose_hearts(sheet, land, options.efficiency)
    is_heart = becomes[land.owner] & (land.depth > 0)
    thickness, glare = raise_relief(sheet, land, becomes, place.relief, options)
    level = np.where(is_heart, sheet.stain[land.owner], 0).astype(np.float32)
    noise = rng.standard_normal((3, *level.shape))
    pixels = [
        take_phase_contrast(thickness, glare, place.phase_light, noise[0], options),
        take_marker(level, place.background, place.marker_light, noise[1:], options),
    ]
    return np.stack(pixels), is_heart
