"""`SanityCheck`: the outcome of a check with randomised weights; needs no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_AGREEMENT = 0.5
"""Rank correlation above which heatmaps are said to agree."""


@dataclass(frozen=True, slots=True, eq=False)
class SanityCheck:
    """How far heatmaps agree with those of the same network with fresh weights.

    Attributes
    ----------
    rank_correlation
        ``(N,)`` per sample, the mean over several draws; NaN where the heatmap is all zero.
    layer
        Layer that was explained.
    """

    rank_correlation: NDArray[np.float64]
    layer: str

    @property
    def mean(self) -> float:
        """Mean over the samples; NaN where no sample has a heatmap."""
        known = self.rank_correlation[~np.isnan(self.rank_correlation)]
        return float(known.mean()) if len(known) else float("nan")

    @property
    def is_sane(self) -> bool:
        """Whether they do not agree, so that the heatmaps come from what was learned."""
        return self.mean < MOST_AGREEMENT

    def describe(self) -> str:
        """Say it in a sentence for the person who asked."""
        if np.isnan(self.mean):
            return "All heatmaps are zero, so there is nothing to be checked; choose another layer."
        agreement = f"rank correlation {self.mean:.2f}"
        if self.is_sane:
            return (
                f"With fresh weights the heatmaps are others ({agreement}, below "
                f"{MOST_AGREEMENT}): they come from what the network learned."
            )
        return (
            f"With fresh weights the heatmaps stay alike ({agreement}, not below "
            f"{MOST_AGREEMENT}): they show what the pictures look like, not what the network "
            "learned; choose another layer or method."
        )
