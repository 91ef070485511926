"""The microscope and the camera: blur, haze, uneven light, noise. First drawn, then applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from simulating.fields.simulate_options import SimulateOptions

EMISSION_UM = (0.461, 0.519, 0.603, 0.668)
"""Wavelength of the light of each channel: DAPI and three common dyes."""

BACKGROUND_PER_UM2 = (60.0, 90.0, 70.0, 90.0)
"""Photons of the medium and the glass in each channel at exposure 1."""

DEPTH_BLUR_UM = 0.35
"""Width that the cells' own depth adds to the blur: not all of a cell is in focus at once."""

HAZE_UM = 4.0
"""Width of the light from far above and below the focus."""

OFFSET = 100
"""What the camera reads in the dark, so that noise is not cut off at zero."""


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """What chance does to one picture.

    Attributes
    ----------
    light_center
        ``(C, 2)``: where the lamp is brightest, y and x as share of the field.
    shot, read
        ``(C, Y, X)``: standard normal numbers behind the photons' and the camera's noise.
    """

    light_center: NDArray[np.float64]
    shot: NDArray[np.float64]
    read: NDArray[np.float64]


def draw_exposure(shape: tuple[int, int, int], rng: Generator) -> Exposure:
    """Draw the chances of one picture of shape ``(C, Y, X)``."""
    return Exposure(
        light_center=0.5 + 0.08 * rng.standard_normal((shape[0], 2)),
        shot=rng.standard_normal(shape),
        read=rng.standard_normal(shape),
    )


def take_picture(
    light: NDArray[np.float64], exposure: Exposure, options: SimulateOptions
) -> NDArray[np.uint16]:
    """Turn the light of a dish into the pixels that a camera gives.

    Parameters
    ----------
    light
        ``(C, Y, X)``: photons per pixel at exposure 1, sharp.
    exposure
        From `draw_exposure`.

    Returns
    -------
    Pixels ``(C, Y, X)``, uint16
        Electrons above an offset of `OFFSET`.
    """
    pixels = np.empty(light.shape, np.uint16)
    for channel, emission_um in enumerate(EMISSION_UM):
        photons = _blur(light[channel], emission_um, options)
        photons += BACKGROUND_PER_UM2[channel] * options.pixel_size_um**2
        photons *= options.exposure * _illuminate(
            photons.shape, exposure.light_center[channel], options.vignetting
        )
        electrons = _count_photons(photons, exposure.shot[channel])
        electrons += options.read_noise_e * exposure.read[channel] + OFFSET
        pixels[channel] = np.clip(np.rint(electrons), 0, np.iinfo(np.uint16).max)
    return pixels


def _blur(
    light: NDArray[np.float64], emission_um: float, options: SimulateOptions
) -> NDArray[np.float64]:
    """Blur by the lens, and spread the share that is out of focus.

    The Gaussian nearest to the Airy pattern has a width of 0.225 wavelengths over the aperture
    (Zhang, Zerubia and Olivo-Marin 2007, Applied Optics 46, 1819).
    """
    width_um = np.hypot(0.225 * emission_um / options.numerical_aperture, DEPTH_BLUR_UM)
    sharp = ndimage.gaussian_filter(light, width_um / options.pixel_size_um, mode="nearest")
    haze = ndimage.gaussian_filter(light, HAZE_UM / options.pixel_size_um, mode="nearest")
    blurred: NDArray[np.float64] = (1 - options.haze) * sharp + options.haze * haze
    return blurred


def _illuminate(
    shape: tuple[int, ...], center: NDArray[np.float64], vignetting: float
) -> NDArray[np.float64]:
    """Give the light that reaches each pixel: 1 where it is brightest, less in the corners."""
    y, x = (np.linspace(0, 1, n) - at for n, at in zip(shape, center, strict=True))
    squared = y[:, None] ** 2 + x[None, :] ** 2
    light: NDArray[np.float64] = 1 - vignetting * squared / squared.max()
    return light


def _count_photons(photons: NDArray[np.float64], shot: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn expected photons into counted ones, which scatter as Poisson's law says.

    The counts are the quantiles of the law at the standard normal numbers `shot` (Cornish-Fisher
    expansion, to the term of the skewness; off by less than one photon above some ten expected).
    Unlike a Poisson generator it uses one random number per pixel, so the same seed gives the same
    pixels on every computer.
    """
    counts = photons + np.sqrt(photons) * shot + (shot**2 - 1) / 6
    return np.clip(np.rint(counts), 0, None)
