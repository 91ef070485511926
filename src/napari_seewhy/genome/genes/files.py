"""Genes: where each starts, on which strand, from the files of many databases."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.genome.dates import find_dates
from napari_seewhy.genome.genes.dialects import find_reader
from napari_seewhy.genome.genes.transcripts import settle_transcripts
from napari_seewhy.genome.strands import spell_strands
from napari_seewhy.genome.text_tables import check_order, read_head

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

GENE_COLUMNS = ("gene", "chromosome", "start", "end", "strand", "tss")


def read_genes(
    path: Path, *, join_transcripts: bool = False, with_identifiers: bool = False
) -> pd.DataFrame:
    """Read where genes lie, from a table of ``docs/reference/genome-files.md``, gzipped or not.

    The kind of table is seen from what it holds. A BED or genePred counts from 0 with the end
    behind the last base, a GTF, GFF3 or BioMart table from 1 with the end included; all become
    0-based and half-open. The start of a gene (TSS) is its first base, on the minus strand its
    last. Of a table of transcripts or exons each gene becomes one line.

    Parameters
    ----------
    path
        The table.
    join_transcripts
        Whether the lines of a BED that share exons (or, without blocks, bases) on one strand
        become one gene, named after the longest.
    with_identifiers
        Adds the column ``identifier``: that of the gene beside its name, as far as a GTF or GFF3
        says it; "" elsewhere.

    Returns
    -------
    DataFrame
        One row per gene in the order of the file: ``gene`` (its name, or its interval where it has
        none), ``chromosome``, ``start``, ``end``, ``strand`` ("+", "-" or "."), ``tss``.

    Raises
    ------
    FileError
        If the file cannot be read.
    DataError
        If it holds no gene, is no table that is known, or a line is broken; the line is named.

    Warns
    -----
    SeewhyWarning
        If two genes bear one name, strands are missing, or something else was assumed.
    """
    head = read_head(path)
    if not head.rows:
        raise DataError(f"{path} holds no gene; wanted one line for each.")
    notes: list[str] = []
    table = find_reader(path, head)(path, head, notes)
    if "blocks" in table:
        table = settle_transcripts(table, path, notes, join=join_transcripts)
    check_order(table, path)
    strand = spell_strands(table["strand"], path)
    unnamed = (
        table["chromosome"] + ":" + table["start"].astype(str) + "-" + table["end"].astype(str)
    )
    genes = table.assign(
        gene=table["gene"].where(~table["gene"].isin(["", "."]), unnamed),
        strand=strand,
        tss=table["start"].where(strand != "-", table["end"] - 1),
    )
    n_unknown = int((strand == ".").sum())
    if n_unknown == len(genes):
        notes.append(
            f"{path} says no strand; the first base of each line is taken as the start of its "
            "gene, and no picture is mirrored."
        )
    elif n_unknown:
        notes.append(
            f"{path} says no strand of {n_unknown:,} of {len(genes):,} genes; their first base is "
            "taken as their start."
        )
    notes += find_dates(genes["gene"].tolist(), str(path))
    _note_twins(genes, path, notes)
    for note in notes:
        warnings.warn(note, SeewhyWarning, stacklevel=2)
    if with_identifiers and "identifier" not in genes:
        genes = genes.assign(identifier="")
    columns = [*GENE_COLUMNS, *(["identifier"] if with_identifiers else [])]
    return genes[columns].reset_index(drop=True)


def _note_twins(genes: pd.DataFrame, path: Path, notes: list[str]) -> None:
    twice = genes["gene"][genes["gene"].duplicated()]
    if len(twice):
        same = genes[genes["gene"] == twice.iloc[0]]
        places = [f"{c}:{tss:,}" for c, tss in zip(same["chromosome"], same["tss"], strict=True)]
        notes.insert(
            0,
            f"{path} names {twice.nunique():,} genes more than once, such as {twice.iloc[0]} "
            f"({', '.join(places[:3])}); each line gets a picture of its own.",
        )
