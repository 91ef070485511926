"""Intensity and size as the network is used to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

if TYPE_CHECKING:
    from numpy.typing import NDArray

PERCENTILES = (1.0, 99.8)
"""Which shares of the pixels are darker than 0 and than 1 once scaled."""

_LARGEST = 4.0


def find_levels(pixels: NDArray[np.generic]) -> tuple[float, float]:
    """Return the intensities that become 0 and 1; equal where the picture is constant."""
    low, high = np.percentile(pixels.astype(np.float32), PERCENTILES)
    if high <= low:
        # A few bright nuclei in a large empty field lie above every percentile.
        low, high = float(pixels.min()), float(pixels.max())
    return float(low), float(high)


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
    resized: torch.Tensor = functional.interpolate(
        planes[:, None], size=shape, mode="bilinear", antialias=True
    )[:, 0]
    return resized
