"""The network that judges pictures, and must be able to draw again what it was shown.

Written from Liu et al. 2021 (arXiv 2101.04775), section 3.2 and figure 4: small decoders draw the
picture again from what the judge has seen of it. So it must look at the whole picture, and cannot
know a handful of real ones by heart by some detail of each.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

from napari_seewhy.generating.ladder import list_sizes

_MOST_DOUBLINGS = 4
"""Doublings that a decoder does: from 8 px to 128 px in the paper."""

_FEWEST_MAPS = 8
"""A decoder has at least so many maps at every size."""

_LOGIT_PX = 4
"""Edge of what one answer of the judge looks at on its coarsest map."""


class Opinion(NamedTuple):
    """What the judge makes of pictures.

    Attributes
    ----------
    logits
        ``(N, 1, h, w)``; above 0 it takes that part of a picture for real.
    fine
        ``(N, C, H/k, W/k)``: the maps before the coarsest ones.
    coarse
        ``(N, C, H/2k, W/2k)``: the coarsest maps.
    """

    logits: torch.Tensor
    fine: torch.Tensor
    coarse: torch.Tensor


class Shrink(nn.Module):
    """One step down by two, the mean of a convolved and a plainly averaged way."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__()
        self.convolve = nn.Sequential(
            spectral_norm(nn.Conv2d(n_in, n_out, 4, stride=2, padding=1, bias=False)),
            nn.BatchNorm2d(n_out),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(n_out, n_out, 3, padding=1, bias=False)),
            nn.BatchNorm2d(n_out),
            nn.LeakyReLU(0.2),
        )
        self.average = nn.Sequential(
            nn.AvgPool2d(2),
            spectral_norm(nn.Conv2d(n_in, n_out, 1, bias=False)),
            nn.BatchNorm2d(n_out),
            nn.LeakyReLU(0.2),
        )

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Shrink ``(N, n_in, H, W)`` to ``(N, n_out, H/2, W/2)``, rounded down."""
        shrunk: torch.Tensor = (self.convolve(maps) + self.average(maps)) / 2
        return shrunk


class Discriminator(nn.Module):
    """Says of pictures whether they are real, and draws real ones again.

    Beside the pixels it sees where in the picture each lies (Liu et al. 2018, CoordConv, arXiv
    1807.03247): one answer overlooks a part of the picture only.

    Parameters
    ----------
    n_channels
        Channels of a picture.
    size_px
        Its height and width.
    width
        Maps at full resolution; coarser levels have up to eight times as many.

    Raises
    ------
    DataError
        If an edge is too short.
    """

    places: torch.Tensor

    def __init__(self, n_channels: int, size_px: tuple[int, int], *, width: int) -> None:
        super().__init__()
        n_halvings = len(list_sizes(*size_px)) - 2
        n_maps = [min(8 * width, width * 2**i) for i in range(n_halvings + 1)]
        self.register_buffer("places", _make_places(*size_px), persistent=False)
        self.begin = nn.Sequential(
            spectral_norm(nn.Conv2d(n_channels + 2, n_maps[0], 3, padding=1)), nn.LeakyReLU(0.2)
        )
        self.shrink = nn.ModuleList(Shrink(n_maps[i], n_maps[i + 1]) for i in range(n_halvings))
        self.answer = nn.Sequential(
            spectral_norm(nn.Conv2d(n_maps[-1], n_maps[-1], 1, bias=False)),
            nn.BatchNorm2d(n_maps[-1]),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(n_maps[-1], 1, _LOGIT_PX, bias=False)),
        )
        # A part is cut from maps of twice the resolution: one doubling less gives the same size.
        self.draw_whole = _make_decoder(n_maps[-1], n_channels, n_halvings - 1)
        self.draw_part = _make_decoder(n_maps[-2], n_channels, n_halvings - 2)

    def forward(self, pictures: torch.Tensor) -> Opinion:
        """Judge pictures ``(N, C, H, W)`` from -1 to 1."""
        places = self.places.to(pictures).expand(len(pictures), -1, -1, -1)
        levels = [self.begin(torch.cat([pictures, places], dim=1))]
        for shrink in self.shrink:
            levels.append(shrink(levels[-1]))
        return Opinion(self.answer(levels[-1]), levels[-2], levels[-1])


class Part(NamedTuple):
    """A quarter of a picture: which rows and columns, as shares from 0 to 1."""

    rows: tuple[float, float]
    columns: tuple[float, float]

    def cut(self, maps: torch.Tensor) -> torch.Tensor:
        """Cut the part out of maps ``(N, C, h, w)``."""
        height, width = maps.shape[-2:]
        top, bottom = (round(share * height) for share in self.rows)
        left, right = (round(share * width) for share in self.columns)
        return maps[:, :, top:bottom, left:right]


def draw_part(generator: torch.Generator) -> Part:
    """Choose one of the four quarters."""
    below, right = torch.randint(0, 2, (2,), generator=generator).tolist()
    return Part((below / 2, below / 2 + 0.5), (right / 2, right / 2 + 0.5))


def measure_redrawing(
    judge: Discriminator, opinion: Opinion, pictures: torch.Tensor, part: Part
) -> torch.Tensor:
    """Say how far the judge is from drawing again what it was shown; equation 2 of the paper.

    The paper leaves open how two pictures are held against each other, and its program asks a
    network that was trained on photographs. Here it is the mean absolute difference: tracks are no
    photographs, and nothing needs to be downloaded. As in the paper the pictures are drawn again
    smaller than they are: at half their resolution or less, but for parts of pictures below 32 px.

    Parameters
    ----------
    judge
        With its decoders.
    opinion
        What it made of `pictures`.
    pictures
        ``(N, C, H, W)``, real ones.
    part
        The quarter that is drawn again from the finer maps.

    Returns
    -------
    torch.Tensor
        One number.
    """
    whole = judge.draw_whole(opinion.coarse)
    quarter = judge.draw_part(part.cut(opinion.fine))
    return _differ(whole, pictures) + _differ(quarter, part.cut(pictures))


def _differ(drawn: torch.Tensor, pictures: torch.Tensor) -> torch.Tensor:
    shrunk = functional.interpolate(pictures, size=drawn.shape[-2:], mode="area")
    return functional.l1_loss(drawn, shrunk)


def _make_places(height: int, width: int) -> torch.Tensor:
    """Make two maps ``(1, 2, height, width)``: how far down and how far right, from -1 to 1."""
    rows, columns = torch.linspace(-1, 1, height), torch.linspace(-1, 1, width)
    return torch.stack(torch.meshgrid(rows, columns, indexing="ij"))[None]


def _make_decoder(n_maps: int, n_channels: int, n_doublings: int) -> nn.Sequential:
    """Make a decoder of so many doublings, at most four; each leaves a quarter of the maps."""
    layers: list[nn.Module] = []
    for _ in range(min(_MOST_DOUBLINGS, n_doublings)):
        n_after = max(n_maps // 4, _FEWEST_MAPS)
        layers += [
            nn.Upsample(scale_factor=2, mode="nearest"),
            nn.Conv2d(n_maps, 2 * n_after, 3, padding=1, bias=False),
            nn.BatchNorm2d(2 * n_after),
            nn.GLU(dim=1),
        ]
        n_maps = n_after
    return nn.Sequential(*layers, nn.Conv2d(n_maps, n_channels, 3, padding=1), nn.Tanh())
