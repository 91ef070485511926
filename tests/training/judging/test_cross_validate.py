from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from napari_seewhy.progress import Step, finish
from napari_seewhy.samples.splitting.split import fold_samples, split_samples
from napari_seewhy.training.judging.cross_validate import (
    cross_validate_steps,
    shuffle_targets,
    shuffled_control_steps,
)
from napari_seewhy.training.judging.options import EvaluateOptions

if TYPE_CHECKING:
    from napari_seewhy.samples.splitting.three_sets import Split

QUICK = EvaluateOptions(n_bootstrap=100)
CLASSES = ("a", "b")


def draw(n_groups: int = 20) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A feature that tells the classes apart, the classes, the groups."""
    generator = np.random.default_rng(0)
    target = generator.integers(0, 2, 20 * n_groups)
    return target + generator.normal(0, 0.3, len(target)), target, np.repeat(range(n_groups), 20)


class NearestMean:
    """Learns the mean of each class; keeps the splits it was given."""

    def __init__(self, feature: np.ndarray) -> None:
        self.feature = feature
        self.seen: list[Split] = []

    def __call__(self, split: Split):
        self.seen.append(split)
        yield Step(1, 2, "Epoch 1")
        learned = split.target[split.train]
        means = [self.feature[split.train][learned == k].mean() for k in (0, 1)]
        distance = np.abs(self.feature[split.report, None] - means)
        said = np.exp(-8 * distance)
        return (said / said.sum(axis=1, keepdims=True)).astype(np.float32)


class Copies(NearestMean):
    """Has a copy of every reported sample among those it learns from."""

    def __call__(self, split: Split):
        yield Step(0, 0)
        truth = split.target[split.report]
        return np.where(np.arange(2) == truth[:, None], 0.9, 0.1).astype(np.float32)


def test_in_a_cross_validation_every_sample_is_said_by_a_network_that_never_saw_its_group():
    feature, target, group = draw()
    learner = NearestMean(feature)
    folds = fold_samples(target, group, classes=CLASSES, n_folds=4)
    evaluation = finish(cross_validate_steps(learner, folds, QUICK))
    assert evaluation.n_samples == len(target)
    assert len(evaluation.folds) == 4
    assert evaluation.balanced_accuracy.value > 0.9
    assert np.mean(evaluation.folds) == pytest.approx(evaluation.balanced_accuracy.value, abs=0.02)
    for split in learner.seen:
        assert not set(group[split.report]) & set(group[split.train])
    assert "4 networks" in evaluation.notes[0]


def test_the_steps_of_a_cross_validation_say_which_fold_is_trained():
    feature, target, group = draw()
    folds = fold_samples(target, group, classes=CLASSES, n_folds=3)
    steps: list[Step] = []
    finish(cross_validate_steps(NearestMean(feature), folds, QUICK), steps.append)
    assert [step.message for step in steps] == [f"Fold {n} of 3: Epoch 1" for n in (1, 2, 3)]


def test_shuffled_targets_give_chance_and_no_alarm():
    feature, target, group = draw(60)
    split = split_samples(target, group, classes=CLASSES)
    evaluation = finish(shuffled_control_steps(NearestMean(feature), split, QUICK))
    assert evaluation.balanced_accuracy.low < 0.5 < evaluation.balanced_accuracy.high
    assert evaluation.alarms == ()
    assert evaluation.notes[0].startswith("Control")


def test_a_control_that_is_right_means_that_samples_leak_and_raises_an_alarm():
    feature, target, group = draw()
    split = split_samples(target, group, classes=CLASSES)
    evaluation = finish(shuffled_control_steps(Copies(feature), split, QUICK))
    assert "samples of one set must be in another" in evaluation.alarms[0]


def test_shuffling_keeps_the_classes_of_every_set_and_the_split_itself():
    _, target, group = draw()
    split = split_samples(target, group, classes=CLASSES)
    shuffled = shuffle_targets(split, 0)
    assert np.array_equal(shuffled.count_classes(), split.count_classes())
    assert np.array_equal(split.target, target)
    assert (shuffled.target != target).mean() > 0.3
    assert np.array_equal(shuffled.target, shuffle_targets(split, 0).target)
    assert not np.array_equal(shuffled.target, shuffle_targets(split, 1).target)
