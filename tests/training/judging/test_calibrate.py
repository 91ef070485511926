from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.training.judging.calibrate import expected_calibration_error, fit_temperature


def draw_logits(n: int = 4000, n_classes: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Logits that are exactly right about how sure one can be."""
    generator = np.random.default_rng(0)
    logits = generator.normal(0, 2, (n, n_classes))
    chances = softmax(logits)
    target = (generator.random((n, 1)) > chances.cumsum(axis=1)).sum(axis=1)
    return logits, target


def softmax(logits: np.ndarray) -> np.ndarray:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("too_sure", [0.5, 1, 3])
def test_the_temperature_undoes_how_much_too_sure_a_network_is(too_sure):
    logits, target = draw_logits()
    assert fit_temperature(logits * too_sure, target) == pytest.approx(too_sure, rel=0.1)


def test_calibration_lowers_the_calibration_error_and_changes_no_answer():
    logits, target = draw_logits()
    said = logits * 4
    calibrated = softmax(said / fit_temperature(said, target))
    before = expected_calibration_error(softmax(said), target)
    after = expected_calibration_error(calibrated, target)
    assert before > 0.1
    assert after < 0.03
    assert np.array_equal(calibrated.argmax(axis=1), said.argmax(axis=1))


def test_from_few_samples_that_are_all_right_nobody_becomes_certain():
    logits = np.array([[2.0, 0.0], [0.0, 2.0]] * 5)
    temperature = fit_temperature(logits, [0, 1] * 5)
    confidence = softmax(logits / temperature).max(axis=1)
    assert confidence == pytest.approx(11 / 12, abs=1e-3)


def test_the_temperature_is_the_best_of_a_fine_grid():
    logits, target = draw_logits(300)
    said, doubt = logits * 3, 1 / 302
    wanted = np.full(said.shape, doubt / 2)
    wanted[np.arange(300), target] = 1 - doubt

    def loss(temperature):
        return -(wanted * np.log(softmax(said / temperature))).sum()

    grid = np.geomspace(0.5, 10, 2000)
    best = grid[np.argmin([loss(temperature) for temperature in grid])]
    assert fit_temperature(said, target) == pytest.approx(best, rel=5e-3)


def test_samples_without_a_class_do_not_count():
    logits, target = draw_logits(500)
    known = fit_temperature(logits[100:], target[100:])
    target[:100] = -1
    assert fit_temperature(logits, target) == known
    assert fit_temperature(logits, np.full(500, -1)) == 1


def test_logits_that_are_no_numbers_are_refused():
    with pytest.raises(DataError, match="lower learning rate"):
        fit_temperature([[np.nan, 0.0]], [0])


def test_the_calibration_error_is_the_mean_gap_between_confidence_and_being_right():
    # Bin of 0.9: right in half; bin of 0.6: always right.
    probability = [[0.9, 0.1]] * 4 + [[0.6, 0.4]] * 4
    target = [0, 0, 1, 1, 0, 0, 0, 0]
    assert expected_calibration_error(probability, target) == pytest.approx((0.4 + 0.4) / 2)


def test_without_samples_there_is_no_calibration_error():
    assert np.isnan(expected_calibration_error([[0.9, 0.1]], [-1]))
