"""Numbers along the axes of a plot: short, and few enough to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg

if TYPE_CHECKING:
    from collections.abc import Sequence

_LETTERS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def format_tick(value: float) -> str:
    """Write a number in few letters.

    Examples
    --------
    >>> [format_tick(v) for v in (0.25, 7.0, 2500.0, 400000.0, 3e6)]
    ['0.25', '7', '2500', '400k', '3M']
    """
    for size, letter in _LETTERS:
        if abs(value) >= max(size, 1e4):
            return f"{value / size:.4g}{letter}"
    return f"{value:.4g}"


class Axis(pg.AxisItem):
    """An axis whose logarithmic ticks are at 1, 2 and 5 times the powers of ten."""

    def tickStrings(  # noqa: N802
        self, values: Sequence[float], scale: float, spacing: float | None
    ) -> list[str]:
        """Write the numbers at the ticks; none at those between the numbers of a logarithm."""
        if spacing is None:
            return [""] * len(values)
        return [format_tick(10**v if self.logMode else v) for v in values]

    def logTickValues(  # noqa: N802
        self, minVal: float, maxVal: float, size: float, stdTicks: object
    ) -> list[tuple[float | None, list[float]]]:
        """Choose where ticks are along a logarithmic axis."""
        powers = np.arange(np.floor(minVal), np.ceil(maxVal) + 1)
        factors = (1.0,) if maxVal - minVal > 2 else (1.0, 2.0, 5.0)
        ticks = np.add.outer(powers, np.log10(factors)).ravel()
        seen = ticks[(ticks >= minVal) & (ticks <= maxVal)]
        if len(seen) < 2:
            # Less than from one such number to the next is seen.
            seen = np.linspace(minVal, maxVal, 4)[1:-1]
        minor = np.add.outer(powers, np.log10(np.arange(1, 10))).ravel()
        rest = [tick for tick in minor if minVal <= tick <= maxVal and tick not in seen]
        return [(1.0, seen.tolist()), (None, rest)]
