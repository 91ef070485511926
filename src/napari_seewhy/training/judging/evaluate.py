"""Evaluate: how good a model is on samples that it did not learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.models.running import predict_steps
from napari_seewhy.progress import blocking
from napari_seewhy.training.judging.options import EvaluateOptions
from napari_seewhy.training.judging.predictions import evaluate_predictions
from napari_seewhy.training.judging.trained_rows import find_report_rows, find_target

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from napari_seewhy.models.files import Model
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.storing import SampleSet
    from napari_seewhy.samples.targeting import ClassMap
    from napari_seewhy.training.judging.evaluation import Evaluation

__all__ = ["EvaluateOptions", "evaluate", "evaluate_predictions", "evaluate_steps"]

_DEFAULTS = EvaluateOptions()


def evaluate_steps(
    model: Model,
    samples: SampleSet,
    options: EvaluateOptions = _DEFAULTS,
    *,
    rows: ArrayLike | None = None,
    classes: ClassMap | None = None,
) -> Task[Evaluation]:
    """Judge a model on samples whose class is known.

    Parameters
    ----------
    model
        A trained model.
    samples
        The sample set it was trained on, of which its report set is taken; or another one, of
        which all samples are.
    options
        How it is judged and run.
    rows
        Which samples instead.
    classes
        Which classes of the samples make up those of the model; None takes what the model's record
        says, or else the classes of the same names.

    Returns
    -------
    Evaluation
        With a note where it stands on samples of another file, an alarm where on samples that the
        model has learned from.

    Raises
    ------
    DataError
        If classes, channels or size are not those of the model, or no class is known.
    OptionError
        If the device is not there.
    """
    target = find_target(model.card, samples, classes)
    chosen = find_report_rows(model.card, samples, rows)
    known = chosen.rows[target[chosen.rows] >= 0]
    probability = yield from predict_steps(model, samples, options, rows=known)
    evaluation = evaluate_predictions(
        probability.astype(np.float64),
        target[known],
        samples.group[known],
        model.card.classes,
        options,
        rows=known,
    )
    n_left = int((samples.target[chosen.rows] >= 0).sum()) - len(known)
    left = (f"{n_left} samples are of classes that the model was not to tell; they are left out.",)
    return evaluation.change(
        alarms=(*chosen.alarms, *evaluation.alarms),
        notes=(*evaluation.notes, *chosen.notes, *left[: min(n_left, 1)]),
    )


evaluate = blocking(evaluate_steps)
