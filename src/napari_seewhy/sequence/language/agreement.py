"""How scores agree with measured effects, and what a lab learns from a fifth of its own table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from napari_seewhy.sequence.language.proteins import (
    AMINO_ACIDS,
    HYDROPATHY,
    blosum62,
    parse_substitution,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_LEARNED_SHARE = 0.2
_RIDGE, _NEAR_PLACES = 3.0, 3.0


def compare_scores(
    table: pd.DataFrame, measured_column: str, others: Sequence[str], seed: int
) -> pd.DataFrame:
    """Return the Spearman correlation of every score with what was measured.

    Two supervised ridges stand below: they learn from a fifth of the table itself, which is what a
    lab that measured some substitutions can really do.

    Parameters
    ----------
    table
        One row per substitution with all scores.
    measured_column, others
        Columns of what was measured, and of scores made elsewhere.
    seed
        Of the choice of the fifth.

    Returns
    -------
    DataFrame
        ``score``, ``spearman``, ``n``.
    """
    table = table[table[measured_column].notna()]
    measured = table[measured_column]
    named = {"BLOSUM62": "blosum62", "codon usage": "codon usage"}
    named |= {"model": "model", "counted contexts": "contexts"} | {name: name for name in others}
    rows = []
    for name, column in named.items():
        known = table[column].notna()
        rho = _correlate(table[column][known].to_numpy(), measured[known].to_numpy())
        rows.append({"score": name, "spearman": rho, "n": int(known.sum())})
    for by_place in (False, True):
        said, is_new = learn_ridge(table, measured.to_numpy(), seed, by_place=by_place)
        rho = _correlate(said[is_new], measured.to_numpy()[is_new])
        kind = "places" if by_place else "substitutions"
        name = f"ridge that learned a fifth of the {kind}"
        rows.append({"score": name, "spearman": rho, "n": int(is_new.sum())})
    return pd.DataFrame(rows)


def _correlate(score: NDArray[np.float64], measured: NDArray[np.float64]) -> float:
    """Return Spearman's correlation; 0 for a score that is the same everywhere."""
    from scipy.stats import spearmanr

    if min(np.ptp(score), np.ptp(measured)) == 0:
        return 0.0
    return float(spearmanr(score, measured).statistic)


def learn_ridge(
    table: pd.DataFrame, measured: NDArray[np.float64], seed: int, *, by_place: bool
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Learn the effect of substitutions from a fifth of them, and predict all.

    Parameters
    ----------
    table
        ``mutant`` and ``place`` of each substitution.
    measured
        ``(n,)`` effects.
    seed
        Of the choice of the fifth.
    by_place
        Whether places are learned from or left out as a whole; else substitutions.

    Returns
    -------
    said, is_new
        ``(n,)`` predictions, and which were not learned from.
    """
    from sklearn.linear_model import Ridge

    generator = np.random.default_rng(seed)
    units = table["place"].to_numpy() if by_place else np.arange(len(table))
    every = np.unique(units)
    chosen = generator.choice(every, round(_LEARNED_SHARE * len(every)), replace=False)
    is_new = ~np.isin(units, chosen)
    features = _describe(table)
    ridge = Ridge(alpha=_RIDGE).fit(features[~is_new], measured[~is_new])
    said = ridge.predict(features)
    # What is left over at near places of the chain, for neighbours share their surroundings.
    places = table["place"].to_numpy(np.float64)
    left = measured[~is_new] - said[~is_new]
    near = np.exp(-np.abs(places[:, None] - places[~is_new][None]) / _NEAR_PLACES)
    return said + (near @ left) / (near.sum(1) + _RIDGE), is_new


def _describe(table: pd.DataFrame) -> NDArray[np.float64]:
    """Return what is known of each substitution: both amino acids and how alike they are."""
    words = [parse_substitution(word) for word in table["mutant"]]
    ones = [one for one in words if one is not None]
    wild, other = (
        np.array([[getattr(one, key) == amino for amino in AMINO_ACIDS] for one in ones], float)
        for key in ("wild", "other")
    )
    rows = [
        (
            blosum62(one.wild, one.other) / 4,
            HYDROPATHY[one.other] / 3,
            (HYDROPATHY[one.other] - HYDROPATHY[one.wild]) / 3,
            abs(HYDROPATHY[one.other] - HYDROPATHY[one.wild]) / 3,
            float(one.other == "P"),
        )
        for one in ones
    ]
    return np.hstack([wild, other, np.array(rows)])
