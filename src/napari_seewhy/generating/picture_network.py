"""The network that draws: noise grows to a picture, coarse maps say which fine ones count.

Written from Liu, Zhu, Song and Elgammal 2021, "Towards Faster and Stabilized GAN Training for
High-fidelity Few-shot Image Synthesis" (arXiv 2101.04775), sections 3.1 and figure 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

from napari_seewhy.generating.ladder import list_sizes

if TYPE_CHECKING:
    from collections.abc import Sequence

_FARTHEST = 4
"""Doublings between a map and the one that it excites: 4 px to 64 px in the paper."""


class Growth(nn.Module):
    """One step up: resize, convolve, add noise, normalise, gate.

    Parameters
    ----------
    n_in, n_out
        Maps before and after.
    size_px
        Height and width after; None keeps them.
    """

    def __init__(self, n_in: int, n_out: int, size_px: tuple[int, int] | None = None) -> None:
        super().__init__()
        self._size_px = size_px
        self.convolve = nn.Conv2d(n_in, 2 * n_out, 3, padding=1, bias=False)
        self.noise = nn.Parameter(torch.zeros(()))
        self.normalise = nn.BatchNorm2d(2 * n_out)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Grow maps ``(N, n_in, h, w)`` to ``(N, n_out, H, W)``."""
        if self._size_px is not None:
            maps = functional.interpolate(maps, size=self._size_px, mode="nearest")
        maps = self.convolve(maps)
        maps = maps + self.noise * torch.randn_like(maps[:, :1])
        return functional.glu(self.normalise(maps), dim=1)


class SkipExcitation(nn.Module):
    """Skip-layer excitation: a coarse map says how much each of the fine maps counts.

    Equation 1 of the paper: the fine maps are multiplied, one by one, by numbers from 0 to 1 that
    come from the coarse maps, averaged to 4 x 4. It costs next to nothing at any resolution, and
    carries the gradient past all that lies between.
    """

    def __init__(self, n_coarse: int, n_fine: int) -> None:
        super().__init__()
        self.weigh = nn.Sequential(
            nn.AdaptiveAvgPool2d(4),
            nn.Conv2d(n_coarse, n_fine, 4),
            nn.LeakyReLU(0.1),
            nn.Conv2d(n_fine, n_fine, 1),
            nn.Sigmoid(),
        )

    def forward(self, coarse: torch.Tensor, fine: torch.Tensor) -> torch.Tensor:
        """Weigh maps ``(N, n_fine, H, W)`` by ``(N, n_coarse, h, w)``."""
        weighed: torch.Tensor = fine * self.weigh(coarse)
        return weighed


class PictureNetwork(nn.Module):
    """Draws pictures from noise.

    Parameters
    ----------
    n_channels
        Channels of a picture.
    size_px
        Its height and width.
    width
        Maps at half its resolution; coarser levels have up to eight times as many.
    n_noise
        Random numbers that a picture is drawn from.

    Raises
    ------
    DataError
        If an edge is too short.
    """

    def __init__(
        self, n_channels: int, size_px: tuple[int, int], *, width: int, n_noise: int
    ) -> None:
        super().__init__()
        sizes = list_sizes(*size_px)
        n_maps = count_maps(len(sizes), width)
        self.n_noise = n_noise
        self.begin = nn.Sequential(
            nn.ConvTranspose2d(n_noise, 2 * n_maps[0], sizes[0], bias=False),
            nn.BatchNorm2d(2 * n_maps[0]),
            nn.GLU(dim=1),
        )
        self.grow = nn.ModuleList(
            Growth(n_maps[i], n_maps[i + 1], sizes[i + 1]) for i in range(len(sizes) - 1)
        )
        self._distance = min(_FARTHEST, len(sizes) - 2)
        self.excite = nn.ModuleList(
            SkipExcitation(n_maps[i], n_maps[i + self._distance])
            for i in range(len(sizes) - self._distance)
        )
        self.end = nn.Conv2d(n_maps[-1], n_channels, 3, padding=1)

    def forward(self, noise: torch.Tensor) -> torch.Tensor:
        """Draw pictures ``(N, C, H, W)`` from -1 to 1 of noise ``(N, n_noise)``.

        Fine detail comes from noise of its own, drawn from torch's global generator.
        """
        levels = [self.begin(noise[:, :, None, None])]
        for i, grow in enumerate(self.grow, start=1):
            maps = grow(levels[-1])
            if i >= self._distance:
                maps = self.excite[i - self._distance](levels[i - self._distance], maps)
            levels.append(maps)
        return torch.tanh(self.end(levels[-1]))


def count_maps(n_levels: int, width: int) -> Sequence[int]:
    """Return how many maps each level has, the coarsest first: halved with each doubling.

    Examples
    --------
    >>> count_maps(6, 16)
    (128, 128, 64, 32, 16, 8)
    """
    return tuple(min(8 * width, width * 2**n // 2) for n in reversed(range(n_levels)))
