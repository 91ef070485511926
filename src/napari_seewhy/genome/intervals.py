"""Intervals of one chromosome with a value each, and their means in bins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_BASES = 1e-6
"""Less of a bin than this is the rounding of its edges."""


class Intervals(NamedTuple):
    """Intervals of one chromosome and their values, sorted, none overlapping.

    Attributes
    ----------
    start, end
        ``(n,)`` 0-based, half-open.
    value
        ``(n,)``.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    value: NDArray[np.float64]

    def bin_means(self, edges: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean value per measured base between neighbouring edges.

        Parameters
        ----------
        edges
            ``(k + 1,)`` ascending positions.

        Returns
        -------
        ndarray, shape ``(k,)``
            NaN where nothing was measured.
        """
        if not len(self.start):
            return np.full(len(edges) - 1, np.nan)
        widths = self.end - self.start
        n_bases = self._integrate(widths, edges)
        total = self._integrate(self.value * widths, edges)
        means: NDArray[np.float64] = np.full(len(edges) - 1, np.nan)
        np.divide(total, n_bases, out=means, where=n_bases > _LEAST_BASES)
        return means

    def _integrate(self, gains: NDArray[Any], edges: NDArray[np.float64]) -> NDArray[np.float64]:
        # The integral of a step function is linear between its corners.
        corners = np.column_stack([self.start, self.end]).ravel().astype(np.float64)
        steps = np.column_stack([np.zeros(len(self.start)), gains])
        found: NDArray[np.float64] = np.diff(np.interp(edges, corners, np.cumsum(steps.ravel())))
        return found

    def fill(self, start: int, end: int) -> Intervals:
        """Return these intervals and those between them, from a start to an end, with value 0."""
        ends = [start] if not len(self.start) or start < self.start[0] else []
        ends += [end] if not len(self.end) or end > self.end[-1] else []
        edges = np.unique(np.concatenate([self.start, self.end, np.array(ends, np.int64)]))
        value = np.zeros(len(edges) - 1)
        value[np.searchsorted(edges, self.start)] = self.value
        return Intervals(edges[:-1], edges[1:], value)
