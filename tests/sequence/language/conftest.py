"""A small language model of random weights, and a coding sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from napari_seewhy.genome import decode_letters
from napari_seewhy.models.files import save_network
from napari_seewhy.reading.language import LanguageCard

if TYPE_CHECKING:
    from pathlib import Path

CODING = "ATGCATGTTGAACGTTGGAAAGCTCTGCCGTAA"  # M H V E R W K A L P *


@pytest.fixture(scope="session")
def letters() -> np.ndarray:
    generator = np.random.default_rng(0)
    codes = generator.integers(0, 4, 30_000).astype(np.uint8)
    codes[::3] = generator.integers(1, 3, len(codes[::3]))
    return codes


@pytest.fixture(scope="session")
def model_path(letters, tmp_path_factory) -> Path:
    torch.manual_seed(0)
    shape = {"width": 8, "layers": "ha", "window_bp": 256}
    card = LanguageCard(name="random", network=shape, n_letters=20_000, n_gaps=0)
    reader = card.build()
    reader.set_letters(letters[:20_000])
    torch.nn.init.normal_(reader.network.out.weight, std=0.3)
    path = tmp_path_factory.mktemp("language") / "random.safetensors"
    save_network(path, reader, card)
    return path


@pytest.fixture
def genome(letters, tmp_path) -> Path:
    path = tmp_path / "genome.fa"
    path.write_text(f">chr1\n{decode_letters(letters[20_000:23_000])}\n")
    return path


@pytest.fixture
def coding(tmp_path) -> Path:
    path = tmp_path / "coding.fa"
    path.write_text(f">protein\n{CODING}\n")
    return path
