"""Draw a chromosome with its genes, their chromatin mark and the methylation of its CpGs.

What is drawn is what the reads are taken from; reads themselves are drawn in `sequencing`.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

CHROMOSOME = "chrS"
"""A chromosome of no organism."""

BIN_BP = 25
REACH_BP = 5000
"""Half of the window of a gene; no two windows overlap."""

ACTIVE, ISLANDS = 0.65, 0.7
"""Share of the genes that are active, and of those whose promoter is a CpG island."""

BACKGROUND = 1.0
"""Reads per bin where nothing is."""

ISLAND_BP = 1400
CPG_GAP_BP, ISLAND_GAP_BP = 130, 22
"""Length of an island; mean distance of neighbouring CpGs outside and inside of it."""


class Gene(NamedTuple):
    """One gene; positions in bp, 0-based, half-open.

    Attributes
    ----------
    name
        Such as ``SIM017``.
    start, end
        The transcribed interval.
    strand
        ``+`` or ``-``.
    """

    name: str
    start: int
    end: int
    strand: str

    @property
    def tss(self) -> int:
        """Position of the first transcribed base."""
        return self.start if self.strand == "+" else self.end - 1


@dataclass(frozen=True, slots=True, eq=False)
class Epigenome:
    """What the cells of one sample are like, before any read is taken.

    Attributes
    ----------
    length_bp
        Of the chromosome.
    chromatin
        ``(n_bins,)``: expected reads of the active mark in every 25 bp.
    cpgs
        ``(M,)`` int: positions of the CpGs, rising.
    methylation
        ``(M,)``: share of the cells in which each is methylated, 0..1.
    """

    length_bp: int
    chromatin: NDArray[np.float64]
    cpgs: NDArray[np.int64]
    methylation: NDArray[np.float64]

    def copy(self) -> Epigenome:
        """Return one that can be painted on while this stays as it is."""
        return Epigenome(self.length_bp, self.chromatin.copy(), self.cpgs, self.methylation.copy())


def draw_genes(n: int, rng: Generator) -> tuple[list[Gene], int]:
    """Draw `n` genes whose windows do not overlap, and give the length of their chromosome."""
    apart = 2 * REACH_BP + 2 * BIN_BP
    starts = apart * np.arange(1, n + 1) + np.cumsum(rng.integers(0, 1000, n))
    lengths = rng.integers(1500, 9000, n)
    genes = []
    for number, (tss, length) in enumerate(zip(starts.tolist(), lengths.tolist(), strict=True)):
        name, forward = f"SIM{number + 1:03d}", rng.random() < 0.5
        start, end = (tss, tss + length) if forward else (tss + 1 - length, tss + 1)
        genes.append(Gene(name, start, end, "+" if forward else "-"))
    return genes, int(starts[-1] + apart)


def draw_epigenome(genes: list[Gene], length_bp: int, rng: Generator) -> Epigenome:
    """Draw the untreated epigenome: a peak and a valley of methylation at active promoters."""
    is_active = rng.random(len(genes)) < ACTIVE
    is_island = rng.random(len(genes)) < np.where(is_active, ISLANDS, 0.35)
    chromatin = np.full(length_bp // BIN_BP + 1, BACKGROUND)
    center = BIN_BP / 2 + BIN_BP * np.arange(len(chromatin), dtype=np.float64)
    for gene in itertools.compress(genes, is_active):
        _raise_peak(chromatin, center, gene, rng)
    rough = ndimage.gaussian_filter1d(rng.standard_normal(len(chromatin)), 2)
    chromatin *= np.exp(0.25 * rough / rough.std())
    tss = np.array([gene.tss for gene in genes])
    cpgs = _draw_cpgs(tss[is_island], length_bp, rng)
    level = np.clip(0.82 + 0.07 * rng.standard_normal(len(cpgs)), 0, 1)
    for position, active, island in zip(tss, is_active, is_island, strict=True):
        if active or island:
            depth = rng.uniform(0.6, 0.95) if active else rng.uniform(0, 0.8)
            _dig_valley(level, cpgs, position, (depth, rng.uniform(500, 1300)))
    return Epigenome(length_bp, chromatin, cpgs, np.clip(level, 0.02, 0.98))


def _raise_peak(
    chromatin: NDArray[np.float64], center: NDArray[np.float64], gene: Gene, rng: Generator
) -> None:
    """Add the two humps of an active promoter, the higher one downstream, and a gap between."""
    height, ahead = rng.lognormal(2.6, 0.5), 1 if gene.strand == "+" else -1
    for side, share in ((ahead, 1.0), (-ahead, rng.uniform(0.2, 0.8))):
        at, width = gene.tss + side * rng.uniform(250, 600), rng.uniform(180, 450)
        near = np.abs(center - at) < 4 * width
        chromatin[near] += share * height * np.exp(-0.5 * ((center[near] - at) / width) ** 2)


def _draw_cpgs(islands: NDArray[np.int64], length_bp: int, rng: Generator) -> NDArray[np.int64]:
    """Draw where CpGs are: everywhere a few, and many within the islands."""
    apart = rng.geometric(1 / CPG_GAP_BP, int(1.2 * length_bp / CPG_GAP_BP))
    sparse = np.cumsum(apart)
    within = rng.random((len(islands), ISLAND_BP // ISLAND_GAP_BP)) - 0.5
    dense = (islands[:, np.newaxis] + ISLAND_BP * within).astype(int).ravel()
    cpgs = np.unique(np.concatenate([sparse, dense]))
    # Two CpGs cannot overlap.
    cpgs = cpgs[np.insert(np.diff(cpgs) > 1, 0, True)]
    return cpgs[(cpgs > 0) & (cpgs < length_bp - 1)]


def _dig_valley(
    level: NDArray[np.float64], cpgs: NDArray[np.int64], tss: int, valley: tuple[float, float]
) -> None:
    """Take methylation away about a promoter: `valley` is its depth (share) and half width (bp)."""
    depth, width_bp = valley
    near = slice(*np.searchsorted(cpgs, (tss - 3 * width_bp, tss + 3 * width_bp)))
    level[near] *= 1 - depth * np.exp(-((np.abs(cpgs[near] - tss) / width_bp) ** 4))
