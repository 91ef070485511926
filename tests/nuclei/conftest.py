"""What the tests of nuclei share: drawn nuclei in files, and a training of a few seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from napari_seewhy.images import CellImage, write_image, write_labels
from napari_seewhy.nuclei.learning.options import SegmenterOptions
from napari_seewhy.nuclei.learning.pairs import FilePair

if TYPE_CHECKING:
    from pathlib import Path


def draw_nuclei(seed: int, shape: tuple[int, int] = (96, 96)) -> tuple[np.ndarray, np.ndarray]:
    """Pixels of 100 with discs of 300 and noise, and their labels; discs are 16 to 22 px wide."""
    rng = np.random.default_rng(seed)
    labels = np.zeros(shape, np.int32)
    y, x = np.indices(shape)
    centres = [
        (top, left) for top in range(14, shape[0] - 8, 26) for left in range(14, shape[1] - 8, 26)
    ]
    for number, (top, left) in enumerate(centres, start=1):
        labels[(y - top) ** 2 + (x - left) ** 2 <= rng.uniform(8, 11) ** 2] = number
    pixels = 100 + 200 * (labels > 0) + rng.normal(0, 5, shape)
    return pixels.round().astype(np.uint16), labels


def write_pair(folder: Path, name: str, pixels: np.ndarray, labels: np.ndarray) -> FilePair:
    """Write an image and its labels into two folders of the same names."""
    image = CellImage(pixels[None], "CYX", ("DNA",), 0.5)
    pair = FilePair(folder / "images" / f"{name}.tif", folder / "labels" / f"{name}.tif")
    write_image(pair.image, image)
    write_labels(pair.labels, labels)
    return pair


@pytest.fixture
def pairs(tmp_path) -> list[FilePair]:
    """Six images with nine nuclei each."""
    return [write_pair(tmp_path, f"field {seed}", *draw_nuclei(seed)) for seed in range(6)]


@pytest.fixture
def quick() -> SegmenterOptions:
    """Repeatable and short: three epochs of four batches."""
    return SegmenterOptions(
        epochs=3, n_batches=4, batch_size=2, edge_px=32, precision="fp32", device="cpu"
    )


@pytest.fixture(autouse=True)
def one_thread():
    """The cores are shared, and small pictures gain nothing by more."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)
