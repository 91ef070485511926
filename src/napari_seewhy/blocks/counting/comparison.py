"""Efficiencies that were predicted against those that were measured."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_FEWEST = 3
"""Two points always lie on a line."""


@dataclass(frozen=True, slots=True)
class EfficiencyComparison:
    """How well predicted efficiencies follow measured ones.

    Attributes
    ----------
    pearson_r, spearman_r
        Correlation of the values and of their ranks; None of fewer than three, or where either
        side is constant.
    mae
        Mean absolute error, 0..1.
    bias
        Mean of predicted minus measured.
    n
        Number of fields or dishes.
    """

    pearson_r: float | None
    spearman_r: float | None
    mae: float
    bias: float
    n: int

    def describe(self) -> str:
        """Say it in one sentence."""
        errors = f"mean absolute error {100 * self.mae:.1f} points, bias {100 * self.bias:+.1f}"
        if self.pearson_r is None or self.spearman_r is None:
            return f"{errors} (n = {self.n}; too few or all alike for a correlation)"
        return f"r = {self.pearson_r:.3f}, Spearman {self.spearman_r:.3f}, {errors} (n = {self.n})"

    def to_json(self) -> dict[str, float | int | None]:
        """Return plain values."""
        return asdict(self)


def compare_efficiencies(predicted: ArrayLike, measured: ArrayLike) -> EfficiencyComparison:
    """Compare efficiencies that were predicted with those that were measured.

    Parameters
    ----------
    predicted, measured
        ``(n,)``, 0..1, of the same fields or dishes.

    Raises
    ------
    DataError
        If there are none, or not as many of both.

    Examples
    --------
    >>> compare_efficiencies([0.1, 0.2, 0.4], [0.2, 0.3, 0.5]).describe()
    'r = 1.000, Spearman 1.000, mean absolute error 10.0 points, bias -10.0 (n = 3)'
    """
    said, true = np.asarray(predicted, np.float64), np.asarray(measured, np.float64)
    if said.shape != true.shape or said.ndim != 1 or not len(said):
        raise DataError(
            f"There are {said.size} predicted and {true.size} measured efficiencies; give one of "
            "each for every field."
        )
    errors = said - true
    r, rho = None, None
    if len(said) >= _FEWEST and min(np.ptp(said), np.ptp(true)) > 0:
        from scipy.stats import pearsonr, spearmanr

        r, rho = float(pearsonr(said, true).statistic), float(spearmanr(said, true).statistic)
    return EfficiencyComparison(
        r, rho, float(np.abs(errors).mean()), float(errors.mean()), len(said)
    )
