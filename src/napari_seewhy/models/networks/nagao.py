"""The network of Nagao et al. 2020, Mol Biol Cell 31:1346."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import nn

from napari_seewhy.errors import OptionError

if TYPE_CHECKING:
    from napari_seewhy.models.networks.options import NetworkOptions


class NagaoNetwork(nn.Module):
    """Stages of convolution and max-pooling, one dense layer, dropout, classes.

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
