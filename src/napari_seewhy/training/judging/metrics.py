"""Figures of a classifier, for many resamplings at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from napari_seewhy.training.judging.calibrate import N_BINS, bin_by_confidence, calibration_error
from napari_seewhy.training.judging.ranking import Ranking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

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
