"""The fine pattern inside cells: fibres in cardiomyocytes, grains in the others.

Both patterns have the same radial power spectrum and the same variance: no local brightness,
variance or spatial frequency distinguishes them, only whether the pattern has a direction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

if TYPE_CHECKING:
    from numpy.typing import NDArray

PERIOD_UM = 4.6
"""Distance of neighbouring fibres, and of neighbouring grains."""

BANDWIDTH = 0.42
"""Width of the spectrum about that period (standard deviation of the logarithm)."""

FAN = np.deg2rad(16)
"""How far fibres of one cell stray from their axis."""

N_DIRECTIONS = 12
"""Number of axes that fibres can have."""


def weave_fibres(
    noise: NDArray[np.float64], axis: NDArray[np.float64], pixel_size_um: float
) -> NDArray[np.float32]:
    """Make fibres of white noise, along a given axis at each pixel.

    Parameters
    ----------
    noise
        ``(Y, X)``: standard normal numbers.
    axis
        ``(Y, X)``: angle of the fibres in radians; 0 points to rising x.

    Returns
    -------
    ``(Y, X)`` float32, mean 0, variance 1
    """
    spectrum = fft.rfft2(noise)
    radial, angle = _band(noise.shape, pixel_size_um)
    place = np.rint(axis / np.pi * N_DIRECTIONS).astype(int) % N_DIRECTIONS
    fibres = np.zeros(noise.shape, np.float32)
    for direction in range(N_DIRECTIONS):
        here = place == direction
        if not here.any():
            continue
        # Fibres along an axis vary across it: that is where their power stands.
        across = direction * np.pi / N_DIRECTIONS + np.pi / 2
        off = (angle - across + np.pi / 2) % np.pi - np.pi / 2
        woven = fft.irfft2(spectrum * radial * np.exp(-0.5 * (off / FAN) ** 2), noise.shape)
        fibres[here] = (woven / woven.std())[here]
    return fibres


def strew_grains(noise: NDArray[np.float64], pixel_size_um: float) -> NDArray[np.float32]:
    """Make grains without any direction of white noise ``(Y, X)``; mean 0, variance 1."""
    radial, _ = _band(noise.shape, pixel_size_um)
    grains = fft.irfft2(fft.rfft2(noise) * radial, noise.shape)
    even: NDArray[np.float32] = (grains / grains.std()).astype(np.float32)
    return even


def _band(
    shape: tuple[int, ...], pixel_size_um: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the spectrum's strength and direction at each frequency of a real transform."""
    y = fft.fftfreq(shape[0])[:, None]
    x = fft.rfftfreq(shape[1])[None, :]
    frequency = np.hypot(y, x)
    frequency[0, 0] = 1e-6
    off = np.log(frequency * PERIOD_UM / pixel_size_um) / BANDWIDTH
    return np.exp(-0.5 * off**2), np.arctan2(y, x)
