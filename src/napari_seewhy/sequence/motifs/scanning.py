"""Where motifs lie in aligned promoters, on both strands, in each species."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from napari_seewhy.genome import UNKNOWN_BASE, decode_letters
from napari_seewhy.options import Options
from napari_seewhy.progress import Step
from napari_seewhy.sequence.motifs.alignments import NOT_ALIGNED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lightmotif import lib as lightmotif
    from numpy.typing import NDArray

    from napari_seewhy.progress import Task
    from napari_seewhy.sequence.motifs.alignments import Alignments
    from napari_seewhy.sequence.motifs.matrices import Matrix


class MotifOptions(Options):
    """How motifs are found."""

    p_value: float = Field(
        1e-4,
        gt=0,
        le=0.01,
        title="p-value",
        description="Chance that a random stretch scores as high; bases equally frequent.",
    )
    pseudocount: float = Field(
        0.25,
        gt=0,
        le=10,
        title="Pseudocount",
        description="Added to every count, so that a letter never seen is unlikely and possible.",
    )
    species: tuple[str, ...] = Field(
        ("human", "mouse", "rat"),
        min_length=1,
        title="Species",
        description="Species, or their assemblies such as hg18; the first is the reference.",
    )
    min_aligned_bp: int = Field(
        1,
        ge=1,
        title="Least aligned bases",
        description="A species with fewer bases in an alignment counts there as not aligned.",
    )


@dataclass(frozen=True, eq=False)
class Hits:
    """Sites of motifs in one species, ordered by matrix, strand and position.

    Attributes
    ----------
    matrix
        Number of the matrix of each site.
    is_reverse
        Whether the site lies on the strand opposite to that of the row.
    base
        Number of its first base among all bases of the row.
    first, last
        Columns of its first and last base.
    score
        Log-odds score, base 2.
    """

    matrix: NDArray[np.int64]
    is_reverse: NDArray[np.bool_]
    base: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    score: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.matrix)


@dataclass(frozen=True, eq=False)
class Scan:
    """What a scan found.

    Attributes
    ----------
    species
        Names of the species, the reference first.
    codes
        Their rows, as in `Alignments`; what has too few bases is not aligned.
    hits
        The sites of each species.
    p
        p-value of each site, per species.
    too_short
        Matrices that cannot reach the p-value: number and the smallest p they reach.
    """

    species: tuple[str, ...]
    codes: NDArray[np.uint8]
    hits: tuple[Hits, ...]
    p: tuple[NDArray[np.float64], ...]
    too_short: dict[int, float]


def scan_steps(
    matrices: Sequence[Matrix], alignments: Alignments, options: MotifOptions
) -> Task[Scan]:
    """Find the sites of all matrices in the species asked for.

    Gaps are left out of each row before it is scanned, and every site keeps its columns. A site
    never spans two alignments or an unknown base.

    Parameters
    ----------
    matrices
        What to look for.
    alignments
        Where.
    options
        The p-value, the pseudocount and the species.

    Raises
    ------
    OptionError
        If a species is in no alignment.
    """
    from lightmotif import lib as lightmotif

    rows = alignments.find_rows(options.species)
    codes = _hide(alignments, rows, options.min_aligned_bp)
    columns = [np.flatnonzero(row <= UNKNOWN_BASE) for row in codes]
    texts = [
        lightmotif.stripe(decode_letters(row[at])) for row, at in zip(codes, columns, strict=True)
    ]
    found: list[list[tuple[NDArray[np.float64], NDArray[np.float64]]]] = [[] for _ in texts]
    too_short: dict[int, float] = {}
    for number, matrix in enumerate(matrices):
        yield Step(number, len(matrices), matrix.name)
        scoring = _build(matrix, options.pseudocount)
        threshold = scoring.score(options.p_value)
        best = _score_best(matrix, scoring)
        if best < threshold or matrix.least_p > options.p_value:
            too_short[number] = max(scoring.pvalue(best), matrix.least_p)
            continue
        strands = (scoring, scoring.reverse_complement())
        for text, n_bases, kept in zip(texts, map(len, columns), found, strict=True):
            if n_bases < matrix.width:
                continue
            for is_reverse, one in enumerate(strands):
                sites = _scan(one, text, threshold, scoring, matrix.least_p)
                if len(sites):
                    label = np.tile([number, is_reverse, matrix.width], (len(sites), 1))
                    kept.append((label, sites))
    gathered = [_gather(kept, column) for kept, column in zip(found, columns, strict=True)]
    species = tuple(alignments.species[row] for row in rows)
    hits, p = zip(*gathered, strict=True)
    return Scan(species, codes, hits, p, too_short)


def list_too_short(scan: Scan, matrices: Sequence[Matrix]) -> list[str]:
    """Say of each matrix that was left out why."""
    return [
        f"{matrices[number].identifier} {matrices[number].name}: its best score has p = {best:.2g}"
        for number, best in scan.too_short.items()
    ]


def _hide(alignments: Alignments, rows: Sequence[int], least: int) -> NDArray[np.uint8]:
    """Return rows in which alignments with fewer bases than asked for are not aligned."""
    codes = alignments.codes[rows]
    is_hidden = alignments.count_bases()[rows] < least
    codes[np.repeat(is_hidden, np.diff(alignments.starts), axis=1)] = NOT_ALIGNED
    codes[:, alignments.starts[1:] - 1] = UNKNOWN_BASE
    return codes


def _build(matrix: Matrix, pseudocount: float) -> lightmotif.ScoringMatrix:
    from lightmotif import lib as lightmotif

    rows = {letter: row.tolist() for letter, row in zip("ACGT", matrix.counts, strict=True)}
    return lightmotif.CountMatrix(rows).normalize(pseudocount).log_odds()


def _score_best(matrix: Matrix, scoring: lightmotif.ScoringMatrix) -> float:
    from lightmotif import lib as lightmotif

    letters = decode_letters(matrix.counts.argmax(0).astype(np.uint8))
    return scoring.calculate(lightmotif.stripe(letters))[0]


def _scan(
    strand: lightmotif.ScoringMatrix,
    text: lightmotif.StripedSequence,
    threshold: float,
    scoring: lightmotif.ScoringMatrix,
    least_p: float,
) -> NDArray[np.float64]:
    """Return position, score and p-value of each site, ordered by position."""
    from lightmotif import lib as lightmotif

    found = lightmotif.scan(strand, text, threshold=threshold)
    hits = sorted((hit.position, hit.score) for hit in found)
    # lightmotif rounds scores up, so that the best one may have p = 0.
    rows = [(at, score, max(scoring.pvalue(score), least_p)) for at, score in hits]
    return np.array(rows).reshape(-1, 3)


def _gather(
    kept: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]], columns: NDArray[np.int64]
) -> tuple[Hits, NDArray[np.float64]]:
    label = np.concatenate([np.zeros((0, 3)), *(one[0] for one in kept)]).astype(np.int64)
    sites = np.concatenate([np.zeros((0, 3)), *(one[1] for one in kept)])
    base = sites[:, 0].astype(np.int64)
    first, last = columns[base], columns[base + label[:, 2] - 1]
    hits = Hits(label[:, 0], label[:, 1].astype(bool), base, first, last, sites[:, 1])
    return hits, sites[:, 2]
