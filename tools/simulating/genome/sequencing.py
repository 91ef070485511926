"""Take reads of an epigenome and write them as bigWig: counts per bin and methylation per CpG."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.files import writing
from simulating.genome.drawn_genome import BIN_BP, CHROMOSOME, Epigenome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.random import Generator
    from numpy.typing import NDArray

FEWEST_READS, MOST_READS = 4, 20
"""Reads of a CpG, from which its methylation is told."""


def draw_counts(epigenome: Epigenome, depth: float, rng: Generator) -> NDArray[np.int64]:
    """Draw the reads in every bin ``(n_bins,)``, at a depth of sequencing."""
    return rng.poisson(epigenome.chromatin * depth)


def draw_methylation(epigenome: Epigenome, rng: Generator) -> NDArray[np.float64]:
    """Draw the share of methylated reads of every CpG ``(M,)``, 0..1."""
    reads = rng.integers(FEWEST_READS, MOST_READS + 1, len(epigenome.cpgs))
    return rng.binomial(reads, epigenome.methylation) / reads


def write_sample(folder: Path, epigenome: Epigenome, depth: float, rng: Generator) -> None:
    """Write ``chromatin.bw`` and ``methylation.bw`` of one sample.

    Raises
    ------
    FileError
        If a file cannot be written.
    """
    counts, length = draw_counts(epigenome, depth, rng), epigenome.length_bp
    hit = np.flatnonzero(counts)
    starts, ends = hit * BIN_BP, np.minimum((hit + 1) * BIN_BP, length)
    _write(folder / "chromatin.bw", length, zip(starts, ends, counts[hit], strict=True))
    levels, cpgs = draw_methylation(epigenome, rng), epigenome.cpgs
    _write(folder / "methylation.bw", length, zip(cpgs, cpgs + 1, levels, strict=True))


def _write(path: Path, length: int, intervals: Iterable[tuple[int, int, float]]) -> None:
    import pybigtools

    # pybigtools writes only to names that end in .bw, which a file in the making does not.
    with writing(path) as part, tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / path.name
        rows = ((CHROMOSOME, int(start), int(end), float(value)) for start, end, value in intervals)
        pybigtools.open(str(made), "w").write({CHROMOSOME: length}, rows)
        shutil.move(made, part)
