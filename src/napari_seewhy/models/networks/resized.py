"""`ResizedNetwork`: a network that sees its samples larger or smaller than they were cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Callable


class ResizedNetwork(nn.Module):
    """Resizes samples and hands them to a network.

    Parameters
    ----------
    make_network
        Makes the network for samples of a height and width.
    size_px
        Height and width of the samples.
    input_px
        The longer edge in the network; the shorter keeps its proportion.

    Attributes
    ----------
    network
        What takes the resized samples.
    input_size_px
        Height and width in the network.
    num_prefix_tokens
        As timm says it of transformers: tokens that stand for no place; None of other networks.
    """

    def __init__(
        self,
        make_network: Callable[[tuple[int, int]], nn.Module],
        size_px: tuple[int, int],
        input_px: int,
    ) -> None:
        super().__init__()
        height, width = (max(1, round(edge * input_px / max(size_px))) for edge in size_px)
        self.input_size_px = (height, width)
        self.network = make_network(self.input_size_px)
        self.num_prefix_tokens = getattr(self.network, "num_prefix_tokens", None)

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        """Turn samples ``(N, C, H, W)`` into logits ``(N, K)``."""
        # Where samples get smaller every pixel is a mean, else fine structure would turn to noise.
        resized = functional.interpolate(
            samples, self.input_size_px, mode="bilinear", antialias=True
        )
        logits: torch.Tensor = self.network(resized)
        return logits
