"""Intensity and size as the network is used to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from napari_seewhy.images import find_percentiles
from napari_seewhy.nuclei.maps import NOMINAL_PX

if TYPE_CHECKING:
    from numpy.typing import NDArray

PERCENTILES = (1.0, 99.8)
"""Which shares of the pixels are darker than 0 and than 1 once scaled."""

TAUGHT_PX = 16.0, NOMINAL_PX
SHOWN_PX = NOMINAL_PX, 30.0
"""Diameters between which usual nuclei are left as they are, for resizing takes time and blurs;
smaller and larger ones are brought to the nearer of the two. A network that knows nothing yet
learns from smaller ones, of which a cut-out holds more; it sees more when it is shown larger ones,
and learns further from such (as in Touvron et al. 2019, arXiv 1906.06423)."""

LARGEST_ZOOM = 2.0
"""Pictures are enlarged no more than this, for there is nothing more to be seen in them."""

_LARGEST = 4.0


def choose_zoom(diameter_px: float, bounds_px: tuple[float, float] = SHOWN_PX) -> float:
    """Say how much a picture is enlarged for the network, by the diameter of its usual nucleus.

    Examples
    --------
    >>> [choose_zoom(diameter) for diameter in (4, 15, 24, 27, 30, 120)]
    [2.0, 1.6, 1.0, 1.0, 1.0, 0.25]
    """
    smallest, largest = bounds_px
    return min(min(max(diameter_px, smallest), largest) / diameter_px, LARGEST_ZOOM)


def find_levels(pixels: NDArray[np.generic]) -> tuple[float, float]:
    """Return the intensities that become 0 and 1; equal where the picture is constant."""
    low, high = find_percentiles(pixels, PERCENTILES)
    if high <= low:
        # A few bright nuclei in a large empty field lie above every percentile.
        low, high = float(pixels.min()), float(pixels.max())
    return low, high


def scale_intensity(
    pixels: NDArray[np.generic], levels: tuple[float, float]
) -> NDArray[np.float32]:
    """Make 0 and 1 of two intensities, and leave what lies between them linear."""
    low, high = levels
    factor = 1 / (high - low) if high > low else 0.0
    return ((pixels.astype(np.float32) - np.float32(low)) * np.float32(factor)).astype(np.float32)


def to_inputs(scaled: torch.Tensor) -> torch.Tensor:
    """Turn scaled intensities ``(N, H, W)`` into what the network takes ``(N, 2, H, W)``."""
    held = scaled.clamp(-1.0, _LARGEST)
    return torch.stack([held, held.abs().add(1e-4).sqrt() * held.sign()], dim=1)


def resize(planes: torch.Tensor, shape: tuple[int, int]) -> torch.Tensor:
    """Resize planes ``(N, H, W)``, without aliasing where they become smaller."""
    if planes.shape[1:] == shape:
        return planes
    resized: torch.Tensor = functional.interpolate(
        planes[:, None], size=shape, mode="bilinear", antialias=True
    )[:, 0]
    return resized
