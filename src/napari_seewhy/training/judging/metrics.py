"""Figures of a classifier, those of ranking among them, for many resamplings at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from napari_seewhy.training.judging.calibrate import N_BINS, bin_by_confidence, calibration_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


class RankFigures(NamedTuple):
    """Area under the ROC curve and average precision, ``(B,)`` each; NaN where undefined."""

    roc_auc: NDArray[np.float64]
    average_precision: NDArray[np.float64]


class Ranking:
    """Samples in the order in which a model takes them for one class, the surest first.

    Parameters
    ----------
    probability
        ``(N,)`` how probable the class is.
    is_class
        ``(N,)`` whether it is so.
    unit
        ``(N,)`` number of what is drawn as a whole.
    """

    def __init__(
        self, probability: NDArray[np.float64], is_class: NDArray[np.bool_], unit: NDArray[np.int64]
    ) -> None:
        order = np.argsort(-probability, kind="stable")
        ranked = probability[order]
        # Samples of the same probability cannot be distinguished, so they count together.
        self._ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
        self._is_class = is_class[order]
        self._unit = unit[order]

    def count(self, weights: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        """Count those taken for the class, rightly and wrongly, at every threshold.

        Parameters
        ----------
        weights
            ``(B, U)`` how often each unit was drawn.

        Returns
        -------
        tuple of two ndarrays ``(B, T + 1)``
            From none taken to all taken.
        """
        drawn = weights[:, self._unit]
        right = np.cumsum(drawn * self._is_class, axis=1)[:, self._ends]
        wrong = np.cumsum(drawn, axis=1)[:, self._ends] - right
        none = np.zeros((len(weights), 1))
        return np.hstack([none, right]), np.hstack([none, wrong])

    def measure(self, weights: NDArray[np.float64]) -> RankFigures:
        """Measure every resampling.

        The area is the sum of trapezoids; the average precision is the sum of the precision over
        the steps of the recall, without interpolation, as in scikit-learn.

        Parameters
        ----------
        weights
            ``(B, U)`` how often each unit was drawn.
        """
        right, wrong = self.count(weights)
        found = np.diff(right, axis=1)
        middle = (right[:, 1:] + right[:, :-1]) / 2
        taken = np.maximum(right + wrong, 1)[:, 1:]
        n_class, n_other = right[:, -1], wrong[:, -1]
        with np.errstate(invalid="ignore", divide="ignore"):
            area = (np.diff(wrong, axis=1) * middle).sum(axis=1) / (n_class * n_other)
            average = (found * right[:, 1:] / taken).sum(axis=1) / n_class
        return RankFigures(area, average)

    def curve(self, n_points: int = 200) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Draw the ROC curve: shares of others and of the class that are taken, thinned out.

        Parameters
        ----------
        n_points
            At most about so many points, evenly along the curve.
        """
        right, wrong = self.count(np.ones((1, int(self._unit.max()) + 1)))
        x, y = wrong[0] / wrong[0, -1], right[0] / right[0, -1]
        place = np.floor((x + y) / 2 * n_points)
        is_kept = np.append(True, place[1:] != place[:-1])
        is_kept[-1] = True
        return x[is_kept], y[is_kept]


Figures: TypeAlias = "dict[str, NDArray[np.float64]]"
"""Name of a figure -> ``(B,)`` or, per class, ``(B, K)``; NaN where it is undefined."""

_CHUNK = 2_000_000
"""Samples times resamplings that are held in memory at once (16 MB)."""


class Judge:
    """Answers of a model beside the truth, summed per unit so that resampling is a product.

    Parameters
    ----------
    probability
        ``(N, K)``, rows sum to 1.
    target
        ``(N,)`` classes, all known.
    unit
        ``(N,)`` number of what is drawn as a whole, from 0.

    Attributes
    ----------
    n_units
        Number of units.
    rankings
        One per class.
    """

    def __init__(
        self,
        probability: NDArray[np.float64],
        target: NDArray[np.int64],
        unit: NDArray[np.int64],
    ) -> None:
        n, n_classes = probability.shape
        self.n_units = int(unit.max()) + 1
        self._per_chunk = max(1, _CHUNK // n)
        cell = target * n_classes + probability.argmax(axis=1)
        self._cells = np.zeros((self.n_units, n_classes * n_classes))
        np.add.at(self._cells, (unit, cell), 1)
        shares = bin_by_confidence(probability, target)
        self._bins = np.zeros((self.n_units, N_BINS, 3))
        np.add.at(self._bins, (unit, shares.place), shares.values)
        self.rankings = [Ranking(probability[:, k], target == k, unit) for k in range(n_classes)]

    def confusion(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Count ``(B, K, K)``: rows the truth, columns what was said."""
        n_classes = len(self.rankings)
        counts: NDArray[np.float64] = (weights @ self._cells).reshape(-1, n_classes, n_classes)
        return counts

    def bins(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum ``(B, n_bins, 3)``: samples, confidence, right answers by confidence."""
        flat = self._bins.reshape(self.n_units, -1)
        sums: NDArray[np.float64] = (weights @ flat).reshape(-1, N_BINS, 3)
        return sums

    def measure(self, weights: NDArray[np.float64]) -> Figures:
        """Measure all figures.

        Parameters
        ----------
        weights
            ``(B, U)`` how often each unit counts.

        Returns
        -------
        dict
            ``accuracy``, ``balanced_accuracy``, ``calibration_error``, ``mean_roc_auc``; and per
            class ``recall``, ``precision``, ``f1``, ``roc_auc``, ``average_precision``.
        """
        confusion = self.confusion(weights)
        ranks = [ranking.measure(weights) for ranking in self.rankings]
        figures = _measure_confusion(confusion)
        is_absent = confusion.sum(axis=2) == 0
        figures["roc_auc"] = np.stack([rank.roc_auc for rank in ranks], axis=1)
        figures["average_precision"] = np.stack([rank.average_precision for rank in ranks], axis=1)
        # Of a class that is not there nothing is known, not even how precisely it is named.
        for values in figures.values():
            if values.ndim == 2:
                values[is_absent] = np.nan
        figures["balanced_accuracy"] = _mean_of_known(figures["recall"])
        figures["mean_roc_auc"] = _mean_of_known(figures["roc_auc"])
        figures["calibration_error"] = calibration_error(self.bins(weights))
        return figures

    def resample(self, n_rounds: int, seed: int) -> Figures:
        """Measure samples whose units are resampled, with replacement, again and again.

        The bootstrap over groups (cluster bootstrap, Field and Welsh 2007): samples of one group
        are alike, so drawing them one by one would make every figure look surer than it is.
        """
        chunks = [self.measure(weights) for weights in self._draw(n_rounds, seed)]
        return {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}

    def _draw(self, n_rounds: int, seed: int) -> Iterator[NDArray[np.float64]]:
        generator = np.random.default_rng(seed)
        n_units = self.n_units
        for first in range(0, n_rounds, self._per_chunk):
            n = min(self._per_chunk, n_rounds - first)
            drawn = generator.integers(0, n_units, (n, n_units))
            drawn += np.arange(n)[:, None] * n_units
            counts = np.bincount(drawn.ravel(), minlength=n * n_units)
            yield counts.reshape(n, n_units).astype(np.float64)


def _measure_confusion(confusion: NDArray[np.float64]) -> Figures:
    right = np.diagonal(confusion, axis1=1, axis2=2)
    n_true, n_said = confusion.sum(axis=2), confusion.sum(axis=1)
    with np.errstate(invalid="ignore"):
        return {
            "accuracy": right.sum(axis=1) / n_true.sum(axis=1),
            "recall": right / n_true,
            "precision": right / n_said,
            "f1": 2 * right / (n_true + n_said),
        }


def _mean_of_known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over classes, leaving out the undefined; NaN where all are."""
    is_known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        mean: NDArray[np.float64] = np.where(is_known, values, 0).sum(axis=1) / is_known.sum(axis=1)
    return mean
