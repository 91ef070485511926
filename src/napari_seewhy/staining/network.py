"""The network: from a field in phase contrast to a map of what each block and each cell says."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from napari_seewhy.errors import OptionError
from napari_seewhy.staining.stain_options import CELL_PX, SMALL

DILATIONS = (1, 2, 4, 2, 1)
"""Of the residual stages that look around, in cells."""

NEAR_CELLS = 9
"""Edge in cells of what is near a pixel: its contrast is measured against that."""

_REDUCTIONS = (2, 4, CELL_PX)
"""How many times coarser than the field the features are."""

_LEAST_SPREAD = 0.05
"""Added to the spread of what is near, against that of the field: where nothing is, grain stays."""


class StainNetwork(nn.Module):
    """A fully convolutional network whose blocks share all their work.

    A trunk turns the field into features of cells of 8 px, each of which has seen its
    surroundings. The features of a block are the mean over its cells; so blocks may begin at every
    cell, and neighbours, overlapping or not, cost one pass together.

    Parameters
    ----------
    shape
        What it is built for.

    Examples
    --------
    >>> network = StainNetwork(StainShape(n_channels=1, block_px=32))
    >>> network(torch.zeros(1, 1, 64, 96)).shape
    torch.Size([1, 2, 8, 12])
    """

    def __init__(self, shape: StainShape) -> None:
        super().__init__()
        self.block_cells = shape.block_px // CELL_PX
        self.trunk = SmallTrunk(shape) if shape.network == SMALL else TimmTrunk(shape)
        n_features = self.trunk.n_features
        self.cell = nn.Conv2d(n_features, 1, 1)
        self.block = nn.Sequential(
            nn.Conv2d(n_features + 2, 64, 1), nn.ReLU(inplace=True), nn.Conv2d(64, 1, 1)
        )
        self.fluorescence = FluorescencePath(self.trunk) if shape.has_fluorescence else None

    @property
    def reach_px(self) -> int:
        """How far beyond its edge a block may look, at most; a multiple of the cell."""
        return self.trunk.reach_px

    def forward(self, fields: torch.Tensor) -> torch.Tensor:
        """Turn fields into maps of their cells.

        Parameters
        ----------
        fields
            ``(N, C, H, W)``, scaled; H and W are multiples of 8 and no smaller than a block.

        Returns
        -------
        Tensor, shape ``(N, 2, H / 8, W / 8)``, or ``(N, 66, H / 8, W / 8)`` with fluorescence
            The logit of the block whose upper left cell it is, 0 where no whole block begins; the
            logit of the cell's own positive area; and the fluorescence of its 64 pixels.
        """
        return self.answer(self.trunk(fields))

    def answer(self, levels: list[torch.Tensor]) -> torch.Tensor:
        """Turn the features at a half, a quarter and an eighth into maps of the cells."""
        features = levels[-1]
        cell = self.cell(features)
        pooled = functional.avg_pool2d(
            torch.cat([features, cell, cell.sigmoid()], 1), self.block_cells, stride=1
        )
        missing = self.block_cells - 1
        said = [functional.pad(self.block(pooled), (0, missing, 0, missing)), cell]
        if self.fluorescence is not None:
            said.append(self.fluorescence(levels))
        return torch.cat(said, 1)


@dataclass(frozen=True, slots=True)
class StainShape:
    """What a network is built for.

    Attributes
    ----------
    n_channels
        Channels of a field.
    block_px
        Edge of a block.
    network, width
        Its name, and filters of the first stage of the small one.
    has_fluorescence
        Whether it predicts the fluorescence of pixels too.
    """

    n_channels: int
    block_px: int
    network: str = SMALL
    width: int = 16
    has_fluorescence: bool = False


class SmallTrunk(nn.Module):
    """The default: three halvings, then stages that look further and further around.

    Nothing is convolved at full resolution: four neighbouring pixels go in as four channels (Shi
    et al. 2016, arXiv 1609.05158). Dilation lets a cell see its surroundings without coarser maps,
    so that a shift by one cell shifts the answer and changes nothing else (Yu and Koltun 2016,
    arXiv 1511.07122).
    """

    def __init__(self, shape: StainShape) -> None:
        super().__init__()
        width = shape.width
        self.widths = (width, 2 * width, 4 * width)
        self.fine = nn.Sequential(Convolution(8 * shape.n_channels, width), Residual(width))
        self.middle = nn.Sequential(Convolution(width, 2 * width), Residual(2 * width))
        self.coarse = Convolution(2 * width, 4 * width)
        self.around = nn.Sequential(*(Residual(4 * width, dilation) for dilation in DILATIONS))
        # Pixels to a side: three convolutions at a half and a quarter, one more at an eighth.
        convolved_px = 2 * 3 + 4 * 3 + CELL_PX * (1 + 2 * sum(DILATIONS))
        self.reach_px = (-(-convolved_px // CELL_PX) + NEAR_CELLS // 2 + 2) * CELL_PX
        self.n_features = 4 * width

    def forward(self, fields: torch.Tensor) -> list[torch.Tensor]:
        """Return the features at a half, a quarter and an eighth of the resolution."""
        half = self.fine(functional.pixel_unshuffle(add_local_contrast(fields), 2))
        quarter = self.middle(functional.max_pool2d(half, 2))
        return [half, quarter, self.around(self.coarse(functional.max_pool2d(quarter, 2)))]


def add_local_contrast(fields: torch.Tensor) -> torch.Tensor:
    """Put beside each channel how far it stands out from what is near, in units of its spread.

    What is dim in a bright field, or lies where the lamp is weak, is as clear there as anything.

    Parameters
    ----------
    fields
        ``(N, C, H, W)``.

    Returns
    -------
    Tensor, shape ``(N, 2 C, H, W)``
    """
    with torch.autocast(fields.device.type, enabled=False):
        exact = fields.float()
        mean, square = _average_near(exact), _average_near(exact.square())
        spread = (square - mean.square()).clamp(min=0).sqrt() + _LEAST_SPREAD
        mean, spread = (
            functional.interpolate(cells, size=fields.shape[2:], mode="bilinear")
            for cells in (mean, spread)
        )
        return torch.cat([exact, (exact - mean) / spread], 1)


def _average_near(values: torch.Tensor) -> torch.Tensor:
    """Return the mean of what is near each cell."""
    return functional.avg_pool2d(
        functional.avg_pool2d(values, CELL_PX),
        NEAR_CELLS,
        stride=1,
        padding=NEAR_CELLS // 2,
        count_include_pad=False,
    )


class TimmTrunk(nn.Module):
    """A backbone of timm, dilated so that it answers for cells of 8 px.

    Raises
    ------
    OptionError
        If there is no such network, or it gives no maps at a half, a quarter and an eighth of the
        resolution.
    """

    reach_px = 256
    """A bound that holds for what matters: the reach of deep backbones fades before it ends."""

    def __init__(self, shape: StainShape) -> None:
        super().__init__()
        import timm

        name = shape.network
        if not timm.is_model(name):
            near = difflib.get_close_matches(name, [SMALL, *timm.list_models()], 3) or [SMALL]
            raise OptionError(f"There is no network {name!r}; did you mean {', '.join(near)}?")
        try:
            self.backbone = timm.create_model(
                name, features_only=True, in_chans=2 * shape.n_channels, output_stride=CELL_PX
            )
        except (AttributeError, TypeError, ValueError, RuntimeError, AssertionError) as error:
            raise OptionError(
                f"The network {name} gives no map of cells of {CELL_PX} px; choose small, or one "
                "such as resnet18."
            ) from error
        info: Any = self.backbone.feature_info
        reductions, channels = info.reduction(), info.channels()
        last = {reduction: place for place, reduction in enumerate(reductions)}
        missing = [f"1/{reduction}" for reduction in _REDUCTIONS if reduction not in last]
        if missing:
            raise OptionError(
                f"The network {name} gives no map at {' and '.join(missing)} of the resolution; "
                "choose small, or one such as resnet18."
            )
        self._kept = [last[reduction] for reduction in _REDUCTIONS]
        self.widths = tuple(channels[i] for i in self._kept)
        self.n_features = channels[-1]

    def forward(self, fields: torch.Tensor) -> list[torch.Tensor]:
        """Return the features at a half, a quarter and an eighth of the resolution."""
        levels = self.backbone(add_local_contrast(fields))
        return [levels[i] for i in self._kept]


class FluorescencePath(nn.Module):
    """The way up of a small U-Net: from features to the fluorescence of every pixel.

    It adds what the way down had (as in Lin et al. 2017, arXiv 1612.03144); 64 channels of a cell
    are its 8 x 8 pixels.
    """

    def __init__(self, trunk: SmallTrunk | TimmTrunk) -> None:
        super().__init__()
        half, quarter, eighth = trunk.widths
        self.to_quarter = nn.Conv2d(eighth, quarter, 1)
        self.middle = Residual(quarter)
        self.to_half = nn.Conv2d(quarter, half, 1)
        self.fine = Residual(half)
        self.head = nn.Conv2d(half, 4, 1)

    def forward(self, levels: list[torch.Tensor]) -> torch.Tensor:
        """Turn the features into ``(N, 64, H / 8, W / 8)``."""
        half, quarter, eighth = levels
        level = self.middle(quarter + _double(self.to_quarter(eighth)))
        level = self.fine(half + _double(self.to_half(level)))
        pixels = functional.pixel_shuffle(self.head(level), 2)
        return functional.pixel_unshuffle(pixels, CELL_PX)


class Convolution(nn.Sequential):
    """A convolution of 3 x 3, normalised, with what is below 0 cut off."""

    def __init__(self, n_in: int, n_out: int, dilation: int = 1) -> None:
        super().__init__(
            nn.Conv2d(n_in, n_out, 3, padding=dilation, dilation=dilation, bias=False),
            nn.BatchNorm2d(n_out),
            nn.ReLU(inplace=True),
        )


class Residual(nn.Module):
    """Two convolutions beside a shortcut (He et al. 2016)."""

    def __init__(self, width: int, dilation: int = 1) -> None:
        super().__init__()
        self.first = Convolution(width, width, dilation)
        self.second = nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation, bias=False)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Turn features ``(N, width, h, w)`` into others of the same shape."""
        return functional.relu(features + self.norm(self.second(self.first(features))))


def _double(features: torch.Tensor) -> torch.Tensor:
    return functional.interpolate(features, scale_factor=2.0)
