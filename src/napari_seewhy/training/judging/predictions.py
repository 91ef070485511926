"""Judging predictions: the figures, their intervals, and the sentences that go with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.training.judging.advice import find_alarms, make_notes
from napari_seewhy.training.judging.evaluation import (
    ClassFigures,
    ConfidentError,
    Evaluation,
    Figure,
    ReliabilityBin,
    RocCurve,
)
from napari_seewhy.training.judging.metrics import Judge
from napari_seewhy.training.judging.options import EvaluateOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.training.judging.metrics import Figures

_DEFAULTS = EvaluateOptions()
_ROUNDING = 1e-2
"""How far the sum of probabilities may be from 1: prediction in bfloat16 rounds."""

_PER_CLASS = ("recall", "precision", "f1", "roc_auc", "average_precision")


def evaluate_predictions(
    probability: ArrayLike,
    target: ArrayLike,
    group: ArrayLike,
    classes: Sequence[str],
    options: EvaluateOptions = _DEFAULTS,
    *,
    rows: ArrayLike | None = None,
) -> Evaluation:
    """Judge the predictions of a model for samples whose class is known.

    Every figure has an interval: whole groups are resampled, with replacement, and 95 % of the
    figures so measured lie in it. Where all samples are of one group, samples are drawn instead,
    which a note says. Beside it stands what always naming the most frequent class would reach.

    Parameters
    ----------
    probability
        ``(N, K)``, rows sum to 1.
    target
        ``(N,)`` places in `classes`; samples of -1 are left out.
    group
        ``(N,)`` groups.
    classes
        K names.
    options
        Number of resamplings and of errors to keep, seed.
    rows
        ``(N,)`` rows of the samples in their set; None counts them from 0.

    Returns
    -------
    Evaluation
        The same for the same predictions and seed. A class without samples has no figures.

    Raises
    ------
    DataError
        If no class is known, shapes do not fit, or probabilities are none.
    """
    said, truth = np.asarray(probability, np.float64), np.asarray(target, np.int64)
    groups = np.asarray(group, object).astype(np.str_)
    places = np.arange(len(truth)) if rows is None else np.asarray(rows, np.int64)
    _check(said, truth, groups, classes)
    is_known = truth >= 0
    said, truth, groups, places = (
        said[is_known],
        truth[is_known],
        groups[is_known],
        places[is_known],
    )
    n_groups, unit = _find_units(groups)
    judge = Judge(said, truth, unit)
    figures = _Figures(judge, truth, len(classes), options)
    evaluation = Evaluation(
        classes=tuple(classes),
        n_samples=len(truth),
        n_groups=n_groups,
        unit="group" if 1 < n_groups < len(truth) else "sample",
        n_bootstrap=options.n_bootstrap,
        majority=classes[int(np.bincount(truth).argmax())],
        accuracy=figures.sure("accuracy"),
        balanced_accuracy=figures.sure("balanced_accuracy"),
        roc_auc=figures.of("mean_roc_auc"),
        calibration_error=figures.sure("calibration_error"),
        **_describe_answers(judge, figures, classes),
        errors=_find_errors(said, truth, groups, places, classes)[: options.n_errors],
    )
    return evaluation.change(alarms=find_alarms(evaluation), notes=make_notes(evaluation))


def _describe_answers(judge: Judge, figures: _Figures, classes: Sequence[str]) -> dict[str, Any]:
    """Say how each class fares, and what the plots are drawn from."""
    once = np.ones((1, judge.n_units))
    counts = judge.confusion(once)[0].astype(int)
    per_class = tuple(
        ClassFigures(
            name=name,
            n_samples=int(counts[k].sum()),
            n_predicted=int(counts[:, k].sum()),
            **{figure: figures.of(figure, k) for figure in _PER_CLASS},
        )
        for k, name in enumerate(classes)
    )
    return {
        "per_class": per_class,
        "confusion": tuple(map(tuple, counts.tolist())),
        "reliability": _list_bins(judge.bins(once)[0]),
        "roc": _draw_curves(judge, per_class),
    }


class _Figures:
    """All figures of a judge, with their intervals and baselines."""

    def __init__(
        self, judge: Judge, truth: NDArray[np.int64], n_classes: int, options: EvaluateOptions
    ) -> None:
        self._measured = judge.measure(np.ones((1, judge.n_units)))
        self._baseline = _measure_baseline(truth, n_classes)
        self._drawn = judge.resample(options.n_bootstrap, options.seed)
        counts = judge.confusion(np.ones((1, judge.n_units)))[0]
        self._n_answers = {
            "accuracy": counts.sum(keepdims=True)[0],
            "recall": counts.sum(axis=1),
            "precision": counts.sum(axis=0),
        }

    def of(self, name: str, k: int = 0) -> Figure | None:
        """Return a figure, of class `k` where there is one per class; None where undefined."""
        value, baseline = (
            float(np.atleast_2d(figures[name])[0, k])
            for figures in (self._measured, self._baseline)
        )
        if np.isnan(value):
            return None
        drawn = self._drawn[name].reshape(len(self._drawn[name]), -1)[:, k]
        low, high = np.nanpercentile(drawn, [2.5, 97.5])
        if low == high and name in self._n_answers:
            low, high = _bound_share(value, int(self._n_answers[name][k]))
        return Figure(
            value=value,
            # The calibration error grows by resampling; no interval should miss its own figure.
            low=min(low, value),
            high=max(high, value),
            baseline=None if np.isnan(baseline) else baseline,
        )

    def sure(self, name: str) -> Figure:
        """Return a figure that is defined for any samples."""
        figure = self.of(name)
        if figure is None:
            raise DataError(f"The {name} of no samples cannot be measured.")
        return figure


def _bound_share(share: float, n: int) -> tuple[float, float]:
    """Bound a share of which all or none of n answers are: no resampling can make that vary.

    Exact for independent answers (Clopper and Pearson 1934).
    """
    doubt = 1 - 0.025 ** (1 / n)
    return (1 - doubt, 1.0) if share > 0.5 else (0.0, doubt)


def _measure_baseline(truth: NDArray[np.int64], n_classes: int) -> Figures:
    """Evaluate the baseline that always predicts the frequencies of the classes."""
    shares = np.bincount(truth, minlength=n_classes) / len(truth)
    said = np.broadcast_to(shares, (len(truth), n_classes))
    figures = Judge(said, truth, np.zeros_like(truth)).measure(np.ones((1, 1)))
    # Naming shares is always calibrated, which is no merit.
    return figures | {"calibration_error": np.full(1, np.nan)}


def _check(
    said: NDArray[np.float64],
    truth: NDArray[np.int64],
    groups: NDArray[np.str_],
    classes: Sequence[str],
) -> None:
    wanted = (len(truth), len(classes))
    if said.shape != wanted or groups.shape != truth.shape:
        raise DataError(
            f"The probabilities have shape {said.shape} and there are {len(groups)} groups; wanted "
            f"{wanted} and {len(truth)}."
        )
    if not np.isfinite(said).all() or np.abs(said.sum(axis=1) - 1).max(initial=0) > _ROUNDING:
        raise DataError(
            "The probabilities of a sample must be numbers that sum to 1; predict them again."
        )
    if truth.max(initial=-1) < 0:
        raise DataError("None of the samples has a class, so nothing can be judged; add classes.")
    if truth.max() >= len(classes):
        raise DataError(f"A target is {truth.max()} and there are {len(classes)} classes.")


def _find_units(groups: NDArray[np.str_]) -> tuple[int, NDArray[np.int64]]:
    """Count the groups and number what is drawn: the group of each sample, or the sample."""
    names, unit = np.unique(groups, return_inverse=True)
    return len(names), unit if len(names) > 1 else np.arange(len(groups))


def _list_bins(sums: NDArray[np.float64]) -> tuple[ReliabilityBin, ...]:
    return tuple(
        ReliabilityBin(n_samples=int(n), confidence=confidence / n, accuracy=right / n)
        for n, confidence, right in sums.tolist()
        if n
    )


def _draw_curves(judge: Judge, per_class: Sequence[ClassFigures]) -> tuple[RocCurve, ...]:
    drawn = [
        (figures.name, *ranking.curve())
        for figures, ranking in zip(per_class, judge.rankings, strict=True)
        if figures.roc_auc is not None
    ]
    return tuple(
        RocCurve(name=name, x=x.round(4).tolist(), y=y.round(4).tolist()) for name, x, y in drawn
    )


def _find_errors(
    said: NDArray[np.float64],
    truth: NDArray[np.int64],
    groups: NDArray[np.str_],
    rows: NDArray[np.int64],
    classes: Sequence[str],
) -> tuple[ConfidentError, ...]:
    answer, confidence = said.argmax(axis=1), said.max(axis=1)
    wrong = np.flatnonzero(answer != truth)
    surest = wrong[np.argsort(-confidence[wrong], kind="stable")]
    return tuple(
        ConfidentError(
            row=int(rows[i]),
            group=str(groups[i]),
            target=classes[truth[i]],
            said=classes[answer[i]],
            confidence=round(float(confidence[i]), 4),
        )
        for i in surest
    )
