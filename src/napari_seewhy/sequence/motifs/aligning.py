"""Promoters of several species that are not aligned: one FASTA file each, aligned gene by gene."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.errors import DataError, MissingPackageError
from napari_seewhy.genome import LETTERS, decode_letters, encode_letters
from napari_seewhy.progress import Step
from napari_seewhy.sequence.motifs.alignments import (
    Block,
    Place,
    join_blocks,
    read_records,
)
from napari_seewhy.sequence.motifs.species import is_known_species, name_species

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from Bio.Align import PairwiseAligner

    from napari_seewhy.progress import Task
    from napari_seewhy.sequence.motifs.alignments import Alignments

_OPEN, _EXTEND, _UNKNOWN = -400, -30, -100
_LEAST_SCORE = 3000
"""Scores of BLASTZ for human and mouse, beside the substitutions of HOXD70 (Chiaromonte et al.
2002, Pacific Symposium on Biocomputing 115; Schwartz et al. 2003, doi:10.1101/gr.809403); an
alignment below the least score is none."""

_PLACE = re.compile(
    r"(?P<chromosome>[^\s:]+):(?P<start>[\d,]+)-(?P<end>[\d,]+)(?:[\s(:]*(?P<strand>[+-])\)?)?"
)


class _Row(NamedTuple):
    """The promoter of a gene in one species."""

    letters: str
    place: Place | None


def find_species(path: Path) -> str:
    """Return the assembly or species that the name of a file begins with, "" if none is known.

    Examples
    --------
    >>> from pathlib import Path
    >>> find_species(Path("mm39_promoters.fa")), find_species(Path("GENE1.fa"))
    ('mm39', '')
    """
    word = re.split(r"[._\- ]", path.name)[0]
    return word if is_known_species(word) else ""


def are_of_one_species_each(paths: Sequence[Path]) -> bool:
    """Whether every file is named by a species of its own, and its rows by something else."""
    species = [name_species(find_species(path)) for path in paths]
    if not all(species) or len(set(species)) < len(species):
        return False
    heads = (head for path in paths for head, _ in read_records(path))
    return not any(is_known_species(re.split(r"[.\s]", head)[0]) for head in heads)


def align_species_steps(paths: Sequence[Path], reference: str) -> Task[Alignments]:
    """Align the promoters of each gene to that of the reference, one species after the other.

    The best local alignment counts (Smith and Waterman, by Biopython), and before and behind it the
    best of what is left; the rest is not aligned. All read in the direction of their gene.

    Parameters
    ----------
    paths
        FASTA, one per species, named by it (``human.fa``, ``mm39_promoters.fa``); one row per gene,
        of the same name in every file: ``>TP53``, or ``>TP53 chr17:1,001-2,500(-)`` with its place.
    reference
        The species that the others are aligned to, or its assembly; the first of the files if it
        is in none.

    Raises
    ------
    FileError
        If a file cannot be read.
    MissingPackageError
        If Biopython is not installed.
    DataError
        If a file names a gene twice, holds no letters, or no gene is in two files.
    """
    read = {find_species(path): _read(path) for path in paths}
    species = {name_species(name): name for name in read}
    first = species.get(name_species(reference), next(iter(read)))
    others = [name for name in read if name != first]
    shared = [gene for gene in read[first] if any(gene in read[name] for name in others)]
    if others and not shared:
        raise DataError(
            f"No gene of {first} ({next(iter(read[first]))}, ...) is in the files of "
            f"{', '.join(others)} ({next(iter(read[others[0]]))}, ...); wanted rows of the same "
            "names in every file."
        )
    aligner = _make_aligner() if others else None
    blocks = []
    genes = shared or list(read[first])
    for number, gene in enumerate(genes):
        yield Step(number, len(genes), f"Aligning {gene}")
        rows = {name: read[name][gene] for name in (first, *others) if gene in read[name]}
        aligned = _align({name: row.letters for name, row in rows.items()}, aligner)
        places = {name: row.place for name, row in rows.items() if row.place is not None}
        blocks.append(Block(gene, aligned, {first: places[first]} if first in places else {}))
    return join_blocks(blocks)


def _read(path: Path) -> dict[str, _Row]:
    rows: dict[str, _Row] = {}
    for head, letters in read_records(path):
        name, _, rest = head.partition(" ")
        if not name or not letters:
            raise DataError(f"A row of {path} has no name or no letters; wanted >GENE and letters.")
        if name in rows:
            raise DataError(f"{path} has two promoters of {name}; wanted one for each gene.")
        if re.search("[-.*]", letters):
            raise DataError(
                f"{name} of {path} has gaps, but the name of the file says one species; name each "
                "alignment by its gene, or remove the gaps."
            )
        found = _PLACE.search(rest)
        place = None
        if found is not None:
            start, end = (int(found[key].replace(",", "")) for key in ("start", "end"))
            place = Place(found["chromosome"], start - 1, end, found["strand"] or "+")
        # Small and ambiguous letters become those that the scores know.
        rows[name] = _Row(decode_letters(encode_letters(letters)), place)
    if not rows:
        raise DataError(f"{path} holds no promoter; wanted >GENE and letters.")
    return rows


def _make_aligner() -> PairwiseAligner:
    try:
        from Bio.Align import PairwiseAligner
        from Bio.Align.substitution_matrices import Array, load
    except ImportError as error:
        raise MissingPackageError(
            "Promoters that are not aligned need the package biopython; install it with: "
            'pip install "napari-seewhy[align]"'
        ) from error

    known = load("HOXD70")
    scores = Array(f"{LETTERS}N", dims=2)
    scores[:] = _UNKNOWN
    for one in LETTERS:
        for other in LETTERS:
            scores[one, other] = known[one, other]
    return PairwiseAligner(
        mode="local",
        substitution_matrix=scores,
        open_gap_score=_OPEN + _EXTEND,
        extend_gap_score=_EXTEND,
    )


def _align(rows: Mapping[str, str], aligner: PairwiseAligner | None) -> dict[str, str]:
    """Return the rows with gaps; letters that stand between two of the reference share columns."""
    (first, reference), *others = rows.items()
    pieces = {name: _lay_below(reference, letters, aligner) for name, letters in others if aligner}
    n = len(reference)
    widths = [max([0, *(len(one[at][:-1]) for one in pieces.values())]) for at in range(n)]
    aligned = {first: "".join("-" * w + one for w, one in zip(widths, reference, strict=True))}
    for name, below in pieces.items():
        aligned[name] = "".join(
            one[:-1].ljust(w, "*" if one[-1] == "*" else "-") + one[-1]
            for w, one in zip(widths, below, strict=True)
        )
    return {name: row for name, row in aligned.items() if row.strip("*")}


def _lay_below(reference: str, letters: str, aligner: PairwiseAligner) -> list[str]:
    """Return, per letter of the reference, the letters inserted before it and the one below it."""
    below = ["*"] * len(reference)
    if not reference or not letters or not len(found := aligner.align(reference, letters)):
        return below
    if found[0].score < _LEAST_SCORE:
        return below
    at, to = found[0].coordinates.tolist()
    inserted = ""
    for start, end, first, last in zip(at, at[1:], to, to[1:], strict=False):
        if start == end:
            inserted = letters[first:last]
            continue
        row = letters[first:last] or "-" * (end - start)
        below[start:end] = [inserted + row[0], *row[1:]]
        inserted = ""
    # What lies before and behind it may hold another: stretches that are alike keep their order.
    below[: at[0]] = _lay_below(reference[: at[0]], letters[: to[0]], aligner)
    below[at[-1] :] = _lay_below(reference[at[-1] :], letters[to[-1] :], aligner)
    return below
