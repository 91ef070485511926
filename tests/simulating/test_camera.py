"""The camera: its noise follows Poisson's law, its light is uneven, its blur keeps all light."""

from __future__ import annotations

import numpy as np
import pytest

from simulating.fields.camera import OFFSET, Exposure, draw_exposure, take_picture
from simulating.fields.simulate_options import SimulateOptions

PLAIN = SimulateOptions(vignetting=0, read_noise_e=0, haze=0)


def picture_of(light, options, seed=0):
    shape = (4, *light.shape)
    exposure = draw_exposure(shape, np.random.default_rng(seed))
    return take_picture(np.broadcast_to(light, shape).astype(float), exposure, options)[0]


@pytest.mark.parametrize("photons", [5.0, 40.0, 2000.0])
def test_the_counts_scatter_as_their_mean(photons):
    background = 60 * PLAIN.pixel_size_um**2
    counts = picture_of(np.full((300, 300), photons), PLAIN).astype(float) - OFFSET
    assert counts.mean() == pytest.approx(photons + background, rel=0.02)
    assert counts.var() == pytest.approx(photons + background, rel=0.04)
    skewness = ((counts - counts.mean()) ** 3).mean() / counts.std() ** 3
    assert skewness == pytest.approx((photons + background) ** -0.5, abs=0.04)


def test_read_noise_adds_its_variance():
    noisy = picture_of(np.full((300, 300), 50.0), PLAIN.change(read_noise_e=10.0)).astype(float)
    assert noisy.var() == pytest.approx(65 + 100, rel=0.04)


def test_the_corners_are_darker_by_the_vignetting():
    flat = np.full((256, 256), 4000.0)
    seen = picture_of(flat, PLAIN.change(vignetting=0.4)).astype(float) - OFFSET
    blocks = seen.reshape(16, 16, 16, 16).mean(axis=(1, 3))
    assert blocks.min() / blocks.max() == pytest.approx(0.62, abs=0.05)
    assert blocks.argmin() in (0, 15, 240, 255)


def test_blur_and_haze_spread_light_and_lose_none():
    point = np.zeros((101, 101))
    point[50, 50] = 1.5e5
    silent = Exposure(np.full((4, 2), 0.5), np.zeros((4, 101, 101)), np.zeros((4, 101, 101)))
    light = np.broadcast_to(point, (4, 101, 101)).astype(float)
    sums, peaks = [], []
    for haze in (0.0, 0.5):
        seen = take_picture(light, silent, PLAIN.change(haze=haze)).astype(float) - OFFSET
        seen -= np.median(seen, axis=(1, 2), keepdims=True)
        peaks.append(seen[:, 50, 50])
        sums.append(seen[0].sum())
    assert sums[1] == pytest.approx(sums[0], rel=0.05)
    assert (peaks[1] < 0.6 * peaks[0]).all()
    assert peaks[0][0] > peaks[0][3], "red light is blurred more than blue"


def test_a_smaller_aperture_blurs_more():
    point = np.zeros((41, 41))
    point[20, 20] = 60_000
    wide, narrow = (picture_of(point, PLAIN.change(numerical_aperture=a)) for a in (1.2, 0.3))
    assert narrow[20, 20] < 0.6 * wide[20, 20]


def test_too_much_light_saturates_and_does_not_wrap_round():
    assert picture_of(np.full((8, 8), 1e6), PLAIN).min() == np.iinfo(np.uint16).max
