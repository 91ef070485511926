"""Judging two measurements together: logistic regression, cross-validated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.separating.compared_cells import standardise
from napari_seewhy.cells.separating.pair_rule import PairRule
from napari_seewhy.cells.separating.rank_auc import rank_auc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.separating.compared_cells import ComparedCells
    from napari_seewhy.cells.separating.folds import Folds


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
