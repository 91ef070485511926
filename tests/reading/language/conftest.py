"""A drawn genome with the rhythm of codons, and a small language model of it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from napari_seewhy.models.running import Runtime
from napari_seewhy.reading.language import LanguageModel, LanguageOptions
from napari_seewhy.reading.language.card import LanguageCard
from napari_seewhy.reading.language.train import learn_language

SMALL = LanguageOptions(
    epochs=2, width=8, layers="ha", window_bp=256, batch_size=8, device="cpu", precision="fp32"
)


def draw_genome(n: int = 66_000, seed: int = 0) -> np.ndarray:
    """Letters of which every third is G or C; the first 300 stand once more further on."""
    generator = np.random.default_rng(seed)
    codes = generator.integers(0, 4, n).astype(np.uint8)
    codes[::3] = generator.integers(1, 3, len(codes[::3]))
    codes[60_000:60_300] = codes[:300]
    codes[100:110] = 4
    return codes


@pytest.fixture(scope="session")
def codes() -> np.ndarray:
    return draw_genome()


@pytest.fixture
def small() -> LanguageOptions:
    return SMALL


@pytest.fixture(scope="session")
def trained(codes, tmp_path_factory) -> tuple[LanguageModel, object]:
    out = tmp_path_factory.mktemp("language") / "drawn.safetensors"
    return learn_language(codes, SMALL, out=out, genome="drawn"), out


@pytest.fixture(scope="session")
def model(codes) -> LanguageModel:
    """A model of random weights that all matter."""
    torch.manual_seed(0)
    shape = SMALL.model_dump(include={"width", "layers", "window_bp"})
    card = LanguageCard(name="random", network=shape, n_letters=20_000, n_gaps=1)
    reader = card.build().eval()
    reader.set_letters(codes[:20_000])
    torch.nn.init.normal_(reader.network.out.weight, std=0.5)
    return LanguageModel(reader, card)


@pytest.fixture
def cpu() -> Runtime:
    return Runtime("cpu")
