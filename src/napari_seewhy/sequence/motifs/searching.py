"""Conserved motifs from files: matrices and promoters read and searched in one task."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.errors import OptionError
from napari_seewhy.progress import Step
from napari_seewhy.sequence.motifs.alignments import read_alignments
from napari_seewhy.sequence.motifs.conserving import conserve_steps
from napari_seewhy.sequence.motifs.matrices import read_matrices

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from napari_seewhy.progress import Task
    from napari_seewhy.sequence.motifs.alignments import Alignments
    from napari_seewhy.sequence.motifs.conserving import Conserved, ConserveOptions
    from napari_seewhy.sequence.motifs.matrices import Matrix

_SUFFIXES = (".fa", ".fasta", ".fna", ".fas", ".mfa", ".maf")


class Search(NamedTuple):
    """Conserved motifs, with the matrices and the promoters that were searched."""

    found: Conserved
    matrices: list[Matrix]
    alignments: Alignments


def find_alignments(folder: Path) -> list[Path]:
    """Return the FASTA and MAF files of a folder.

    Raises
    ------
    OptionError
        If there is none.
    """
    found = sorted(path for path in folder.glob("*") if path.suffix.lower() in _SUFFIXES)
    if not found:
        raise OptionError(f"{folder} holds no FASTA or MAF files; choose aligned promoters.")
    return found


def search_steps(
    matrices: Path, alignments: Sequence[Path], options: ConserveOptions
) -> Task[Search]:
    """Read matrices and promoters, find sites, and say which are conserved.

    Raises
    ------
    FileError, DataError, OptionError
        As `read_matrices`, `read_alignments` and `conserve_steps`.
    """
    yield Step(0, 0, "Reading matrices and promoters")
    known, aligned = read_matrices(matrices), read_alignments(alignments)
    found = yield from conserve_steps(known, aligned, options)
    return Search(found, known, aligned)
