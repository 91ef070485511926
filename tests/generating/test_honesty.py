from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.generating.honesty import measure_likeness
from napari_seewhy.generating.pixel_range import PixelRange

BYTES = PixelRange([(0, 255)] * 3, "uint8")


def draw_tracks(n: int, seed: int) -> np.ndarray:
    """Smooth random tracks ``(N, 3, 40, 80)``, filled below."""
    generator = np.random.default_rng(seed)
    waves = generator.normal(size=(n, 3, 6))
    x = np.linspace(0, np.pi, 80)
    height = 20 + 4 * np.einsum("ncw,wx->ncx", waves, np.sin(np.outer(np.arange(1, 7), x)))
    return np.where(np.arange(40)[:, None] > height[:, :, None, :], 200, 20).astype(np.uint8)


def test_independent_pictures_are_new():
    likeness = measure_likeness(draw_tracks(60, seed=1), draw_tracks(80, seed=0), BYTES)
    assert likeness.judgement == "new"
    assert likeness.share_copied < 0.1
    assert "Neither copied nor strange" in likeness.describe()


def test_copies_are_found_though_they_are_shifted_and_noisy():
    real = draw_tracks(80, seed=0)
    noise = np.random.default_rng(2).integers(-15, 15, (40, 3, 40, 80))
    copies = np.clip(np.roll(real[:40], 2, axis=-1).astype(int) + noise, 0, 255).astype(np.uint8)
    likeness = measure_likeness(copies, real, BYTES)
    assert likeness.judgement == "memorised"
    assert likeness.nearest.tolist() == list(range(40))
    assert likeness.share_copied > 0.9
    assert likeness.describe().startswith("Memorised: ")


def test_one_picture_again_and_again_is_said_to_be_alike():
    real, other = draw_tracks(80, seed=0), draw_tracks(1, seed=5)
    likeness = measure_likeness(np.repeat(other, 30, axis=0), real, BYTES)
    assert likeness.judgement == "alike"
    assert likeness.share_alike == 1


def test_noise_is_strange():
    noise = np.random.default_rng(0).integers(0, 255, (30, 3, 40, 80)).astype(np.uint8)
    likeness = measure_likeness(noise, draw_tracks(80, seed=0), BYTES)
    assert likeness.judgement == "strange"
    assert likeness.share_strange == 1


def test_the_mean_of_all_real_pictures_is_no_copy():
    real = draw_tracks(80, seed=0)
    mean = real.mean(axis=0, keepdims=True).astype(np.uint8)
    likeness = measure_likeness(np.repeat(mean, 2, axis=0), real, BYTES)
    assert likeness.share_copied == 0


def test_twins_of_one_gene_do_not_make_copies_look_usual():
    real = np.repeat(draw_tracks(30, seed=0), 2, axis=0)
    gene = np.repeat(np.arange(30), 2)
    alone = measure_likeness(real[:20], real, BYTES, gene)
    assert alone.judgement == "memorised"
    assert alone.share_copied_real < 0.1
    with pytest.raises(DataError, match="all the same"):
        measure_likeness(real[:20], real, BYTES)


def test_one_picture_cannot_be_compared():
    with pytest.raises(DataError, match="1 drawn and 5 real"):
        measure_likeness(draw_tracks(1, seed=0), draw_tracks(5, seed=0), BYTES)
