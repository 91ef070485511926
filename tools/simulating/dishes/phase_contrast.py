"""The phase-contrast microscope: optical thickness becomes grey, with its halo and its noise.

A phase ring lets low spatial frequencies through with the light that was not scattered: the picture
is the optical thickness less its own blur, which gives the bright halo about thick things and makes
the middle of large ones as grey as the dish (Yin, Kanade and Chen 2012, Medical Image Analysis 16,
1047). Its mean brightness therefore says little about what lies there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from simulating.dishes.dish_options import DishOptions

HALO_UM = 8.0
"""Width of the halo, which the width of the phase ring sets."""

SHADE_OFF = 0.9
"""Share of the low frequencies that is taken off; 1 would leave nothing of a wide plateau."""

BLUR_UM = 0.41
"""Width of the lens' blur at 550 nm and an aperture of 0.3."""

BLUR_PER_DEFOCUS = 0.06
"""What a micrometre of defocus adds to the width of the blur, in micrometres."""

FRINGE_PER_DEFOCUS = 0.10
"""Strength of the fringe that a micrometre of defocus adds, times square micrometres."""

GREY = 1900.0
"""What the camera reads on the bare dish at exposure 1, above its offset."""

OFFSET, WHITE = 100, 4095
"""What a camera of 12 bits reads in the dark, and at most."""

FULL_WELL_PER_GREY = 2.2
"""Electrons behind one grey level of the camera."""

DEEPEST = 0.33
"""How much darker than the bare dish an optical thickness of 1 is, at contrast 1."""


def draw_light(options: DishOptions, rng: Generator) -> NDArray[np.float64]:
    """Draw the uneven light of the lamp ``(Y, X)``, about 1: brightest at a place near the middle.

    The same for the pictures of one dish on one day, whatever lies there.
    """
    at = np.linspace(-0.5, 0.5, options.size_px)
    (y, x), slant = rng.uniform(-0.2, 0.2, 2), rng.uniform(-0.5, 0.5, 2)
    off = (at[:, None] - y) ** 2 + (at[None, :] - x) ** 2
    tilt = 0.5 * options.vignetting * (slant[0] * at[:, None] + slant[1] * at[None, :])
    light: NDArray[np.float64] = 1 - options.vignetting * off / off.max() + tilt
    return light


def take_phase_contrast(
    thickness: NDArray[np.float32],
    glare: NDArray[np.float32],
    light: NDArray[np.float64],
    noise: NDArray[np.float64],
    options: DishOptions,
) -> NDArray[np.uint16]:
    """Turn a landscape of optical thickness into the pixels of a 12-bit camera.

    Parameters
    ----------
    thickness
        ``(Y, X)``: optical thickness, 1 = the middle of a dense cell.
    glare
        ``(Y, X)``: light of what is too thick for phase contrast, as share of the bare dish's.
    light
        ``(Y, X)``: from `draw_light`.
    noise
        ``(Y, X)``: standard normal numbers.
    """
    size_um = options.pixel_size_um
    halo = ndimage.gaussian_filter(thickness, HALO_UM / size_um, mode="nearest")
    seen = thickness - SHADE_OFF * halo
    blur_um = np.hypot(BLUR_UM, BLUR_PER_DEFOCUS * options.defocus_um)
    seen = ndimage.gaussian_filter(seen, blur_um / size_um, mode="nearest")
    fringe = ndimage.laplace(ndimage.gaussian_filter(seen, 1.2 / size_um)) / size_um**2
    seen -= FRINGE_PER_DEFOCUS * options.defocus_um * fringe
    shade = np.clip(1 - DEEPEST * options.contrast * seen + glare, 0.03, None)
    electrons = GREY * FULL_WELL_PER_GREY * options.exposure * light * shade
    electrons += np.sqrt(electrons) * noise
    grey = electrons / FULL_WELL_PER_GREY / options.exposure + OFFSET
    pixels: NDArray[np.uint16] = np.clip(np.rint(grey), 0, WHITE).astype(np.uint16)
    return pixels
