"""Small pictures of tracks: a dark ground, a bright peak above, dots of two colours below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import torch

from napari_seewhy.generating.generate_options import GeneratorOptions
from napari_seewhy.samples import SampleSet
from napari_seewhy.samples.storing.writer import SampleWriter

if TYPE_CHECKING:
    from pathlib import Path

CLASSES = ("suppression", "induction")
SIZE_PX = (20, 28)


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Tiny networks are slower with more threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def draw_pictures(target: np.ndarray, seed: int = 0) -> np.ndarray:
    """Pictures ``(N, 3, H, W)``: the peak of an induction is in the middle and high."""
    generator = np.random.default_rng(seed)
    n, (height, width) = len(target), SIZE_PX
    pixels = generator.integers(0, 40, (n, 3, height, width)).astype(np.uint8)
    for i, is_induced in enumerate(target):
        top = generator.integers(1, 4) if is_induced else generator.integers(6, 9)
        left = width // 2 + generator.integers(-3, 4)
        pixels[i, 1, top:10, left - 3 : left + 3] = 220
        pixels[i, 2, 12 + generator.integers(0, 6), ::4] = 200
    return pixels


@pytest.fixture(scope="session")
def pictures_file(tmp_path_factory) -> Path:
    """72 pictures of 12 stretches; every fourth is an induction."""
    path = tmp_path_factory.mktemp("pictures") / "pictures.h5"
    target = np.arange(72) % 4 == 0
    stretch = np.array([f"stretch {i:02d}" for i in np.arange(72) // 6], object)
    genes = pd.DataFrame({"gene": [f"gene{i}" for i in range(72)]})
    with SampleWriter(
        path, channels=("red", "green", "blue"), size_px=SIZE_PX, dtype="uint8", classes=CLASSES
    ) as writer:
        writer.append(draw_pictures(target), target.astype(np.int64), stretch, genes)
    return path


@pytest.fixture
def pictures(pictures_file):
    """The same, open."""
    with SampleSet(pictures_file) as samples:
        yield samples


@pytest.fixture
def inductions(pictures) -> np.ndarray:
    """Rows of the rare class."""
    return np.flatnonzero(pictures.target == 1)


@pytest.fixture
def quick() -> GeneratorOptions:
    """A handful of steps of tiny networks."""
    return GeneratorOptions(
        n_steps=6,
        batch_size=4,
        width=4,
        n_noise=8,
        n_between=2,
        averaging=0.5,
        device="cpu",
        precision="fp32",
    )
