"""What the tests of training share: drawn discs, bright or dim, that any network can tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
import torch

from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.samples import SampleWriter
from napari_seewhy.training.fitting.options import TrainOptions

if TYPE_CHECKING:
    from pathlib import Path


class Rows(NamedTuple):
    """The three parts of a split, as training reads them."""

    train: np.ndarray
    stop: np.ndarray
    report: np.ndarray


def draw_disc_samples(path: Path, n: int = 96, size_px: int = 16) -> None:
    """Discs of 120 (dim) or 240 (bright) on 100, with noise; a second channel of noise alone."""
    rng = np.random.default_rng(0)
    target = np.arange(n) % 2
    y, x = np.indices((size_px, size_px)) - size_px / 2
    radius = rng.uniform(3, 5, n)
    disc = (y**2 + x**2)[None] <= radius[:, None, None] ** 2
    dna = 100 + disc * np.where(target, 140, 20)[:, None, None]
    pixels = np.stack([dna, np.full_like(dna, 100)], 1) + rng.normal(0, 5, (n, 2, size_px, size_px))
    with SampleWriter(
        path,
        channels=("DNA", "empty"),
        size_px=(size_px, size_px),
        dtype=np.uint16,
        classes=("dim", "bright"),
        pixel_size_um=0.5,
    ) as writer:
        writer.append(pixels.round().astype(np.uint16), target, "day 1")


@pytest.fixture
def discs(tmp_path: Path) -> Path:
    path = tmp_path / "discs.h5"
    draw_disc_samples(path)
    return path


@pytest.fixture
def rows() -> Rows:
    return Rows(np.arange(64), np.arange(64, 80), np.arange(80, 96))


@pytest.fixture
def tiny_network() -> NetworkOptions:
    return NetworkOptions(width=4, n_stages=1)


@pytest.fixture
def quick() -> TrainOptions:
    """Repeatable and short."""
    return TrainOptions(epochs=8, batch_size=16, learning_rate=0.02, precision="fp32", device="cpu")


@pytest.fixture(autouse=True)
def one_thread():
    """The cores are shared, and tiny networks gain nothing by more."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)
