from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.genome import reverse_complement
from napari_seewhy.sequence.windows.channel_order import find_order


def draw_dna(n: int, *, cpg: float, gpc: float, tpa: float, seed: int = 0) -> np.ndarray:
    """Both strands of a chain in which C is followed by G, and T by A, less often."""
    generator = np.random.default_rng(seed)
    odds = np.ones((4, 4))
    odds[1, 2], odds[2, 1], odds[3, 0] = cpg, gpc, tpa
    odds[0, 0] = odds[3, 3] = 1.6
    share = np.cumsum(odds / odds.sum(1, keepdims=True), 1)
    draws = generator.random(n)
    codes = np.empty(n, np.uint8)
    last = 0
    for i, draw in enumerate(draws):
        codes[i] = last = min(int(np.searchsorted(share[last], draw)), 3)
    return np.stack([codes, reverse_complement(codes)])


@pytest.mark.parametrize("order", ["ACGT", "TGCA", "GTAC", "ATCG", "CATG", "AGCT"])
@pytest.mark.parametrize(("cpg", "gpc", "tpa"), [(0.2, 1.0, 0.8), (1.1, 1.3, 0.7)])
def test_the_order_is_told_by_the_words_of_vertebrates_and_bacteria(order, cpg, gpc, tpa):
    codes = draw_dna(40_000, cpg=cpg, gpc=gpc, tpa=tpa)
    channels = np.array([order.index(letter) for letter in "ACGT"], np.uint8)[codes]

    found = find_order(channels)

    assert found.letters == order
    assert found.is_certain


def test_random_or_little_dna_tells_nothing():
    generator = np.random.default_rng(0)
    assert not find_order(draw_dna(2000, cpg=0.2, gpc=1.0, tpa=0.8)).is_certain
    assert not find_order(np.full((2, 50_000), 4, np.uint8)).is_certain
    assert not find_order(generator.integers(0, 4, (2, 3)).astype(np.uint8)).is_certain
