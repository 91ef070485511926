"""How well the samples of one class are ranked above all others, for many resamplings at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
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
