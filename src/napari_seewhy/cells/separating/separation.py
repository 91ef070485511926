"""`Separation`: what was found to tell two classes apart, in tables and in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Separation:
    """What tells two classes apart.

    Attributes
    ----------
    of, against
        The two classes.
    features
        One row per measurement, the best first; columns as in `rank_features`.
    pairs
        One row per pair, the best first; columns as in `rank_pairs`.
    n_cells
        Cells that were compared.
    baseline, baseline_class
        Share that is right when always the more frequent class is said; that class.
    grouped_by
        Column whose values stayed together in the cross-validation, "" = none.
    left_out
        Columns that were not compared, and why.
    warnings
        Sentences for the person who reads the figures.
    """

    of: str
    against: str
    features: pd.DataFrame
    pairs: pd.DataFrame
    n_cells: int
    baseline: float
    baseline_class: str
    grouped_by: str
    left_out: dict[str, str]
    warnings: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What the best pair can do, beside always saying the more frequent class."""
        always = f"always saying {self.baseline_class} is right for {_percent(self.baseline)}"
        if self.pairs.empty:
            best = self.features.iloc[0]
            return f"{best['feature']} alone reaches an area under the curve of {best['auc']:.2f}."
        best = self.pairs.iloc[0]
        pair = f"{best['feature_x']} × {best['feature_y']}"
        error = np.sqrt(self.baseline * (1 - self.baseline) / max(best["n_cells"], 1))
        if not best["accuracy"] > self.baseline + 2 * error:
            return (
                f"No pair separates {self.of} from {self.against}: the best, {pair}, is right for "
                f"{_percent(best['accuracy'])} of the cells; {always}."
            )
        by = f" of another {self.grouped_by}" if self.grouped_by else " that were not learned from"
        share = _percent(best["accuracy"])
        return (
            f"{pair} already separates {share} of the cells{by} into {self.of} and {self.against}; "
            f"{always}."
        )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
