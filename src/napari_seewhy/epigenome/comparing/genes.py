"""Comparing replicates gene by gene: what is summed about each start, and what is concluded."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.epigenome.comparing.options import CompareReplicatesOptions
from napari_seewhy.epigenome.comparing.statistics import Tested, q_values, test_levels, test_means
from napari_seewhy.epigenome.pictures import INDUCTION, NON_SIGNIFICANT, SUPPRESSION
from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.genome import (
    Track,
    estimate_depth,
    is_bigwig,
    match_chromosome,
    read_sites_steps,
)
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.comparing.replicates import Replicates, Sample
    from napari_seewhy.progress import Task

_DEFAULTS = CompareReplicatesOptions()
_PRIOR_SHARE = 0.25
"""Share of the median signal that is added before the logarithm: noise is no fold change."""

_LEVEL_PRIOR = 0.5


class _Sums(NamedTuple):
    """Sums about the start of each gene ``(G,)``: signal; methylated reads; all reads."""

    near: NDArray[np.float64]
    around: NDArray[np.float64]
    methylated: NDArray[np.float64]
    reads: NDArray[np.float64]
    methylated_around: NDArray[np.float64]
    reads_around: NDArray[np.float64]


def compare_replicates_steps(
    replicates: Replicates, genes: pd.DataFrame, options: CompareReplicatesOptions = _DEFAULTS
) -> Task[pd.DataFrame]:
    """Test for every gene whether treatment changes its chromatin or its methylation.

    A gene is changed where the signal about its start differs between the groups, and differs by
    another amount than in its surroundings: the larger of both p-values counts (intersection-union;
    Berger 1982, doi:10.1080/00401706.1982.10487790), so a change of the whole window, or beside the
    gene, is none. Chromatin is compared as logarithms by a moderated t-test, methylation as shares
    of reads by logistic regression.

    Parameters
    ----------
    replicates
        Tracks of treated and control samples.
    genes
        As `read_genes`.
    options
        Where a change counts.

    Returns
    -------
    DataFrame
        One row per gene: ``gene``, ``compound``, ``exposure``, ``chromosome``, ``tss``,
        ``chromatin_log2``, ``chromatin_p``, ``chromatin_q``, ``methylation_difference``,
        ``methylation_p``, ``methylation_q``, ``test``, the class that the tests give.

    Raises
    ------
    FileError, DataError
        If a track cannot be read, or knows none of the chromosomes.
    """
    sums: list[_Sums] = []
    samples = replicates.samples
    for number, sample in enumerate(samples):
        yield Step(number, len(samples), f"Reading sample {number + 1} of {len(samples)}")
        sums.append((yield from _sum_sample_steps(sample, genes, options)))
    n_unmeasured = int(np.isnan(_stack(sums, "near") + _stack(sums, "around")).any(axis=1).sum())
    if n_unmeasured:
        warnings.warn(
            f"Chromatin of {n_unmeasured:,} genes was not measured in every sample of "
            f"{replicates.compound}; it is not tested there.",
            SeewhyWarning,
            stacklevel=2,
        )
    depth = _find_depths(samples, options)
    yield Step(len(samples), len(samples), "Testing")
    n_treated = len(replicates.treated)
    near, around = (
        np.log2(values + _PRIOR_SHARE * max(float(np.median(values[values > 0])), 1e-12))
        for values in (_stack(sums, "near") / depth, _stack(sums, "around") / depth)
    )
    chromatin = _both(test_means(near, n_treated), test_means(near - around, n_treated))
    methylated, reads = _stack(sums, "methylated"), _stack(sums, "reads")
    apart = _angle(methylated, reads) - _angle(
        _stack(sums, "methylated_around"), _stack(sums, "reads_around")
    )
    methylation = _both(test_levels(methylated, reads, n_treated), test_means(apart, n_treated))
    return _tabulate(replicates, genes, chromatin, methylation, options.q)


def _both(near: Tested, apart: Tested) -> Tested:
    return Tested(near.difference, np.maximum(near.p, apart.p))


def _stack(sums: list[_Sums], name: str) -> NDArray[np.float64]:
    return np.stack([getattr(one, name) for one in sums], axis=1)


def _angle(methylated: NDArray[np.float64], reads: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return levels on the scale on which their counting noise is even; NaN without reads."""
    share = (methylated + _LEVEL_PRIOR) / (reads + 2 * _LEVEL_PRIOR)
    return np.where(reads > 0, np.arcsin(np.sqrt(share)), np.nan)


def _find_depths(
    samples: tuple[Sample, ...], options: CompareReplicatesOptions
) -> NDArray[np.float64]:
    """Return how many times deeper each sample was sequenced than the last control."""
    with Track(samples[-1].chromatin) as reference:
        depths = []
        for sample in samples:
            with Track(sample.chromatin) as track:
                depths.append(estimate_depth(track, reference, options.depth))
    return np.array(depths)


def _sum_sample_steps(
    sample: Sample, genes: pd.DataFrame, options: CompareReplicatesOptions
) -> Task[_Sums]:
    near, around = _sum_chromatin(sample.chromatin, genes, options)
    sites = yield from _read_sites_steps(sample.methylation, genes, options)
    columns = [np.zeros(len(genes)) for _ in range(4)]
    names = list(sites)
    for chromosome, rows in genes.groupby("chromosome").indices.items():
        name = match_chromosome(str(chromosome), dict.fromkeys(names, 1))
        if name is None:
            continue
        start, hits, reads = sites[name]
        tss = genes["tss"].to_numpy()[rows]
        inner = [np.searchsorted(start, tss + side * options.methylation_bp) for side in (-1, 1)]
        outer = [np.searchsorted(start, tss + side * options.reach_bp) for side in (-1, 1)]
        for place, values in enumerate((hits, reads)):
            total = np.concatenate([[0.0], np.cumsum(values)])
            inside = total[inner[1]] - total[inner[0]]
            columns[place][rows] = inside
            columns[place + 2][rows] = total[outer[1]] - total[outer[0]] - inside
    return _Sums(near, around, *columns)


def _sum_chromatin(
    path: Path, genes: pd.DataFrame, options: CompareReplicatesOptions
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the signal near each start and that of its surroundings, NaN if not measured."""
    sums = np.full((len(genes), 2), np.nan)
    reach, near = options.reach_bp, options.chromatin_bp
    offsets = np.array([-reach, -near, near, reach])
    n_known = 0
    with Track(path) as track:
        for chromosome, rows in genes.groupby("chromosome").indices.items():
            name = match_chromosome(str(chromosome), track.lengths)
            if name is None:
                continue
            n_known += len(rows)
            # One pass for all genes: a query for each took ten times as long.
            edges = genes["tss"].to_numpy(np.int64)[rows, None] + offsets
            parts = track.read_window_means(name, edges)
            # At the end of a chromosome there is a surrounding on one side alone.
            sides = np.where(np.isnan(parts[:, ::2]), parts[:, 2::-2], parts[:, ::2])
            widths = np.diff(offsets)
            sums[rows] = np.column_stack([parts[:, 1] * widths[1], sides @ widths[::2]])
    if not n_known:
        raise DataError(f"{path} knows none of the chromosomes of the genes; check the build.")
    return sums[:, 0], sums[:, 1]


def _read_sites_steps(
    path: Path, genes: pd.DataFrame, options: CompareReplicatesOptions
) -> Task[dict[str, tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]]]:
    """Return start, methylated reads and reads of the sites of each chromosome, sorted."""
    if not is_bigwig(path):
        table = yield from read_sites_steps(path, options.min_reads)
        hits = table["value"] / 100 * table["reads"]
        return {
            str(name): (
                part["start"].to_numpy(np.int64),
                hits.loc[part.index].to_numpy(),
                part["reads"].to_numpy(np.float64),
            )
            for name, part in table.groupby("chromosome")
        }
    found = {}
    with Track(path) as track:
        unit = 100.0 if track.value_range[1] > 1 else 1.0
        for chromosome in genes["chromosome"].unique():
            name = match_chromosome(str(chromosome), track.lengths)
            if name is not None:
                # A bigWig holds no reads: every site counts as one.
                sites = track.read(name, 0, track.lengths[name])
                found[name] = sites.start, sites.value / unit, np.ones(len(sites.start))
    return found


def _tabulate(
    replicates: Replicates,
    genes: pd.DataFrame,
    chromatin: Tested,
    methylation: Tested,
    least_q: float,
) -> pd.DataFrame:
    table = genes[["gene", "chromosome", "tss"]].reset_index(drop=True)
    table.insert(1, "compound", replicates.compound)
    table.insert(2, "exposure", replicates.exposure)
    qs, signs = [], []
    for name, tested, rises in (
        ("chromatin", chromatin, 1),
        ("methylation", methylation, -1),
    ):
        difference = "chromatin_log2" if name == "chromatin" else "methylation_difference"
        q = q_values(tested.p)
        table[difference] = tested.difference
        table[f"{name}_p"], table[f"{name}_q"] = tested.p, q
        qs.append(np.nan_to_num(q, nan=1.0))
        signs.append(rises * np.sign(np.nan_to_num(tested.difference)))
    surer = np.argmin(qs, axis=0)
    rows = np.arange(len(table))
    is_changed = np.array(qs)[surer, rows] < least_q
    is_up = np.array(signs)[surer, rows] > 0
    changed = np.where(is_up, INDUCTION, SUPPRESSION)
    table["test"] = np.where(is_changed, changed, NON_SIGNIFICANT).astype(object)
    return table
