"""Which sites are conserved between species, under each rule, and how many chance would keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from napari_seewhy.genome import UNKNOWN_BASE
from napari_seewhy.progress import Step, map_steps
from napari_seewhy.sequence.motifs.scanning import MotifOptions, scan_steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.progress import Task
    from napari_seewhy.sequence.motifs.alignments import Alignments
    from napari_seewhy.sequence.motifs.matrices import Matrix
    from napari_seewhy.sequence.motifs.scanning import Hits, Scan


class ConserveOptions(MotifOptions):
    """Which sites count as conserved."""

    evidence: Literal["motif", "identity"] = Field(
        "motif",
        title="What counts",
        description="The motif itself lies there in the other species, or the letters are alike.",
    )
    rule: Literal["either", "all", "at least"] = Field(
        "either",
        title="Rule",
        description="Conserved in one other species or more, in all, or in a number of them.",
    )
    at_least: int = Field(
        1,
        ge=1,
        title="Number of species",
        description="Other species that the rule 'at least' asks for.",
    )
    identity_percent: float = Field(
        50,
        ge=0,
        lt=100,
        title="Identity (%)",
        description="More of the letters under the site than this must be the same.",
    )
    shift_columns: int = Field(
        5,
        ge=0,
        le=100,
        title="Shift (columns)",
        description="Both ends of the motif in the other species may lie this far off.",
    )
    n_controls: int = Field(
        5,
        ge=0,
        le=100,
        title="Controls",
        description="How often matrices with permuted columns are scanned, to see what chance "
        "keeps.",
    )
    seed: int = Field(0, ge=0, title="Seed", description="Of the permutations.")


@dataclass(frozen=True, eq=False)
class Conserved:
    """Sites of the reference, and what the other species have there.

    Attributes
    ----------
    scan
        All sites of all species.
    identity
        ``(n_sites, n_others)`` share of the letters under the site that are the same.
    has_motif
        ``(n_sites, n_others)`` whether the motif lies there on the same strand.
    is_aligned
        ``(n_sites, n_others)`` whether the species has a base below half of the site or more.
    is_kept
        ``(n_sites,)`` whether the rule keeps the site.
    counts
        One row per kind of evidence and rule: sites, motifs, and what the controls keep.
    """

    scan: Scan
    identity: NDArray[np.float64]
    has_motif: NDArray[np.bool_]
    is_aligned: NDArray[np.bool_]
    is_kept: NDArray[np.bool_]
    counts: pd.DataFrame


@dataclass(frozen=True, eq=False)
class _Compared:
    identity: NDArray[np.float64]
    has_motif: NDArray[np.bool_]
    is_aligned: NDArray[np.bool_]


def conserve_steps(
    matrices: Sequence[Matrix], alignments: Alignments, options: ConserveOptions
) -> Task[Conserved]:
    """Find sites in the reference and say which are conserved.

    The control scans the same alignments with matrices whose columns are permuted: their scores
    have the same distribution, and what is kept of their sites is kept by chance and by the
    conservation of the promoter as a whole.

    Parameters
    ----------
    matrices, alignments
        What to look for, and where.
    options
        The rule, and what counts.

    Raises
    ------
    OptionError
        If a species is in no alignment.
    """
    n_runs = 1 + options.n_controls
    generator = np.random.default_rng(options.seed)
    counts = []
    for run in range(n_runs):
        searched = [one.permute(generator) for one in matrices] if run else matrices
        about = f"control {run} of {options.n_controls}: " if run else ""
        task = map_steps(
            scan_steps(searched, alignments, options),
            lambda step, run=run, about=about: Step(  # type: ignore[misc]  # a lambda with defaults is not inferred
                run * step.total + step.done, n_runs * step.total, about + step.message
            ),
        )
        scanned = yield from task
        compared = _compare(scanned, alignments, options)
        counts.append(_count(scanned, compared, options))
        if not run:
            scan, real = scanned, compared
    votes = _find_votes(real, options)[options.evidence].sum(1)
    n_others = len(scan.species) - 1
    needed = {"either": 1, "all": n_others, "at least": options.at_least}[options.rule]
    is_kept = (votes >= needed) & (n_others > 0)
    return Conserved(
        scan, real.identity, real.has_motif, real.is_aligned, is_kept, _add_chance(counts)
    )


def _compare(scan: Scan, alignments: Alignments, options: ConserveOptions) -> _Compared:
    reference, hits = scan.codes[0], scan.hits[0]
    bases = np.flatnonzero(reference <= UNKNOWN_BASE)
    shape = len(hits), len(scan.species) - 1
    identity, has_motif = np.zeros(shape), np.zeros(shape, bool)
    is_aligned = np.zeros(shape, bool)
    width = np.array([0]) if not len(hits) else _widths(hits, bases)
    for number, codes in enumerate(scan.codes[1:]):
        below = codes[bases]
        is_same = (below == reference[bases]) & (below < UNKNOWN_BASE)
        identity[:, number] = _sum_below(is_same, hits, width) / width
        is_base = below <= UNKNOWN_BASE
        is_aligned[:, number] = 2 * _sum_below(is_base, hits, width) >= width
        has_motif[:, number] = _find_partners(
            hits, scan.hits[number + 1], alignments.starts, options.shift_columns
        )
    return _Compared(identity, has_motif, is_aligned)


def _widths(hits: Hits, bases: NDArray[np.int64]) -> NDArray[np.int64]:
    widths: NDArray[np.int64] = np.searchsorted(bases, hits.last) - hits.base + 1
    return widths


def _sum_below(
    values: NDArray[np.bool_], hits: Hits, width: NDArray[np.int64]
) -> NDArray[np.int64]:
    sums = np.concatenate([[0], np.cumsum(values)])
    below: NDArray[np.int64] = sums[hits.base + width] - sums[hits.base] if len(hits) else sums[:0]
    return below


def _find_partners(
    hits: Hits, others: Hits, starts: NDArray[np.int64], shift: int
) -> NDArray[np.bool_]:
    """Say which sites have one of the same matrix and strand that begins and ends close by."""
    span = int(starts[-1]) + 2 * shift + 1
    group, other_group = (2 * one.matrix + one.is_reverse for one in (hits, others))
    # Ordered by matrix, strand and column, so that the sites close by are a stretch of the others.
    keys = other_group * span + others.first
    low = np.searchsorted(keys, group * span + hits.first - shift)
    high = np.searchsorted(keys, group * span + hits.first + shift, side="right")
    promoter = np.searchsorted(starts, hits.first, side="right")
    other_promoter = np.searchsorted(starts, others.first, side="right")
    found = np.zeros(len(hits), bool)
    for step in range(int((high - low).max(initial=0))):
        which = np.flatnonzero(low + step < high)
        other = low[which] + step
        found[which] |= (
            (np.abs(others.last[other] - hits.last[which]) <= shift)
            & (promoter[which] == other_promoter[other])
            & (group[which] == other_group[other])
        )
    return found


def _find_votes(compared: _Compared, options: ConserveOptions) -> dict[str, NDArray[np.bool_]]:
    is_alike = 100 * compared.identity > options.identity_percent
    return {"identity": is_alike, "motif": compared.has_motif}


def _count(scan: Scan, compared: _Compared, options: ConserveOptions) -> pd.DataFrame:
    """Count the sites and motifs that each rule keeps, whichever is chosen."""
    reference, *others = scan.species
    matrix = scan.hits[0].matrix
    rows = [("", f"sites in {reference}", len(matrix), len(np.unique(matrix)))]
    for evidence, votes in _find_votes(compared, options).items():
        sums = votes.sum(1)
        rules = {f"{reference}/{name}": votes[:, number] for number, name in enumerate(others)}
        rules["either"] = sums >= 1
        for least in range(2, len(others)):
            rules[f"at least {least}"] = sums >= least
        rules["all"] = sums >= max(1, len(others))
        for rule, is_kept in rules.items():
            n_motifs = len(np.unique(matrix[is_kept]))
            rows.append((evidence, rule, int(is_kept.sum()), n_motifs))
    return pd.DataFrame(rows, columns=["evidence", "rule", "sites", "motifs"])


def _add_chance(counts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    table = counts[0].copy()
    if len(counts) > 1:
        controls = np.stack([one["sites"].to_numpy() for one in counts[1:]])
        table["sites by chance"] = controls.mean(0)
        table["fewest by chance"] = controls.min(0)
        table["most by chance"] = controls.max(0)
    return table
