"""The fluorescence of the cardiomyocytes' marker: unequal, hazy, on an uneven background."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from simulating.dishes.cell_sheet import draw_smooth_field

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from simulating.dishes.dish_options import DishOptions

BRIGHT = 900.0
"""Electrons per pixel of a typical cardiomyocyte; the same on every day, as when one measures."""

BACKGROUND = 110.0
"""Electrons per pixel of medium and other cells."""

OFFSET, READ_NOISE_E = 100, 4.0
"""What the camera reads in the dark, and how much that varies."""

BLUR_UM, HAZE_UM = 0.7, 14.0
"""Width of the light in and out of focus."""


def draw_background(options: DishOptions, rng: Generator) -> NDArray[np.float64]:
    """Draw the uneven glow of medium and plastic ``(Y, X)``, about 1."""
    hills = draw_smooth_field(options.size_px, 90 / options.pixel_size_um, rng)
    background: NDArray[np.float64] = np.exp(0.2 * hills)
    return background


def take_marker(
    level: NDArray[np.float32],
    background: NDArray[np.float64],
    light: NDArray[np.float64],
    noise: NDArray[np.float64],
    options: DishOptions,
) -> NDArray[np.uint16]:
    """Turn the level of the marker in each pixel's cell into the pixels of a camera.

    Parameters
    ----------
    level
        ``(Y, X)``: 1 = a typical cardiomyocyte, 0 = other cells.
    background, light
        ``(Y, X)``: from `draw_background` and `draw_light`.
    noise
        ``(2, Y, X)``: standard normal numbers behind the photons' and the camera's noise.
    """
    sharp = ndimage.gaussian_filter(level, BLUR_UM / options.pixel_size_um, mode="nearest")
    haze = ndimage.gaussian_filter(level, HAZE_UM / options.pixel_size_um, mode="nearest")
    glow = (1 - options.marker_haze) * sharp + options.marker_haze * haze
    electrons = light * (BRIGHT * glow + BACKGROUND * background)
    electrons += np.sqrt(electrons) * noise[0] + READ_NOISE_E * noise[1]
    grey = np.clip(np.rint(electrons + OFFSET), 0, np.iinfo(np.uint16).max)
    pixels: NDArray[np.uint16] = grey.astype(np.uint16)
    return pixels
