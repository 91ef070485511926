"""Small dishes of which the marker is known, and a model that learned them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from napari_seewhy.blocks.marking.options import StainThresholdOptions
from napari_seewhy.blocks.pairing.options import StainPairOptions
from napari_seewhy.blocks.pairing.pairs import OpenPair
from napari_seewhy.blocks.pairing.places import Place
from napari_seewhy.images import CellImage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

READING = StainPairOptions(phase_channel="phase", marker_channel="GFP")
THRESHOLDING = StainThresholdOptions(threshold=500.0)


def draw_dish(seed: int, shape: tuple[int, int] = (128, 160)) -> CellImage:
    """Bright patches of 32 px in phase contrast where the marker is at 1000, else at 100."""
    rng = np.random.default_rng(seed)
    share = 0.15 + 0.1 * (seed % 4)
    patches = rng.random((shape[0] // 32, shape[1] // 32)) < share
    patches[0, 0], patches[-1, -1] = True, False
    is_positive = patches.repeat(32, 0).repeat(32, 1)
    phase = 1000 + 400 * is_positive + rng.normal(0, 100, shape)
    marker = 100 + 900 * is_positive + rng.normal(0, 10, shape)
    pixels = np.stack([phase, marker]).astype(np.uint16)
    return CellImage(pixels, "CYX", ("phase", "GFP"), 0.65, source=f"dish{seed}.ome.tif")


@pytest.fixture
def dish() -> Callable[..., CellImage]:
    return draw_dish


@pytest.fixture
def open_pair() -> Callable[..., OpenPair]:
    """A pair in memory."""

    def make(seed: int, image: CellImage | None = None) -> OpenPair:
        chosen = draw_dish(seed) if image is None else image
        return OpenPair(f"dish{seed}", chosen, chosen, Place(f"dish{seed}", ""))

    return make


@pytest.fixture(scope="session")
def stain_file(tmp_path_factory) -> Path:
    """A model that learned four dishes; to be read alone."""
    from napari_seewhy.blocks.learning.train import train_stains
    from napari_seewhy.blocks.marking.fields import FieldReader
    from napari_seewhy.staining.stain_options import StainOptions

    out = tmp_path_factory.mktemp("stain") / "gfp.safetensors"
    images = [(seed, draw_dish(seed)) for seed in range(4)]
    pairs = [OpenPair(f"dish{i}", image, image, Place(f"dish{i}", "")) for i, image in images]
    options = StainOptions(
        **{"block_px": 16, "width": 8, "epochs": 4, "n_windows": 24, "window_blocks": 4},
        **{"device": "cpu", "precision": "fp32", "learning_rate": 0.01, "averaging": 0.5},
    )
    train_stains(pairs, FieldReader(READING, THRESHOLDING), options, out=out)
    return out
