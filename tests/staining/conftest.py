"""A field whose right half is grainier and marked, and a model that has learned it."""

import numpy as np
import pytest
import torch

from napari_seewhy.staining.stain_field import StainField
from napari_seewhy.staining.stain_options import StainOptions
from napari_seewhy.staining.train import train_stain

TINY = StainOptions(
    block_px=16,
    width=8,
    epochs=4,
    n_windows=16,
    window_blocks=8,
    batch_size=4,
    device="cpu",
    precision="fp32",
)


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    torch.set_num_threads(1)


def draw_field(seed, name="field", group="", shape_px=(256, 192)):
    """Grain that is three times as strong where the marker is."""
    rng = np.random.default_rng(seed)
    positive = np.zeros(shape_px, bool)
    positive[:, shape_px[1] // 2 :] = True
    phase = rng.normal(100, 1, (1, *shape_px))
    phase[0] += 10 * positive * rng.normal(size=shape_px)
    marker = 50 + 100.0 * positive
    return StainField(name, phase.astype(np.float32), positive, marker, group=group)


@pytest.fixture
def make_field():
    return draw_field


@pytest.fixture
def tiny_options():
    return TINY


@pytest.fixture(scope="session")
def model_file(tmp_path_factory, one_thread):
    path = tmp_path_factory.mktemp("stain") / "grain.safetensors"
    train_stain([draw_field(0)], TINY.change(predicted_fluorescence=True, epochs=6), out=path)
    return path
