from __future__ import annotations

import numpy as np
import pytest
import torch

from napari_seewhy.generating.card import GeneratorCard, PictureGenerator
from napari_seewhy.generating.generation import generate
from napari_seewhy.generating.picture_network import PictureNetwork


@pytest.fixture
def generator() -> PictureGenerator:
    torch.manual_seed(0)
    card = GeneratorCard(
        name="g",
        class_name="induction",
        channels=("a", "b"),
        limits=((0, 10), (-5.0, 5.0)),
        size_px=(17, 40),
        dtype="float32",
        width=4,
        n_noise=8,
        n_samples=9,
    )
    return PictureGenerator(PictureNetwork(2, (17, 40), width=4, n_noise=8), card)


def test_pictures_have_the_type_and_the_limits_of_the_real_ones(generator):
    drawn = generate(generator, 5)
    assert drawn.shape == (5, 2, 17, 40)
    assert drawn.dtype == np.float32
    generator.network.end.bias.data.fill_(-20)
    assert np.unique(generate(generator, 2)[:, 0]) == 0
    assert np.unique(generate(generator, 2)[:, 1]) == -5
    generator.network.end.bias.data.fill_(20)
    assert np.unique(generate(generator, 2)[:, 0]) == 10


def test_a_seed_gives_the_same_pictures_however_many(generator):
    many = generate(generator, 20, seed=3)
    np.testing.assert_array_equal(many[:4], generate(generator, 4, seed=3))
    assert (many[0] != generate(generator, 1, seed=4)[0]).any()
    assert (many[0] != many[16]).any()
    assert generate(generator, 0).shape == (0, 2, 17, 40)
