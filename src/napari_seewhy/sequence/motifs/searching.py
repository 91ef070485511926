"""Motifs from files: matrices and promoters read, aligned or cut, and searched in one task."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.errors import OptionError
from napari_seewhy.genome.lists import read_one_list
from napari_seewhy.progress import Step
from napari_seewhy.sequence.motifs.aligning import align_species_steps, are_of_one_species_each
from napari_seewhy.sequence.motifs.alignments import read_alignments
from napari_seewhy.sequence.motifs.conserving import conserve_steps
from napari_seewhy.sequence.motifs.matrices import read_matrices
from napari_seewhy.sequence.motifs.promoters import (
    PromoterOptions,
    cut_promoters_steps,
    keep_promoters,
)

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.genome.lists import GeneList, GeneMatch
    from napari_seewhy.progress import Task
    from napari_seewhy.sequence.motifs.alignments import Alignments
    from napari_seewhy.sequence.motifs.conserving import Conserved, ConserveOptions
    from napari_seewhy.sequence.motifs.matrices import Matrix

_SUFFIXES = (".fa", ".fasta", ".fna", ".fas", ".mfa", ".maf")


class PromoterSource(NamedTuple):
    """Where promoters come from.

    Attributes
    ----------
    files
        Alignments (FASTA, MAF), or one FASTA per species, named by it, of promoters that are not
        aligned.
    genome
        FASTA that the promoters are cut from instead; None for those of the files.
    genes
        The genes that are looked at; None for all.
    annotation
        Where genes lie: GTF, GFF3 or BED; None for the intervals of the list.
    promoter
        How far a promoter reaches, where it is cut.
    """

    files: tuple[Path, ...]
    genome: Path | None = None
    genes: GeneList | None = None
    annotation: Path | None = None
    promoter: PromoterOptions = PromoterOptions()


class Search(NamedTuple):
    """Motifs, with the matrices and the promoters that were searched, and what became of genes."""

    found: Conserved
    matrices: list[Matrix]
    alignments: Alignments
    match: GeneMatch | None = None


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


def read_promoters_steps(
    source: PromoterSource, reference: str
) -> Task[tuple[Alignments, GeneMatch | None]]:
    """Read promoters, align them if they are not, and keep those of the genes that are wanted.

    Raises
    ------
    FileError, DataError, OptionError
        As `read_alignments`, `align_species_steps`, `cut_promoters_steps` and `keep_promoters`.
    """
    if source.genome is not None:
        wanted = source.genome, source.genes, source.annotation, source.promoter
        return (yield from cut_promoters_steps(*wanted))
    if not source.files:
        raise OptionError("No promoters are given; give files of promoters, or a genome.")
    if are_of_one_species_each(source.files):
        aligned = yield from align_species_steps(source.files, reference)
    else:
        aligned = read_alignments(source.files)
    if source.genes is None:
        return aligned, None
    annotation = None if source.annotation is None else read_one_list(source.annotation)
    return keep_promoters(aligned, source.genes, annotation, source.promoter)


def search_steps(matrices: Path, source: PromoterSource, options: ConserveOptions) -> Task[Search]:
    """Read matrices and promoters, find sites, and say which are conserved.

    In promoters that were cut from one genome every site is kept.

    Raises
    ------
    FileError, DataError, OptionError
        As `read_matrices`, `read_promoters_steps` and `conserve_steps`.
    """
    yield Step(0, 0, "Reading matrices and promoters")
    known = read_matrices(matrices)
    aligned, match = yield from read_promoters_steps(source, options.species[0])
    if source.genome is not None:
        options = options.change(species=aligned.species, n_controls=0)
    found = yield from conserve_steps(known, aligned, options)
    return Search(found, known, aligned, match)
