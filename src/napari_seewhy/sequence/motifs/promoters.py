"""Promoters of some genes: cut from a genome, or out of alignments of many genes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pydantic import Field

from napari_seewhy.errors import DataError
from napari_seewhy.genome import (
    UNKNOWN_BASE,
    Genome,
    match_chromosome,
    reverse_complement,
)
from napari_seewhy.genome.lists import GeneMatch, match_genes, read_one_list
from napari_seewhy.options import Options
from napari_seewhy.progress import Step
from napari_seewhy.sequence.motifs.aligning import find_species
from napari_seewhy.sequence.motifs.alignments import (
    Alignments,
    Place,
)
from napari_seewhy.sequence.motifs.species import is_known_species, name_species

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.genome.lists import GeneList
    from napari_seewhy.progress import Task


class PromoterOptions(Options):
    """Which stretch about the start of a gene is its promoter."""

    before_bp: int = Field(
        1000,
        ge=0,
        le=100_000,
        title="Before the start (bp)",
        description="Bases before the start of a gene that belong to its promoter.",
    )
    behind_bp: int = Field(
        500,
        ge=1,
        le=100_000,
        title="Behind the start (bp)",
        description="Bases from the start of a gene on that belong to its promoter.",
    )


class Promoters(NamedTuple):
    """Promoters, and what became of the genes that they were wanted of."""

    alignments: Alignments
    match: GeneMatch


def place_promoters(
    genes: GeneList | None, annotation: GeneList | None, options: PromoterOptions
) -> tuple[dict[str, Place], GeneMatch]:
    """Say where the promoters of genes lie.

    Parameters
    ----------
    genes
        The genes; None for all of the annotation.
    annotation
        Genes with their intervals, as `read_one_list` reads them from a GTF, GFF3 or BED; None
        takes the intervals of the list itself.
    options
        How far a promoter reaches.

    Raises
    ------
    DataError
        If no gene has a place.
    """
    said = annotation or genes
    known = said.placed if said is not None else None
    if known is None or not known.genes:
        raise DataError(
            "The list does not say where its genes lie; give an annotation of the genome as well "
            "(GTF, GFF3 or BED)."
        )
    wanted = genes or known
    by_name = {gene.symbol: gene for gene in reversed(known.genes) if gene.symbol}
    by_name |= {gene.gene_id: gene for gene in reversed(known.genes)}
    found = match_genes(wanted, by_name)
    places = {}
    for name in found.matched:
        gene = by_name[name]
        start, end = gene.start or 0, gene.end or 0
        first, stop = start - options.before_bp, start + options.behind_bp
        if gene.strand == "-":
            first, stop = end - options.behind_bp, end + options.before_bp
        places[name] = Place(gene.chromosome, first, stop, gene.strand or "+")
    if not places:
        raise DataError(
            f"{found.describe('Annotation')} Give the annotation of the same species, with "
            "identifiers of the same kind."
        )
    return places, found


def _check_build(genes: GeneList | None, name: str, is_placed: bool) -> None:
    """Refuse a list of another species, or of another build where its own intervals are used."""
    told = "" if genes is None else genes.build or genes.species
    if genes is None or not is_known_species(told) or not is_known_species(name):
        return
    # hg38 and GRCh38 are one build, so that numbers of one kind of name alone are compared.
    kinds = {re.sub(r"\d.*", "", one.lower()) for one in (told, name)}
    is_other_build = len(kinds) == 1 and told.lower() != name.lower() and not is_placed
    if name_species(told) != name_species(name) or is_other_build:
        raise DataError(
            f"{genes.name} is of {told}, and the promoters are of {name}; give both of one build, "
            "or an annotation of this one."
        )


def cut_promoters_steps(
    genome: Path, genes: GeneList | None, annotation: Path | None, options: PromoterOptions
) -> Task[Promoters]:
    """Cut promoters from a genome; they read in the direction of their gene.

    Bases past an end of a chromosome are unknown, and genes on chromosomes that the genome does not
    have are among the unknown ones. The species is that of the name of the file (``hg38.fa``), or
    of the list.

    Parameters
    ----------
    genome
        FASTA.
    genes, annotation, options
        As `place_promoters`; the annotation as a file.

    Raises
    ------
    FileError, DataError
        If a file cannot be read, or no gene lies in the genome.
    """
    yield Step(0, 0, "Reading genes")
    known = None if annotation is None else read_one_list(annotation)
    places, match = place_promoters(genes, known, options)
    _check_build(genes, find_species(genome), annotation is not None)
    name = find_species(genome) or (genes.species if genes else "") or "genome"
    rows: dict[str, NDArray[np.uint8]] = {}
    lost: list[str] = []
    with Genome(genome) as opened:
        for number, (gene, place) in enumerate(places.items()):
            yield Step(number, len(places), f"Cutting {gene}")
            try:
                chromosome = opened.find(place.chromosome)
            except DataError:
                lost.append(gene)
                continue
            codes = opened.read_padded(chromosome, place.start, place.end)
            rows[gene] = reverse_complement(codes) if place.strand == "-" else codes
        some = ", ".join(list(opened.lengths)[:5])
    if not rows:
        raise DataError(
            f"None of the {len(places):,} genes lies on a chromosome of {genome.name} ({some}, "
            "...); give genome and annotation of one build."
        )
    if lost:
        kept = tuple(one for one in match.matched if one in rows)
        why = f"{len(lost):,} lie on chromosomes that {genome.name} does not have"
        match = GeneMatch(match.n_received, kept, (*match.unknown, *lost), why)
    return Promoters(_lay_side_by_side(rows, places, name), match)


def _lay_side_by_side(
    rows: Mapping[str, NDArray[np.uint8]], places: Mapping[str, Place], name: str
) -> Alignments:
    unknown, species = np.array([UNKNOWN_BASE], np.uint8), name_species(name)
    codes = np.concatenate([part for row in rows.values() for part in (row, unknown)])
    starts = np.concatenate([[0], np.cumsum([len(row) + 1 for row in rows.values()])])
    where = tuple({species: places[gene]} for gene in rows)
    return Alignments(tuple(rows), starts, (species,), {name: species}, codes[None], where)


def keep_promoters(
    alignments: Alignments,
    genes: GeneList,
    annotation: GeneList | None,
    options: PromoterOptions,
) -> Promoters:
    """Keep the alignments of some genes.

    Alignments that are named by genes are kept whole. Of others, such as the blocks of a MAF, the
    promoters are cut out where they lie in the first row of the file, and named by their gene.

    Raises
    ------
    DataError
        If no alignment is of any of the genes, or the file does not say where its rows lie.
    """
    match = match_genes(genes, alignments.names)
    if match.matched:
        kept = [alignments.names.index(name) for name in match.matched]
        pieces = [(name, one, slice(None)) for name, one in zip(match.matched, kept, strict=True)]
        return Promoters(_take(alignments, pieces), match)
    if not any(alignments.places):
        raise DataError(
            f"{match.describe('Promoters')} They are known by the names of their files or rows, "
            "and the files do not say where they lie."
        )
    _check_build(genes, next(iter(alignments.assemblies)), annotation is not None)
    places, placed = place_promoters(genes, annotation, options)
    pieces = [
        (gene, number, columns)
        for gene, place in places.items()
        if (found := _find_columns(alignments, place)) is not None
        for number, columns in [found]
    ]
    names = tuple(gene for gene, _, _ in pieces)
    lost = tuple(gene for gene in places if gene not in names)
    why = f"{len(lost):,} lie in no alignment" if lost else placed.why
    match = GeneMatch(placed.n_received, names, (*placed.unknown, *lost), why)
    if not pieces:
        raise DataError(
            f"{match.describe('Promoters')} Give alignments and annotation of one build."
        )
    return Promoters(_take(alignments, pieces), match)


def _find_columns(alignments: Alignments, wanted: Place) -> tuple[int, slice] | None:
    """Return the alignment that holds most of a stretch of the reference, and its columns there."""
    best, found = 0, None
    for number, places in enumerate(alignments.places):
        for species, place in list(places.items())[:1]:
            low, high = max(place.start, wanted.start), min(place.end, wanted.end)
            is_same = match_chromosome(wanted.chromosome, [place.chromosome]) is not None
            if not is_same or high - low <= best:
                continue
            at = slice(alignments.starts[number], alignments.starts[number + 1] - 1)
            row = alignments.codes[alignments.species.index(species), at]
            bases = np.flatnonzero(row <= UNKNOWN_BASE)
            first, last = low - place.start, high - 1 - place.start
            if place.strand == "-":
                first, last = place.end - high, place.end - 1 - low
            best, found = high - low, (number, slice(bases[first], bases[last] + 1))
    return found


def _take(alignments: Alignments, pieces: list[tuple[str, int, slice]]) -> Alignments:
    """Return pieces of alignments under new names."""
    parts, lengths, where = [], [0], []
    for _, number, columns in pieces:
        start, end = alignments.starts[number], alignments.starts[number + 1] - 1
        part = alignments.codes[:, start:end]
        before = part[:, : columns.start or 0] <= UNKNOWN_BASE
        cut = part[:, columns]
        parts += [cut, np.full((len(cut), 1), UNKNOWN_BASE, np.uint8)]
        lengths.append(cut.shape[1] + 1)
        where.append(
            {
                name: _shift(
                    place,
                    int(before[alignments.species.index(name)].sum()),
                    int((cut[alignments.species.index(name)] <= UNKNOWN_BASE).sum()),
                )
                for name, place in alignments.places[number].items()
            }
        )
    return Alignments(
        tuple(name for name, _, _ in pieces),
        np.cumsum(lengths),
        alignments.species,
        alignments.assemblies,
        np.concatenate(parts, axis=1),
        tuple(where),
    )


def _shift(place: Place, before: int, n: int) -> Place:
    start, end = place.locate(before, n)
    return place._replace(start=start, end=end)
