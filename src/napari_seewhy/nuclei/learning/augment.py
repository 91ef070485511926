"""Pictures varied: drawn first, applied second."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from napari_seewhy.nuclei.learning.augment_options import PictureAugmentOptions


@dataclass(frozen=True, slots=True, eq=False)
class Variations:
    """What is done to each of ``N`` pictures.

    Attributes
    ----------
    matrix
        ``(N, 2, 2)``, from offsets y, x in the varied picture to offsets in the given one.
    place
        ``(N, 2)`` 0..1, which part of the given picture is cut out, y and x.
    brightness, gamma, offset
        ``(N,)`` factor, exponent and summand of the intensities.
    noise, blur_px
        ``(N,)`` standard deviations.
    shade
        ``(N, 2)`` slope of the brightness along y and x.
    is_inverted, is_empty
        ``(N,)``.
    seed
        Of the noise.
    """

    matrix: torch.Tensor
    place: torch.Tensor
    brightness: torch.Tensor
    gamma: torch.Tensor
    offset: torch.Tensor
    noise: torch.Tensor
    blur_px: torch.Tensor
    shade: torch.Tensor
    is_inverted: torch.Tensor
    is_empty: torch.Tensor
    seed: int


def draw_variations(n: int, options: PictureAugmentOptions, seed: int) -> Variations:
    """Draw what is done to `n` pictures."""
    generator = torch.Generator().manual_seed(seed)

    def between(low: float, high: float, *shape: int) -> torch.Tensor:
        return low + (high - low) * torch.rand(n, *shape, generator=generator)

    angle = between(0, 2 * math.pi)
    zoom = between(-1, 1)
    scale = 2 ** -(options.scale * zoom * zoom.abs())
    stretch = 2 ** between(-options.stretch, options.stretch).div(2)
    flip = torch.where(between(0, 1) < 0.5, -1.0, 1.0)
    turn = torch.stack([angle.cos(), -angle.sin(), angle.sin(), angle.cos()], 1).view(n, 2, 2)
    other = between(0, 2 * math.pi)
    back = torch.stack([other.cos(), -other.sin(), other.sin(), other.cos()], 1).view(n, 2, 2)
    pull = torch.diag_embed(torch.stack([scale * stretch * flip, scale / stretch], 1))
    return Variations(
        matrix=turn @ pull @ back,
        place=between(0, 1, 2),
        brightness=2 ** between(-options.brightness, options.brightness),
        gamma=2 ** between(-options.gamma, options.gamma),
        offset=between(-options.offset, options.offset),
        noise=between(0, 1).square() * options.noise,
        blur_px=between(-1, 1).clamp(min=0) * options.blur_px,
        shade=between(-options.shade, options.shade, 2),
        is_inverted=between(0, 1) < options.inverted,
        is_empty=between(0, 1) < options.empty,
        seed=seed,
    )


def vary_intensity(pictures: torch.Tensor, variations: Variations) -> torch.Tensor:
    """Apply all but the geometry to scaled intensities ``(N, H, W)``."""
    n, height, width = pictures.shape
    device = pictures.device

    def each(value: torch.Tensor) -> torch.Tensor:
        return value.to(device).view(n, 1, 1)

    generator = torch.Generator().manual_seed(variations.seed)
    noise = torch.randn(pictures.shape, generator=generator).to(device)
    y = torch.linspace(-1, 1, height, device=device).view(1, -1, 1)
    x = torch.linspace(-1, 1, width, device=device).view(1, 1, -1)
    slope = variations.shade.to(device)
    shade = (1 + slope[:, 0].view(n, 1, 1) * y + slope[:, 1].view(n, 1, 1) * x).clamp(min=0.2)
    held = torch.where(each(variations.is_empty), torch.zeros_like(pictures), pictures)
    bent = held.clamp(min=0) ** each(variations.gamma) + held.clamp(max=0)
    bright = blur(bent * shade, variations.blur_px)
    bright = torch.where(each(variations.is_inverted), 1 - bright, bright)
    # What is empty is all noise: the scaling by percentiles blows it up to the full range.
    grain = torch.where(
        each(variations.is_empty), 0.1 + 4 * each(variations.noise), each(variations.noise)
    )
    noisy = bright * each(variations.brightness) + each(variations.offset)
    return noisy + grain * blur(noise, variations.blur_px * variations.is_empty)


def blur(pictures: torch.Tensor, sigma_px: torch.Tensor) -> torch.Tensor:
    """Blur each of ``(N, H, W)`` by its own Gaussian; 0 leaves a picture as it is."""
    n = len(pictures)
    sigma = sigma_px.to(pictures.device).clamp(min=1e-3)
    reach = math.ceil(3 * float(sigma.max()))
    if reach < 1:
        return pictures
    steps = torch.arange(-reach, reach + 1, device=pictures.device)
    kernel = torch.exp(-0.5 * (steps / sigma[:, None]) ** 2)
    kernel = kernel / kernel.sum(1, keepdim=True)
    padded = functional.pad(pictures[None], (reach,) * 4, mode="replicate")
    rows = functional.conv2d(padded, kernel.view(n, 1, -1, 1), groups=n)
    return functional.conv2d(rows, kernel.view(n, 1, 1, -1), groups=n)[0]
