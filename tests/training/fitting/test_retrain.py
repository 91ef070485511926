from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.progress import finish
from napari_seewhy.samples import SampleSet
from napari_seewhy.samples.splitting.split import SplitOptions, fold_samples, split_samples
from napari_seewhy.training.fitting.retrain import Retrain
from napari_seewhy.training.judging.cross_validate import (
    cross_validate_steps,
    shuffled_control_steps,
)

BY_SAMPLE = SplitOptions(by="sample")


@pytest.fixture
def samples(discs):
    with SampleSet(discs) as opened:
        yield opened


@pytest.fixture
def retrain(samples, tiny_network, quick):
    return Retrain(samples, tiny_network, quick)


def test_cross_validation_tells_every_disc(samples, retrain):
    folds = fold_samples(
        samples.target, samples.group, BY_SAMPLE, classes=samples.classes, n_folds=3
    )
    evaluation = finish(cross_validate_steps(retrain, folds))
    assert evaluation.n_samples == len(samples)
    assert evaluation.folds == (1, 1, 1)
    np.testing.assert_array_equal(evaluation.confusion, [[48, 0], [0, 48]])


def test_a_network_that_learned_shuffled_targets_is_at_chance(samples, retrain):
    split = split_samples(samples.target, samples.group, BY_SAMPLE, classes=samples.classes)
    evaluation = finish(shuffled_control_steps(retrain, split))
    assert evaluation.balanced_accuracy.low <= 0.5
    assert not [alarm for alarm in evaluation.alarms if "shuffled" in alarm]
