"""What is wrong with a model, and what is to be known of its figures, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_seewhy.training.judging.evaluation import ClassFigures, Evaluation

_FEW_GROUPS = 6
"""With fewer groups the bootstrap says too little of how much figures vary between groups."""

_BAD_CALIBRATION = 0.1
"""Gap between confidence and share of right answers from which on confidences mislead."""


def find_alarms(evaluation: Evaluation) -> tuple[str, ...]:
    """Say what is wrong with a model; nothing where all is well."""
    return tuple(_find_alarms(evaluation))


def _find_alarms(evaluation: Evaluation) -> Iterator[str]:
    for figures in evaluation.per_class:
        if figures.is_in_set and not figures.n_predicted:
            yield (
                f"The model never predicts {figures.name}, though {figures.n_samples} of the "
                f"{evaluation.n_samples} samples are of it."
            )
    balanced, accuracy = evaluation.balanced_accuracy, evaluation.accuracy
    if balanced.baseline is not None and balanced.low <= balanced.baseline < 1:
        yield (
            f"The model may know nothing: its balanced accuracy is {balanced.describe()}, so "
            "chance is within its interval."
        )
    elif accuracy.baseline is not None and accuracy.value < accuracy.baseline:
        yield (
            f"Always saying {evaluation.majority} would be right more often "
            f"({accuracy.baseline:.3f}) than the model ({accuracy.value:.3f})."
        )
    error = evaluation.calibration_error
    if error.low > _BAD_CALIBRATION:
        yield (
            f"Its confidence misleads: it is {error.value:.2f} away from the share of right "
            "answers on average."
        )


def make_notes(evaluation: Evaluation) -> tuple[str, ...]:
    """Say what is to be known of the figures."""
    return tuple(_make_notes(evaluation))


def _make_notes(evaluation: Evaluation) -> Iterator[str]:
    n, n_groups = evaluation.n_samples, evaluation.n_groups
    if n_groups == 1:
        yield (
            "All samples are of one group, so the intervals come from drawing samples; they say "
            "nothing of another field, well or day."
        )
    elif n_groups == n:
        yield "Every sample is a group of its own, so the intervals come from drawing samples."
    elif n_groups < _FEW_GROUPS:
        yield (
            f"The intervals come from drawing {n_groups} groups, which is few; they may be too "
            "narrow."
        )
    if evaluation.accuracy.value in (0, 1) or any(map(_has_constant, evaluation.per_class)):
        yield (
            "Where all or none of the answers are right no resampling varies; recall, precision "
            "and accuracy then have the exact bounds for independent answers, other figures none."
        )
    absent = [figures.name for figures in evaluation.per_class if not figures.is_in_set]
    if absent:
        yield f"Not in this set: {', '.join(absent)}. How well it is recognised stays unknown."


def _has_constant(figures: ClassFigures) -> bool:
    """Whether a share of right answers is 0 or 1."""
    shares = (figures.recall, figures.precision)
    return any(share is not None and share.value in (0, 1) for share in shares)
