"""How scores agree with measured effects, and what a lab learns from a fifth of its own table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from napari_seewhy.sequence.language.proteins import (
    AMINO_ACIDS,
    amino_properties,
    blosum62,
    parse_substitution,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_LEARNED_SHARE = 0.2
_FEWEST_UNITS = 20
"""A fifth of fewer places or substitutions teaches nothing."""

_MOST_LEARNED = 4000
"""More would fill the memory, and are chosen from."""

_RIDGE, _NEAR_PLACES = 0.6, 4.0
_TURN_PLACES = 3.6
"""Amino acids in one turn of a helix."""


def compare_scores(
    table: pd.DataFrame, measured_column: str, others: Sequence[str], seed: int
) -> pd.DataFrame:
    """Return the Spearman correlation of every score with what was measured.

    Two supervised ridges stand below where the changes are substitutions: they learn from a fifth
    of the table itself, which is what a lab that measured some can really do.

    Parameters
    ----------
    table
        One row per change with all scores.
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
        if column not in table:
            continue
        known = table[column].notna()
        rho = _correlate(table[column][known].to_numpy(), measured[known].to_numpy())
        rows.append({"score": name, "spearman": rho, "n": int(known.sum())})
    for by_place in (False, True):
        units = table["place" if by_place else "mutant"].nunique() if "mutant" in table else 0
        if units < _FEWEST_UNITS:
            continue
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
    table: pd.DataFrame,
    measured: NDArray[np.float64],
    seed: int,
    *,
    by_place: bool,
    share: float = _LEARNED_SHARE,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Learn the effect of substitutions from a share of them, a fifth usually, and predict all.

    A kernel ridge: substitutions are alike where their amino acids are, where their places are near
    in the chain or one turn of a helix apart, and most where both is so.

    Parameters
    ----------
    table
        ``mutant`` and ``place`` of each substitution.
    measured
        ``(n,)`` effects.
    seed
        Of the choice of what is learned from.
    by_place
        Whether places are learned from or left out as a whole; else substitutions.
    share
        Of places or substitutions, to learn from.

    Returns
    -------
    said, is_new
        ``(n,)`` predictions, and which were not learned from.
    """
    generator = np.random.default_rng(seed)
    units = table["place"].to_numpy() if by_place else np.arange(len(table))
    every = np.unique(units)
    chosen = generator.choice(every, round(share * len(every)), replace=False)
    is_new = ~np.isin(units, chosen)
    learned = np.flatnonzero(~is_new)
    if len(learned) > _MOST_LEARNED:
        learned = generator.choice(learned, _MOST_LEARNED, replace=False)
    each = _describe(table)
    known, mean = each.take(learned), measured[learned].mean()
    alike = _relate(known, known) + _RIDGE * np.eye(len(learned))
    weights = np.linalg.solve(alike, measured[learned] - mean)
    parts = np.array_split(np.arange(len(table)), -(-len(table) // _MOST_LEARNED))
    said = [mean + _relate(each.take(rows), known) @ weights for rows in parts]
    return np.concatenate(said), is_new


class _Described(NamedTuple):
    """What is known of substitutions.

    Attributes
    ----------
    places
        ``(n,)`` where in the chain.
    other
        ``(n, 6)`` properties of the new amino acid.
    change
        ``(n, 19)`` properties of both, their difference, and BLOSUM62.
    linear
        ``(n, 45)`` both amino acids as one of 20 each, and how alike they are.
    """

    places: NDArray[np.float64]
    other: NDArray[np.float64]
    change: NDArray[np.float64]
    linear: NDArray[np.float64]

    def take(self, rows: NDArray[np.int64]) -> _Described:
        return _Described(*(values[rows] for values in self))


def _describe(table: pd.DataFrame) -> _Described:
    words = [parse_substitution(word) for word in table["mutant"]]
    ones = [one for one in words if one is not None]
    wild, other = (
        np.array([AMINO_ACIDS.index(getattr(one, key)) for one in ones])
        for key in ("wild", "other")
    )
    kinds, properties = np.eye(len(AMINO_ACIDS)), amino_properties()
    similar = np.array([[blosum62(one.wild, one.other)] for one in ones], float)
    change = properties[other] - properties[wild]
    hydropathy = change[:, 3:4]
    proline = (table["mutant"].str[-1] == "P").to_numpy(float)[:, None]
    columns = [kinds[wild], kinds[other], similar, hydropathy, np.abs(hydropathy), proline]
    linear = np.hstack(columns)
    linear = (linear - linear.mean(0)) / (linear.std(0) + 1e-6)
    pair = np.hstack([properties[wild], properties[other], change, 0.75 * similar])
    return _Described(table["place"].to_numpy(np.float64), properties[other], pair, linear)


def _relate(some: _Described, others: _Described) -> NDArray[np.float64]:
    """Return how alike substitutions are ``(n, m)``."""
    apart = np.abs(some.places[:, None] - others.places)
    chain = np.exp(-apart / _NEAR_PLACES) * (1 + np.cos(2 * np.pi * apart / _TURN_PLACES)) / 2
    linear = some.linear @ others.linear.T / some.linear.shape[1]
    kinds, both = _near(some.change, others.change), chain * _near(some.other, others.other)
    alike: NDArray[np.float64] = chain + kinds + both + linear / 2
    return alike


def _near(some: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.spatial.distance import cdist

    near: NDArray[np.float64] = np.exp(-cdist(some, others, "sqeuclidean") / (2 * some.shape[1]))
    return near
