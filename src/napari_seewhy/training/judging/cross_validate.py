"""Retraining to test the figures: cross-validation by group, and a control that must fail."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from napari_seewhy.progress import name_steps
from napari_seewhy.training.judging.options import EvaluateOptions
from napari_seewhy.training.judging.predictions import evaluate_predictions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.progress import Task
    from napari_seewhy.samples.splitting import Split
    from napari_seewhy.training.judging.evaluation import Evaluation

_DEFAULTS = EvaluateOptions()


class LearnAndSay(Protocol):
    """Learns from ``split.train``, stops by ``split.stop``, says what ``split.report`` is.

    What is to be learned stands in ``split.target``, which may differ from the targets in the
    file. Returns probabilities ``(n, K)``, one row per row of ``split.report``.
    """

    def __call__(self, split: Split) -> Task[NDArray[np.float32]]:
        """Start the task."""
        ...


def cross_validate_steps(
    learn_and_say: LearnAndSay, folds: Sequence[Split], options: EvaluateOptions = _DEFAULTS
) -> Task[Evaluation]:
    """Judge a way of training on all samples, each said by a network that never saw its group.

    Parameters
    ----------
    learn_and_say
        Trains one network per fold.
    folds
        As `fold_samples` makes them: each sample is in the report set of one.
    options
        How the answers are judged.

    Returns
    -------
    Evaluation
        Of the answers of all folds together; ``folds`` holds the balanced accuracy of each.
    """
    said = []
    for number, split in enumerate(folds, start=1):
        about = f"Fold {number} of {len(folds)}"
        part = yield from name_steps(learn_and_say(split), about)
        said.append(part.astype(np.float64))
    rows = np.concatenate([split.report for split in folds])
    whole = folds[0]
    evaluation = _judge(np.concatenate(said), whole, rows, options)
    note = (
        f"Cross-validation: the answers are of {len(folds)} networks, each trained without the "
        "samples that it was asked about."
    )
    return evaluation.change(
        folds=tuple(
            _measure_recall(probability, split.target[split.report])
            for probability, split in zip(said, folds, strict=True)
        ),
        notes=(note, *evaluation.notes),
    )


def shuffled_control_steps(
    learn_and_say: LearnAndSay, split: Split, options: EvaluateOptions = _DEFAULTS
) -> Task[Evaluation]:
    """Train with shuffled targets: a network that is still right has seen the answers elsewhere.

    Targets are shuffled within each of the three sets, so that every set keeps its classes.

    Parameters
    ----------
    learn_and_say
        Trains a network.
    split
        The split of the true training.
    options
        How the answers are judged, and the seed of the shuffling.

    Returns
    -------
    Evaluation
        To be at chance; an alarm says if it is above.
    """
    shuffled = shuffle_targets(split, options.seed)
    control = learn_and_say(shuffled)
    said = (yield from name_steps(control, "Control with shuffled targets")).astype(np.float64)
    evaluation = _judge(said, shuffled, split.report, options)
    figure = evaluation.balanced_accuracy
    leak = (
        "A network trained on shuffled targets is better than chance (balanced accuracy "
        f"{figure.describe()}): samples of one set must be in another, so no figure can be "
        "believed. Look for copies among the samples."
    )
    chance = figure.baseline or 0
    return evaluation.change(
        alarms=(leak,) if figure.low > chance else (),
        notes=("Control: the targets were shuffled before training.", *evaluation.notes),
    )


def shuffle_targets(split: Split, seed: int) -> Split:
    """Shuffle the targets of each set among its samples.

    Parameters
    ----------
    split
        The split; it is left as it is.
    seed
        Another number deals otherwise.
    """
    generator = np.random.default_rng(seed)
    target = split.target.copy()
    for rows in split.parts.values():
        target[rows] = generator.permutation(target[rows])
    return replace(split, target=target)


def _judge(
    said: NDArray[np.float64], split: Split, rows: NDArray[np.int64], options: EvaluateOptions
) -> Evaluation:
    return evaluate_predictions(
        said, split.target[rows], split.group[rows], split.classes, options, rows=rows
    )


def _measure_recall(probability: NDArray[np.float64], target: ArrayLike) -> float:
    from sklearn.metrics import recall_score

    truth = np.asarray(target)
    return float(
        recall_score(truth, probability.argmax(axis=1), labels=np.unique(truth), average="macro")
    )
