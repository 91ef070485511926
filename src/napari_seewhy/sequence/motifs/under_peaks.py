"""Motifs under peaks of attention, against random stretches near by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import Field

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.genome import UNKNOWN_BASE, Genome, Interval, read_genes
from napari_seewhy.progress import Step
from napari_seewhy.sequence.motifs.alignments import Alignments
from napari_seewhy.sequence.motifs.matrices import read_matrices
from napari_seewhy.sequence.motifs.scanning import MotifOptions, list_too_short, scan_steps

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.progress import Task
    from napari_seewhy.sequence.motifs.matrices import Matrix
    from napari_seewhy.sequence.motifs.scanning import Scan

_GENOME = "genome"
_MOST_TRIES = 100


class PeakOptions(MotifOptions):
    """Against which stretches the peaks are tested."""

    species: tuple[str, ...] = (_GENOME,)
    n_random: int = Field(
        5,
        ge=1,
        le=100,
        title="Random stretches",
        description="Stretches of the width of each peak that it is compared with.",
    )
    reach_bp: int = Field(
        5000,
        ge=100,
        title="Reach (bp)",
        description="Random stretches lie at most this far from their peak, and below no peak.",
    )
    seed: int = Field(0, ge=0, title="Seed", description="Of the random stretches.")


@dataclass(frozen=True, eq=False)
class UnderPeaks:
    """Motifs that lie under peaks more often than under random stretches.

    Attributes
    ----------
    table
        One row per matrix that can reach the p-value, the smallest p first: ``motif``, ``matrix``,
        ``n_under``, ``n_peaks``, ``n_random_under``, ``n_random``, ``fold``, ``p`` (one-sided,
        hypergeometric), ``q`` (Benjamini-Hochberg over all rows) and ``arithmetic``.
    notes
        One sentence for each thing that the reader of the table must know.
    """

    table: pd.DataFrame
    notes: tuple[str, ...]


def find_under_peaks_steps(
    matrices: Path, genome: Path, peaks: Sequence[Interval], options: PeakOptions
) -> Task[UnderPeaks]:
    """Test which motifs lie under peaks more often than under stretches near by.

    A stretch has a motif if a site lies wholly inside it, on either strand. Of all stretches, peaks
    and random ones, ``K`` have the motif; the probability that at least ``k`` of them are peaks is
    that of the hypergeometric distribution.

    Parameters
    ----------
    matrices
        JASPAR, MEME or TRANSFAC file.
    genome
        FASTA.
    peaks
        0-based, half-open; those that lie past the end of a chromosome are left out.
    options
        The p-value, and how many random stretches lie where.

    Raises
    ------
    FileError, DataError
        If a file cannot be read, or fewer than two peaks lie in the genome.
    """
    yield Step(0, 0, "Reading matrices and stretches")
    known = read_matrices(matrices)
    stretches, is_peak, notes = _draw(genome, peaks, options)
    scan = yield from scan_steps(known, _lay_side_by_side(genome, stretches), options)
    short = list_too_short(scan, known)
    if short:
        notes.append(f"{len(short):,} matrices cannot reach the p-value, such as {short[0]}.")
    return UnderPeaks(_test(scan, known, stretches, is_peak), tuple(notes))


def enrich_peaks_steps(
    matrices: Path, genome: Path, peaks: Path, only: str, options: PeakOptions
) -> Task[UnderPeaks]:
    """Test the peaks of a BED file, see `find_under_peaks_steps`.

    Parameters
    ----------
    matrices, genome, options
        As there.
    peaks
        BED; its names have parts between bars, as ``SIM003|compound_01|induction``.
    only
        The peaks with this part in their name are tested alone; "" tests all.

    Raises
    ------
    OptionError
        If no peak has the part.
    FileError, DataError
        As there, or if the peaks cannot be read.
    """
    table = read_genes(peaks)
    rows = zip(*(table[name] for name in ("gene", "chromosome", "start", "end")), strict=True)
    named = [(str(name), Interval(str(chromosome), *ends)) for name, chromosome, *ends in rows]
    chosen = [place for name, place in named if not only or only in name.split("|")]
    if not chosen:
        raise OptionError(
            f"None of the {len(named):,} peaks of {peaks.name} has the part {only!r} in its "
            f"name; the first is called {named[0][0]}."
        )
    return (yield from find_under_peaks_steps(matrices, genome, chosen, options))


def _draw(
    path: Path, peaks: Sequence[Interval], options: PeakOptions
) -> tuple[list[Interval], NDArray[np.bool_], list[str]]:
    """Return the peaks and their random stretches, and which are peaks."""
    generator = np.random.default_rng(options.seed)
    notes: list[str] = []
    with Genome(path) as genome:
        named = [Interval(genome.find(one.chromosome), one.start, one.end) for one in peaks]
        inside = [
            one for one in named if 0 <= one.start < one.end <= genome.lengths[one.chromosome]
        ]
        lengths = dict(genome.lengths)
    if len(inside) < len(named):
        notes.append(f"{len(named) - len(inside):,} peaks reach past an end of their chromosome.")
    if len(inside) < 2:
        raise DataError(
            f"{len(inside)} of {len(peaks)} peaks lie in {path.name}; wanted two or more. Check "
            "whether both are of one genome."
        )
    ends = {
        name: np.array([one[1:] for one in inside if one.chromosome == name])
        for name in {one.chromosome for one in inside}
    }
    drawn: list[Interval] = []
    for one in inside:
        width = one.end - one.start
        low = max(0, one.start - options.reach_bp)
        high = min(lengths[one.chromosome], one.end + options.reach_bp) - width
        starts = generator.integers(low, high + 1, _MOST_TRIES * options.n_random)
        taken = ends[one.chromosome]
        is_free = ((starts[:, None] >= taken[:, 1]) | (starts[:, None] + width <= taken[:, 0])).all(
            1
        )
        free = starts[is_free][: options.n_random]
        drawn += [Interval(one.chromosome, int(at), int(at) + width) for at in free]
    if len(drawn) < len(inside):
        raise DataError(
            f"Only {len(drawn)} random stretches fit beside {len(inside)} peaks; enlarge the reach."
        )
    notes.append(f"{len(inside):,} peaks against {len(drawn):,} random stretches.")
    is_peak = np.arange(len(inside) + len(drawn)) < len(inside)
    return inside + drawn, is_peak, notes


def _lay_side_by_side(path: Path, stretches: Sequence[Interval]) -> Alignments:
    """Return stretches of a genome one after the other, as alignments of one species."""
    unknown = np.array([UNKNOWN_BASE], np.uint8)
    with Genome(path) as genome:
        codes = [part for one in stretches for part in (genome.read(*one), unknown)]
    starts = np.concatenate([[0], np.cumsum([one.end - one.start + 1 for one in stretches])])
    names = tuple(str(one) for one in stretches)
    rows = np.concatenate(codes)[None]
    return Alignments(names, starts, (_GENOME,), {_GENOME: _GENOME}, rows, ({},) * len(names))


def _test(
    scan: Scan,
    matrices: Sequence[Matrix],
    stretches: Sequence[Interval],
    is_peak: NDArray[np.bool_],
) -> pd.DataFrame:
    from scipy.stats import false_discovery_control, hypergeom

    hits = scan.hits[0]
    starts = np.cumsum([0, *(one.end - one.start + 1 for one in stretches)])
    where = np.searchsorted(starts, hits.first, side="right") - 1
    has = np.zeros((len(matrices), len(stretches)), bool)
    has[hits.matrix, where] = True
    tested = [number for number in range(len(matrices)) if number not in scan.too_short]
    n, n_peaks = len(stretches), int(is_peak.sum())
    under, in_all = has[tested][:, is_peak].sum(1), has[tested].sum(1)
    p = hypergeom.sf(under - 1, n, in_all, n_peaks)
    random, n_random = in_all - under, n - n_peaks
    with np.errstate(divide="ignore", invalid="ignore"):
        fold = (under / n_peaks) / (random / n_random)
    table = pd.DataFrame(
        {
            "motif": [matrices[number].name for number in tested],
            "matrix": [matrices[number].identifier for number in tested],
            "n_under": under,
            "n_peaks": n_peaks,
            "n_random_under": random,
            "n_random": n_random,
            "fold": fold,
            "p": p,
            "q": false_discovery_control(np.clip(p, 0, 1)) if len(p) else p,
            "arithmetic": [
                f"{a:,} of {n_peaks:,} peaks, {b:,} of {n_random:,} random stretches"
                for a, b in zip(under, random, strict=True)
            ],
        }
    )
    return table.sort_values(["p", "matrix"], ignore_index=True)
