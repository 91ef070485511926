"""The network of the method `nuclei`: from a picture to maps of what every pixel belongs to."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    import torch

STRIDE = 16
"""Height and width of what goes in must be multiples of this."""

N_INPUTS = 2
"""Intensity, and its square root, in which dim nuclei stand out beside bright ones."""

N_OUTPUTS = 6
"""Maps that come out, see `Maps`."""

WIDTHS = (32, 48, 96, 160)
"""Channels at a half, a quarter, an eighth and a sixteenth of the resolution."""


class NucleiNetwork(nn.Module):
    """A small U-Net that works at half the resolution and coarser, and answers at the full one.

    Nothing is convolved at full resolution, where most of the time would go: four neighbouring
    pixels go in as four channels and come out again as such (Shi et al. 2016, arXiv 1609.05158).
    The way up adds what the way down had instead of joining it (as in Lin et al. 2017,
    arXiv 1612.03144).

    Examples
    --------
    >>> import torch
    >>> network = NucleiNetwork()
    >>> network(torch.zeros(1, 2, 32, 48)).shape
    torch.Size([1, 6, 32, 48])
    >>> sum(value.numel() for value in network.parameters()) < 2_000_000
    True
    """

    def __init__(self) -> None:
        super().__init__()
        inputs = (4 * N_INPUTS, *WIDTHS[:-1])
        self.down = nn.ModuleList(
            nn.Sequential(_Convolution(n_in, n_out), _Residual(n_out))
            for n_in, n_out in zip(inputs, WIDTHS, strict=True)
        )
        self.shrink = nn.ModuleList(nn.Conv2d(wide, narrow, 1) for narrow, wide in pairwise(WIDTHS))
        self.up = nn.ModuleList(_Residual(width) for width in WIDTHS[:-1])
        self.head = nn.Conv2d(WIDTHS[0], 4 * N_OUTPUTS, 1)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Turn ``(N, 2, H, W)`` into maps ``(N, 6, H, W)``; H and W are multiples of `STRIDE`."""
        level = functional.pixel_unshuffle(pictures, 2)
        kept = []
        for i, down in enumerate(self.down):
            level = down(functional.max_pool2d(level, 2) if i else level)
            kept.append(level)
        for i in reversed(range(len(self.up))):
            wider = functional.interpolate(self.shrink[i](level), scale_factor=2.0)
            level = self.up[i](wider.add_(kept[i]))
        return functional.pixel_shuffle(self.head(level), 2)


class _Convolution(nn.Sequential):
    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__(
            nn.Conv2d(n_in, n_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(n_out),
            nn.ReLU(inplace=True),
        )


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _Convolution(width, width)
        self.second = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)
        )

    def forward(self, level: torch.Tensor) -> torch.Tensor:
        # In place wherever no gradient needs what was there: large maps are slow to get and keep.
        added: torch.Tensor = self.second(self.first(level))
        return added.add_(level).relu_()
