import numpy as np
import pytest

from napari_seewhy.staining.calibrate import find_cut, fit_calibration, to_probability
from napari_seewhy.staining.card import CalibrationCard


def draw(n=20_000):
    """Logits that are three times too sure, and 1 too low."""
    rng = np.random.default_rng(0)
    honest = rng.normal(-1, 2, n)
    return (3 * (honest - 1)).astype(np.float32), rng.random(n) < 1 / (1 + np.exp(-honest))


def test_what_was_too_sure_is_set_right():
    logit, is_positive = draw()
    card = fit_calibration(logit, is_positive)
    assert card.slope == pytest.approx(1 / 3, abs=0.03)
    assert card.bias == pytest.approx(1, abs=0.06)
    probability = to_probability(logit, card)
    assert probability.mean() == pytest.approx(is_positive.mean(), abs=0.005)


def test_the_cut_is_that_of_the_best_f1():
    rng = np.random.default_rng(1)
    probability = rng.random(5000).astype(np.float32)
    assert find_cut(probability, probability > 0.7) == pytest.approx(0.7, abs=0.02)


def test_too_few_blocks_or_a_network_that_says_nothing_change_nothing():
    logit, is_positive = draw(30)
    assert fit_calibration(logit, is_positive & (np.arange(30) < 5)) == CalibrationCard()
    logit, is_positive = draw(1000)
    assert fit_calibration(-logit, is_positive) == CalibrationCard()
    assert find_cut(np.array([0.1, 0.9], np.float32), np.array([False, True])) == 0.5
