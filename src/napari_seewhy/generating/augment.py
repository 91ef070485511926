"""How pictures are varied before they are judged, in a way that gradients pass through.

After Zhao et al. 2020, "Differentiable Augmentation for Data-Efficient GAN Training"
(arXiv 2006.10738): real and drawn pictures are varied alike, so that the judge cannot learn few
real ones by heart, and what it says still tells the drawing network in which direction to go.
Only what leaves a picture of tracks one is done: moving it along the genome, and light.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from napari_seewhy.generating.generate_options import GeneratorOptions


@dataclass(frozen=True, slots=True, eq=False)
class Variation:
    """What was drawn for N pictures.

    Attributes
    ----------
    shift_px
        ``(N,)`` whole pixels to the right.
    brightness
        ``(N,)`` what is added, where pixels go from -1 to 1.
    """

    shift_px: torch.Tensor
    brightness: torch.Tensor


def draw_variation(
    n: int, width_px: int, options: GeneratorOptions, generator: torch.Generator
) -> Variation:
    """Draw how each of `n` pictures is varied.

    Parameters
    ----------
    n
        Number of pictures.
    width_px
        Their width.
    options
        Bounds.
    generator
        Source of randomness; on the CPU, so that every device gets the same.
    """
    most_px = round(options.shift_share * width_px)
    shift_px = torch.randint(-most_px, most_px + 1, (n,), generator=generator)
    # The range from -1 to 1 is 2 wide.
    brightness = 2 * options.brightness * (2 * torch.rand(n, generator=generator) - 1)
    return Variation(shift_px, brightness)


def apply_variation(pictures: torch.Tensor, variation: Variation) -> torch.Tensor:
    """Vary pictures as was drawn; what moves in from outside repeats the rim.

    Parameters
    ----------
    pictures
        ``(N, C, H, W)`` from -1 to 1.
    variation
        From `draw_variation`.
    """
    n, n_channels, height, width = pictures.shape
    columns = torch.arange(width) - variation.shift_px[:, None]
    places = columns.clamp(0, width - 1).to(pictures.device)[:, None, None, :]
    moved = pictures.gather(3, places.expand(n, n_channels, height, width))
    return moved + variation.brightness.to(pictures)[:, None, None, None]
