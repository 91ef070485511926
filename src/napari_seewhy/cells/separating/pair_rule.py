"""The rule that tells two classes apart by two measurements, and its line in a plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

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
