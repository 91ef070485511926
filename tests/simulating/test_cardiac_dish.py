"""Simulated dishes: the truth is what was asked for, and no simple number gives it away."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage
from skimage.filters import threshold_otsu

from napari_seewhy.cells.separating.rank_auc import rank_auc
from simulating.dishes.cardiac_dish import simulate_dish, simulate_series
from simulating.dishes.dish_options import DishOptions
from simulating.dishes.dishes import efficiency_on, simulate_dishes

BLOCK_PX = 32


@pytest.fixture(scope="module")
def dishes():
    return [found.drawn for found in simulate_dishes(6, seed=0, days=(8, 14), size_px=320)]


def blocks_of(pixels):
    """Cut ``(Y, X)`` into blocks: ``(n, BLOCK_PX ** 2)``."""
    n = pixels.shape[0] // BLOCK_PX
    cut = pixels.reshape(n, BLOCK_PX, n, BLOCK_PX).swapaxes(1, 2)
    return cut.reshape(n * n, BLOCK_PX**2)


def test_cardiomyocytes_cover_the_share_that_was_asked_for(dishes):
    wanted = np.array([dish.options.efficiency for dish in dishes])
    assert np.ptp(wanted) > 0.3
    assert np.abs([dish.efficiency for dish in dishes] - wanted).max() < 0.02


def test_the_marker_above_its_threshold_covers_the_same_share_as_the_truth(dishes):
    for dish in dishes:
        if dish.efficiency < 0.02:
            continue
        marker = np.log(dish.image.pixels[1].astype(float))
        bright = marker > threshold_otsu(marker)
        assert bright.mean() == pytest.approx(dish.efficiency, abs=0.04)


@pytest.mark.parametrize("local", [np.mean, np.var])
def test_neither_brightness_nor_variance_tells_where_cardiomyocytes_are(dishes, local):
    values, truth = [], []
    for dish in dishes:
        phase = dish.image.pixels[0].astype(float)
        even = phase / ndimage.gaussian_filter(phase, 60)
        values.append(local(blocks_of(even / even.std()), axis=1))
        truth.append(blocks_of(dish.is_heart).mean(axis=1) >= 0.25)
    auc = rank_auc(np.concatenate(values)[:, np.newaxis], np.concatenate(truth))[0]
    assert 0.25 < auc < 0.75


def test_the_direction_of_the_pattern_tells_more(dishes):
    values, truth = [], []
    for dish in dishes:
        phase = dish.image.pixels[0].astype(float)
        fine = ndimage.gaussian_filter(phase, 1) - ndimage.gaussian_filter(phase, 3)
        slopes = [ndimage.gaussian_filter(slope, 1) for slope in np.gradient(fine)]
        yy, xx, yx = (
            ndimage.gaussian_filter(product, 5)
            for product in (slopes[0] ** 2, slopes[1] ** 2, slopes[0] * slopes[1])
        )
        coherence = np.hypot(yy - xx, 2 * yx) / (yy + xx)
        values.append(blocks_of(coherence).mean(axis=1))
        truth.append(blocks_of(dish.is_heart).mean(axis=1) >= 0.25)
    auc = rank_auc(np.concatenate(values)[:, np.newaxis], np.concatenate(truth))[0]
    assert auc > 0.75


def test_the_same_options_give_the_same_pixels_and_another_seed_others():
    options = DishOptions(size_px=96, seed=3)
    first, again = simulate_dish(options), simulate_dish(options)
    assert np.array_equal(first.image.pixels, again.image.pixels)
    other = simulate_dish(options.change(seed=4))
    assert not np.array_equal(first.image.pixels, other.image.pixels)


def test_a_dish_without_cardiomyocytes_has_a_marker_of_background_alone():
    without = simulate_dish(DishOptions(size_px=128, efficiency=0, fated=0.3))
    with_hearts = simulate_dish(DishOptions(size_px=128, efficiency=0.3, fated=0.3))
    assert not without.is_heart.any()
    assert without.image.pixels[1].max() < np.percentile(with_hearts.image.pixels[1], 90) / 2


def test_pixels_of_the_bare_dish_are_no_cardiomyocytes_and_phase_is_not_cut_off():
    dish = simulate_dish(DishOptions(size_px=256))
    phase = dish.image.pixels[0]
    assert phase.dtype == np.uint16
    assert (phase == 4095).mean() < 0.005
    assert (phase <= 100).mean() < 0.005


def test_in_a_series_cells_become_cardiomyocytes_and_stay_so():
    series = simulate_series([0.05, 0.2, 0.4], DishOptions(size_px=192, seed=2))
    assert series.image.axes == "TCYX"
    assert series.is_heart.mean(axis=(1, 2)) == pytest.approx([0.05, 0.2, 0.4], abs=0.02)
    lost = series.is_heart[:-1] & ~series.is_heart[1:]
    assert lost.mean() < 0.02


def test_the_same_place_is_seen_throughout_a_series():
    phase = simulate_series([0.1, 0.12], DishOptions(size_px=192)).image.pixels[:, 0]
    other = simulate_dish(DishOptions(size_px=192, seed=1)).image.pixels[0]
    assert np.corrcoef(phase[0].ravel(), phase[1].ravel())[0, 1] > 0.5
    assert abs(np.corrcoef(phase[0].ravel(), other.ravel())[0, 1]) < 0.3


def test_dishes_are_named_by_dish_and_day_and_rise_from_day_to_day():
    found = list(simulate_dishes(2, seed=5, days=(6, 14), size_px=96))
    assert [dish.name for dish in found] == [
        "dish_501_day_06",
        "dish_501_day_14",
        "dish_502_day_06",
        "dish_502_day_14",
    ]
    for early, late in zip(found[::2], found[1::2], strict=True):
        assert early.drawn.options.efficiency < late.drawn.options.efficiency
    assert len({dish.drawn.options.contrast for dish in found}) == 4


def test_the_first_dishes_are_the_same_however_many_are_drawn():
    one, two = (next(simulate_dishes(n, seed=5, days=(14,), size_px=96)) for n in (1, 2))
    assert np.array_equal(one.drawn.image.pixels, two.drawn.image.pixels)


def test_the_efficiency_rises_to_its_end():
    days = [efficiency_on(day, 0.6, 8) for day in (2, 8, 20)]
    assert days == pytest.approx([0, 0.3, 0.6], abs=0.001)
