"""Which sites are conserved between species, under each rule, and how many chance would keep."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    controls
        Identity, and whether the motif lies there, of the sites of each control.
    is_kept
        ``(n_sites,)`` whether the rule keeps the site.
    counts
        One row per kind of evidence and rule: sites, motifs, and what the controls keep.
    """

    scan: Scan
    identity: NDArray[np.float64]
    has_motif: NDArray[np.bool_]
    is_aligned: NDArray[np.bool_]
    controls: tuple[tuple[NDArray[np.float64], NDArray[np.bool_]], ...]
    is_kept: NDArray[np.bool_]
    counts: pd.DataFrame

    def judge(self, options: ConserveOptions) -> Conserved:
        """Apply another rule, kind of evidence or bound of identity; nothing is scanned again.

        Without another species there is nothing to judge, and every site is kept.
        """
        rules = _find_rules(self.identity, self.has_motif, self.scan.species, options)
        rule = options.rule
        if len(self.scan.species) == 1:
            is_kept = np.ones(len(self.identity), bool)
        elif rule == "at least":
            votes = _find_votes(self.identity, self.has_motif, options)[options.evidence]
            is_kept = votes.sum(1) >= options.at_least
        else:
            is_kept = rules[options.evidence, rule]
        return replace(self, is_kept=is_kept, counts=_count(self, rules, options))


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
    scans, compared = [], []
    for run in range(n_runs):
        searched = [one.permute(generator) for one in matrices] if run else matrices
        about = f"control {run} of {options.n_controls}: " if run else ""
        task = map_steps(
            scan_steps(searched, alignments, options),
            lambda step, run=run, about=about: Step(  # type: ignore[misc]  # a lambda with defaults is not inferred
                run * step.total + step.done, n_runs * step.total, about + step.message
            ),
        )
        scans.append((yield from task))
        compared.append(_compare(scans[-1], alignments, options))
    controls = tuple((identity, has_motif) for identity, has_motif, _ in compared[1:])
    nothing = np.zeros(0, bool), pd.DataFrame()
    return Conserved(scans[0], *compared[0], controls, *nothing).judge(options)


def _compare(
    scan: Scan, alignments: Alignments, options: ConserveOptions
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return identity, whether the motif lies there, and whether the species is aligned."""
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
    return identity, has_motif, is_aligned


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


def _find_votes(
    identity: NDArray[np.float64], has_motif: NDArray[np.bool_], options: ConserveOptions
) -> dict[str, NDArray[np.bool_]]:
    return {"identity": 100 * identity > options.identity_percent, "motif": has_motif}


def _find_rules(
    identity: NDArray[np.float64],
    has_motif: NDArray[np.bool_],
    species: Sequence[str],
    options: ConserveOptions,
) -> dict[tuple[str, str], NDArray[np.bool_]]:
    """Return which sites every kind of evidence and rule keeps, whichever is chosen."""
    reference, *others = species
    rules = {}
    for evidence, votes in _find_votes(identity, has_motif, options).items():
        sums = votes.sum(1)
        for number, name in enumerate(others):
            rules[evidence, f"{reference}/{name}"] = votes[:, number]
        rules[evidence, "either"] = sums >= 1
        for least in range(2, len(others)):
            rules[evidence, f"at least {least}"] = sums >= least
        rules[evidence, "all"] = sums >= max(1, len(others))
    return rules


def _count(
    found: Conserved,
    rules: dict[tuple[str, str], NDArray[np.bool_]],
    options: ConserveOptions,
) -> pd.DataFrame:
    """Count the sites and motifs that each rule keeps, and the sites of the controls."""
    species, matrix = found.scan.species, found.scan.hits[0].matrix
    rows = [("", f"sites in {species[0]}", len(matrix), len(np.unique(matrix)))]
    for (evidence, rule), is_kept in rules.items():
        rows.append((evidence, rule, int(is_kept.sum()), len(np.unique(matrix[is_kept]))))
    table = pd.DataFrame(rows, columns=["evidence", "rule", "sites", "motifs"])
    if found.controls:
        kept = (_find_rules(*one, species, options).values() for one in found.controls)
        counts = np.array(
            [
                [len(identity), *(int(is_kept.sum()) for is_kept in masks)]
                for (identity, _), masks in zip(found.controls, kept, strict=True)
            ]
        )
        table["sites by chance"] = counts.mean(0)
        table["fewest by chance"] = counts.min(0)
        table["most by chance"] = counts.max(0)
    return table
