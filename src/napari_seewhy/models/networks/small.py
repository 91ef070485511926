"""Small networks: the default, which a CPU trains in minutes, and that of Nagao et al. 2020."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

from napari_seewhy.errors import OptionError

if TYPE_CHECKING:
    from napari_seewhy.models.networks.options import NetworkOptions


class NagaoNetwork(nn.Module):
    """Stages of convolution and max-pooling, one dense layer, dropout, classes.

    The network of Nagao et al. 2020, Mol Biol Cell 31:1346.

    The paper leaves the number of stages, the filters, their size, the dense units and the dropout
    to a search; so they are options here, and `tune` searches them.

    Parameters
    ----------
    n_channels, n_classes
        Channels of a sample; classes to predict.
    size_px
        Height and width of a sample.
    options
        Stages, filters, dense units, dropout.

    Raises
    ------
    OptionError
        If nothing is left of a sample of `size_px` after so many stages.
    """

    def __init__(
        self, n_channels: int, n_classes: int, size_px: tuple[int, int], options: NetworkOptions
    ) -> None:
        n_stages, width = options.n_stages, options.width
        super().__init__()
        height, width_px = (edge >> n_stages for edge in size_px)
        if min(height, width_px) < 1:
            raise OptionError(
                f"Nothing is left of a sample of {size_px[0]} x {size_px[1]} px after {n_stages} "
                "halvings; choose fewer stages or larger samples."
            )
        widths = [n_channels, *(width * 2**stage for stage in range(n_stages))]
        stages: list[nn.Module] = []
        for before, after in pairwise(widths):
            stages += [
                nn.Conv2d(before, after, options.kernel_px, padding="same"),
                nn.ReLU(inplace=True),
                nn.MaxPool2d(2),
            ]
        self.stages = nn.Sequential(*stages)
        self.dense = nn.Linear(widths[-1] * height * width_px, options.n_dense)
        self.dropout = nn.Dropout(options.dropout)
        self.head = nn.Linear(options.n_dense, n_classes)

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        """Turn samples ``(N, C, H, W)`` into logits ``(N, K)``."""
        features = self.stages(samples).flatten(1)
        logits: torch.Tensor = self.head(self.dropout(torch.relu(self.dense(features))))
        return logits


class SmallNetwork(nn.Module):
    """Residual stages that halve the picture and double the filters, then the mean of what is left.

    The first convolution already halves the picture: at full size it would take most of the time
    and see little more (He et al. 2016 begin in the same way).

    Parameters
    ----------
    n_channels, n_classes
        Channels of a sample; classes to predict.
    width
        Filters of the first stage.
    n_stages
        Residual stages; the picture is ``2 ** n_stages`` times smaller at the end.
    dropout
        Share of the features that are left out while training.
    """

    def __init__(
        self, n_channels: int, n_classes: int, *, width: int, n_stages: int, dropout: float
    ) -> None:
        super().__init__()
        widths = [width * 2**stage for stage in range(n_stages)]
        self.stem = nn.Sequential(
            nn.Conv2d(n_channels, width, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
        )
        self.stages = nn.Sequential(
            *(
                Residual(before, after, stride=1 if before == after else 2)
                for before, after in zip([width, *widths], widths, strict=False)
            )
        )
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(widths[-1], n_classes)

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        """Turn samples ``(N, C, H, W)`` into logits ``(N, K)``."""
        features = self.stages(self.stem(samples))
        logits: torch.Tensor = self.head(self.dropout(features.mean((2, 3))))
        return logits


class Residual(nn.Module):
    """Two convolutions beside a shortcut (He et al. 2016), which is averaged where it shrinks."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(after)
        self.second = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(after)
        self.shortcut = (
            nn.Identity()
            if stride == 1 and before == after
            else nn.Sequential(
                nn.AvgPool2d(stride, ceil_mode=True),
                nn.Conv2d(before, after, 1, bias=False),
                nn.BatchNorm2d(after),
            )
        )

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Turn features ``(N, before, H, W)`` into ``(N, after, H / stride, W / stride)``."""
        inner = functional.relu(self.first_norm(self.first(features)))
        return functional.relu(self.second_norm(self.second(inner)) + self.shortcut(features))
