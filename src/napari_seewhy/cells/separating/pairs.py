"""Two measurements together: the rule that divides classes by them, and how good it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from napari_seewhy.cells.separating.compared_cells import standardise
from napari_seewhy.cells.separating.rank_auc import rank_auc

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.cells.separating.compared_cells import ComparedCells
    from napari_seewhy.cells.separating.folds import Folds


_UNSEEN = 1e-4
"""Share of an axis that is less than a pixel."""


@dataclass(frozen=True, slots=True)
class PairRule:
    """Says of which class a cell is by two of its measurements (logistic regression).

    With ``u = ln(x)``, ``v = ln(y)`` where `is_log` and ``u = x``, ``v = y`` otherwise, the odds of
    the class are ``exp(intercept + weight_x u + weight_y v + weight_product u v)``; on the line
    they are even. Of two logarithms no product is needed: their line is
    ``x**weight_x * y**weight_y = exp(-intercept)``, the product itself where both weights are
    alike.

    Attributes
    ----------
    feature_x, feature_y
        Names of the measurements.
    is_log
        Whether their logarithms are compared.
    intercept, weight_x, weight_y, weight_product
        Of the regression, for the measurements in their own units.
    """

    feature_x: str
    feature_y: str
    is_log: bool
    intercept: float
    weight_x: float
    weight_y: float
    weight_product: float = 0.0

    @classmethod
    def of_row(cls, row: Mapping[Any, Any] | pd.Series[Any]) -> Self:
        """Return the rule of one row of the table of pairs."""
        names = ("intercept", "weight_x", "weight_y", "weight_product")
        numbers = {name: float(row[name]) for name in names}
        return cls(str(row["feature_x"]), str(row["feature_y"]), bool(row["is_log"]), **numbers)

    def judge(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Return the logarithm of the odds of the class; above 0 it is the more probable one.

        Examples
        --------
        >>> rule = PairRule("area", "DNA", True, -np.log(12.0), 1.0, 1.0)
        >>> (rule.judge([3.0, 5.0], [3.0, 5.0]) > 0).tolist()
        [False, True]
        """
        u, v = self._to_scale(x), self._to_scale(y)
        odds: NDArray[np.float64] = (
            self.intercept + self.weight_x * u + self.weight_y * v + self.weight_product * u * v
        )
        return odds

    def line(
        self, x_limits: tuple[float, float], y_limits: tuple[float, float], n_points: int = 200
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Draw the line on which both classes are as probable.

        Parameters
        ----------
        x_limits, y_limits
            What of the plot is seen, in the units of the measurements.
        n_points
            Points along the line.

        Returns
        -------
        x, y
            ``(n_points,)`` each; NaN where the line leaves the plot. An empty plot, or one without
            positive values for logarithms, has NaN alone.

        Examples
        --------
        >>> rule = PairRule("area", "DNA", True, -np.log(12.0), 1.0, 1.0)
        >>> x, y = rule.line((2, 6), (2, 6))
        >>> bool(np.allclose(x * y, 12))
        True
        """
        (u_low, u_high), (v_low, v_high) = self._limits(x_limits), self._limits(y_limits)
        if np.isnan([u_low, u_high, v_low, v_high]).any():
            return np.full(n_points, np.nan), np.full(n_points, np.nan)
        u, v = np.linspace(u_low, u_high, n_points), np.linspace(v_low, v_high, n_points)
        # Along the axis in which the line is flatter, so that a steep one is drawn as well.
        slope_u = abs(self.weight_x + self.weight_product * v.mean()) * (u_high - u_low)
        slope_v = abs(self.weight_y + self.weight_product * u.mean()) * (v_high - v_low)
        with np.errstate(divide="ignore", invalid="ignore"):
            if slope_u > slope_v:
                u = -(self.intercept + self.weight_y * v) / (
                    self.weight_x + self.weight_product * v
                )
            else:
                v = -(self.intercept + self.weight_x * u) / (
                    self.weight_y + self.weight_product * u
                )
            is_seen = (u >= u_low) & (u <= u_high) & (v >= v_low) & (v <= v_high)
        u, v = np.where(is_seen, u, np.nan), np.where(is_seen, v, np.nan)
        return (np.exp(u), np.exp(v)) if self.is_log else (u, v)

    def _limits(self, limits: tuple[float, float]) -> NDArray[np.float64]:
        low, high = limits
        if self.is_log and low <= 0:
            # A logarithm ends at 0, where a plot may continue; smaller values cannot be seen.
            low = high * _UNSEEN
        return self._to_scale([low, high])

    def _to_scale(self, values: ArrayLike) -> NDArray[np.float64]:
        numbers = np.asarray(values, float)
        if not self.is_log:
            return numbers
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(numbers > 0, np.log(numbers), np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two measurements of the cells that have both.

    Attributes
    ----------
    first, second
        Places of the measurements.
    is_log
        Whether their logarithms are compared, which is so where all values are positive.
    terms
        ``(N, 2)``, or ``(N, 3)`` with the product; standardised.
    mean, spread
        ``(2,)`` what was taken off and divided by.
    is_known
        ``(N,)`` whether a cell has both.
    """

    first: int
    second: int
    is_log: bool
    terms: NDArray[np.float64]
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    is_known: NDArray[np.bool_]


def take_pair(cells: ComparedCells, first: int, second: int, *, has_product: bool) -> Pair:
    """Prepare two measurements for the regression.

    Parameters
    ----------
    cells
        All cells.
    first, second
        Places of the measurements in it.
    has_product
        Whether the product is a term too; between logarithms it never is, where it is the sum.
    """
    values = cells.values[:, [first, second]]
    is_known = np.asarray(np.isfinite(values).all(axis=1))
    is_log = bool((values[is_known] > 0).all())
    values = np.log(np.where(is_known[:, np.newaxis], values, 1.0)) if is_log else values
    values = np.where(is_known[:, np.newaxis], values, np.nan)
    terms, spread = standardise(values)
    if has_product and not is_log:
        terms = np.column_stack([terms, terms.prod(axis=1)])
    mean = np.nanmean(values, axis=0) if is_known.any() else np.zeros(2)
    return Pair(first, second, is_log, terms, mean, np.where(spread > 0, spread, 1), is_known)


def judge_pair(pair: Pair, is_of: NDArray[np.bool_], folds: Folds) -> dict[str, float]:
    """Cross-validate a pair.

    Returns
    -------
    dict
        ``auc``: mean over the folds that judge both classes; ``auc_sd`` its standard deviation over
        them; ``accuracy`` and ``balanced_accuracy`` over all cells that were judged; ``n_cells``.
        NaN where no fold can be judged.
    """
    said = np.full(len(is_of), np.nan)
    areas = []
    for learned, judged in folds:
        learn, judge = learned[pair.is_known[learned]], judged[pair.is_known[judged]]
        if len(set(is_of[learn])) < 2 or not len(judge):
            continue
        said[judge] = _fit(pair.terms[learn], is_of[learn]).decision_function(pair.terms[judge])
        areas.append(rank_auc(said[judge, np.newaxis], is_of[judge])[0])
    known = np.flatnonzero(~np.isnan(said))
    is_right = (said[known] > 0) == is_of[known]
    recalls = [_mean(is_right[is_of[known] == side]) for side in (True, False)]
    return {
        "auc": _mean(areas),
        "auc_sd": _spread(areas),
        "accuracy": _mean(is_right),
        "balanced_accuracy": sum(recalls) / 2,
        "n_cells": len(known),
    }


def learn_rule(pair: Pair, is_of: NDArray[np.bool_], names: tuple[str, ...]) -> PairRule:
    """Fit the rule of a pair to all cells, for the measurements in their own units."""
    fitted = _fit(pair.terms[pair.is_known], is_of[pair.is_known])
    weights = np.append(fitted.coef_[0], 0.0)[:3]
    (mean_x, mean_y), (spread_x, spread_y) = pair.mean, pair.spread
    product = weights[2] / (spread_x * spread_y)
    weight_x, weight_y = weights[0] / spread_x, weights[1] / spread_y
    return PairRule(
        names[pair.first],
        names[pair.second],
        pair.is_log,
        float(
            fitted.intercept_[0] - weight_x * mean_x - weight_y * mean_y + product * mean_x * mean_y
        ),
        float(weight_x - product * mean_y),
        float(weight_y - product * mean_x),
        float(product),
    )


def _fit(terms: NDArray[np.float64], is_of: NDArray[np.bool_]) -> Any:
    from sklearn.linear_model import LogisticRegression

    # Newton's method is the fastest for many cells and two or three terms.
    return LogisticRegression(solver="newton-cholesky").fit(terms, is_of)


def _mean(values: Any) -> float:
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    return float(known.mean()) if len(known) else float("nan")


def _spread(values: Any) -> float:
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    return float(known.std()) if len(known) else float("nan")
