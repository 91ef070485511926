"""The default: a residual network small enough to train on a CPU in minutes."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional


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
