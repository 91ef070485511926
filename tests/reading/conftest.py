"""Small windows of random DNA in which one word makes a peak, and a small model."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from napari_seewhy.genome import DnaWindows, encode_letters, reverse_complement
from napari_seewhy.models.running import Runtime
from napari_seewhy.reading.card import CoverageCard, CoverageModel
from napari_seewhy.reading.options import CoverageNetworkOptions

WORD = "TGAGTCATCGC"
LENGTH, BIN = 4096, 128


def plant_windows(n: int = 16, seed: int = 0) -> DnaWindows:
    """Windows in which every `WORD`, on either strand, makes a peak in the first track."""
    generator = np.random.default_rng(seed)
    codes = generator.integers(0, 4, (n, LENGTH)).astype(np.uint8)
    target = generator.poisson(0.3, (n, 2, LENGTH // BIN)).astype(np.float32)
    word = encode_letters(WORD)
    for window in range(n):
        for at in generator.choice(np.arange(100, LENGTH - 100, 60), 8, replace=False):
            placed = word if generator.random() < 0.5 else reverse_complement(word)
            codes[window, at : at + len(word)] = placed
            target[window, 0, (at + 5) // BIN] += 20
    split = np.array(["train"] * (n - 6) + ["valid"] * 3 + ["test"] * 3)
    return DnaWindows(codes, target, ("peaks", "noise"), split)


@pytest.fixture(scope="session")
def windows() -> DnaWindows:
    return plant_windows()


@pytest.fixture
def cpu() -> Runtime:
    return Runtime("cpu")


@pytest.fixture
def model() -> CoverageModel:
    """A model of random weights that all matter."""
    torch.manual_seed(0)
    options = CoverageNetworkOptions(n_words=5, width=8, reach_bins=2)
    card = CoverageCard(
        name="random", network=options, tracks=("a", "b"), bin_bp=BIN, window_bp=LENGTH
    )
    network = card.build().eval()
    network.stem.set_words(torch.randn(5, 4, 17))
    for block in network.tail.far:
        torch.nn.init.normal_(block.mix.weight, std=0.3)
    torch.nn.init.normal_(network.tail.out.weight, std=0.5)
    return CoverageModel(network, card)
