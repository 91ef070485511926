"""Models whose answer and reasons are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from napari_seewhy.models.cards.card import ChannelCard, ModelCard
from napari_seewhy.models.files.model import Model
from napari_seewhy.models.networks.options import NetworkOptions

if TYPE_CHECKING:
    from torch import nn

SIZE_PX = (32, 32)


@pytest.fixture(autouse=True)
def one_thread():
    """Tiny networks gain nothing from a second one, and others may want it."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class SumOfBright(torch.nn.Module):
    """Says "bright" of what lies in the first channel, and "dim" of what lies in the second.

    The layer `view` hands both on at a quarter of the size, so the reasons of "bright" are exactly
    the places where the first channel is bright.
    """

    def __init__(self) -> None:
        super().__init__()
        self.view = torch.nn.Conv2d(2, 2, 4, stride=4, bias=False)
        with torch.no_grad():
            self.view.weight.copy_(torch.eye(2)[:, :, None, None].expand(2, 2, 4, 4) / 16)

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        return self.view(samples).mean((2, 3)).flip(1)


def make_card(**fields: object) -> ModelCard:
    channels = [ChannelCard(name=name, mean=0, std=1, low=0, high=1) for name in ("DNA", "Golgi")]
    known = {
        "name": "toy",
        "network": NetworkOptions(),
        "classes": ("dim", "bright"),
        "channels": tuple(channels),
        "size_px": SIZE_PX,
        "dtype": "float32",
    }
    return ModelCard(**(known | fields))


def make_model(network: nn.Module, **fields: object) -> Model:
    return Model(network.eval(), make_card(**fields))


@pytest.fixture
def toy() -> Model:
    return make_model(SumOfBright())


@pytest.fixture
def small() -> Model:
    torch.manual_seed(0)
    network = NetworkOptions(width=4, n_stages=2)
    return Model.from_card(make_card(network=network))


@pytest.fixture
def spots() -> np.ndarray:
    """Samples with a square in the first channel at the upper left, and nothing in the second."""
    pixels = np.zeros((11, 2, *SIZE_PX), np.float32)
    pixels[:, 0, 4:12, 8:16] = np.arange(1, 12)[:, None, None]
    return pixels
