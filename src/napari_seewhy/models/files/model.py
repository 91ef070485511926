"""`Model`: a network and its card, which together turn samples into probabilities."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import nn

    from napari_seewhy.models.cards import ModelCard


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A trained network that describes itself.

    Attributes
    ----------
    network
        Takes normalised samples ``(N, C, H, W)`` float32, gives logits ``(N, K)``.
    card
        What it takes, what it says, how it was made.
    """

    network: nn.Module
    card: ModelCard

    @classmethod
    def from_card(cls, card: ModelCard) -> Model:
        """Build the network that a card describes, with fresh weights."""
        return cls(card.build().eval(), card)

    def with_card(self, **fields: object) -> Model:
        """Return the same network with some fields of its card changed."""
        return replace(self, card=self.card.change(**fields))

    def normalise(self, pixels: NDArray[np.generic], device: torch.device | str) -> torch.Tensor:
        """Turn pixels as measured into what the network takes.

        One mean and spread per channel for all samples: normalising every sample by itself would
        delete what its total intensity says (DNA content).

        Parameters
        ----------
        pixels
            ``(N, C, H, W)``, any type.
        device
            Where the tensor should lie.

        Returns
        -------
        torch.Tensor, shape ``(N, C, H, W)``, float32
        """
        return normalise(pixels, self.card, device)

    def to_probability(self, logits: torch.Tensor) -> torch.Tensor:
        """Turn logits ``(N, K)`` into calibrated probabilities whose rows sum to 1."""
        return torch.softmax(logits.float() / self.card.temperature, dim=1)


def normalise(
    pixels: NDArray[np.generic], card: ModelCard, device: torch.device | str
) -> torch.Tensor:
    """Subtract every channel's mean and divide by its spread, see `Model.normalise`."""
    # torch knows no arithmetic of unsigned 16-bit numbers; float32 holds them exactly.
    samples = torch.from_numpy(np.ascontiguousarray(pixels, np.float32)).to(device)
    mean = torch.tensor([channel.mean for channel in card.channels], device=device)
    std = torch.tensor([channel.std for channel in card.channels], device=device)
    return (samples - mean[:, None, None]) / std[:, None, None]
