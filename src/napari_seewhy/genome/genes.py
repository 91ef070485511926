"""Genes: where each starts, on which strand, from a BED or GTF file."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.genome.text_tables import check_order, count_columns, read_text_columns

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

GENE_COLUMNS = ("gene", "chromosome", "start", "end", "strand", "tss")
_BED_NAMES = ("chromosome", "start", "end", "gene", "score", "strand")
_GTF_FEATURES = ("gene", "transcript", "mRNA")
_STRANDS = ("+", "-")


def read_genes(path: Path) -> pd.DataFrame:
    """Read where genes lie from a BED (three to twelve columns) or a GTF file, gzipped or not.

    A BED counts from 0 with the end behind the last base, a GTF from 1 with the end included; both
    become 0-based and half-open. The start of a gene (TSS) is its first base, on the minus strand
    its last. Of a GTF the genes are taken, or the transcripts where it has no genes.

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
        If it holds no gene, or a line is broken; the line is named.

    Warns
    -----
    SeewhyWarning
        If two genes bear one name.
    """
    n_columns = count_columns(path)
    if n_columns == 0:
        raise DataError(f"{path} holds no gene; wanted one line for each.")
    is_gtf = any(suffix.lower() in (".gtf", ".gff") for suffix in path.suffixes)
    table = _read_gtf(path) if is_gtf else _read_bed(path, n_columns)
    check_order(table, path)
    strand = table["strand"].where(table["strand"].isin(_STRANDS), ".")
    unnamed = (
        table["chromosome"] + ":" + table["start"].astype(str) + "-" + table["end"].astype(str)
    )
    genes = table.assign(
        gene=table["gene"].where(~table["gene"].isin(["", "."]), unnamed),
        strand=strand,
        tss=table["start"].where(strand != "-", table["end"] - 1),
    )
    _warn_of_twins(genes["gene"], path)
    return genes[list(GENE_COLUMNS)].reset_index(drop=True)


def _read_bed(path: Path, n_columns: int) -> pd.DataFrame:
    if n_columns < 3:
        raise DataError(
            f"{path} has {n_columns} columns parted by tabs; wanted a BED with chromosome, start, "
            "end, and where known name, score and strand, or a file ending in .gtf."
        )
    names = _BED_NAMES[: min(n_columns, len(_BED_NAMES))]
    table = read_text_columns(path, range(len(names)), names)
    missing = {name: "" for name in _BED_NAMES if name not in names}
    return table.assign(**missing)


def _read_gtf(path: Path) -> pd.DataFrame:
    names = ("chromosome", "feature", "start", "end", "strand", "attributes")
    table = read_text_columns(path, (0, 2, 3, 4, 6, 8), names)
    kind = next((name for name in _GTF_FEATURES if (table["feature"] == name).any()), None)
    if kind is None:
        raise DataError(
            f"{path} holds no line about a gene or transcript; wanted one with the feature gene."
        )
    kept = table[table["feature"] == kind]
    found = [
        kept["attributes"].str.extract(rf'(?:^|;)\s*{key}[ =]"?([^";]+)', expand=False)
        for key in ("gene_name", "Name", "gene_id", "ID")
    ]
    gene = found[0]
    for other in found[1:]:
        gene = gene.fillna(other)
    # A GTF counts from 1.
    return kept.assign(gene=gene.fillna(""), start=kept["start"] - 1)


def _warn_of_twins(names: pd.Series[str], path: Path) -> None:
    twice = names[names.duplicated()]
    if len(twice):
        warnings.warn(
            f"{path} names {twice.nunique():,} genes more than once, such as {twice.iloc[0]}; each "
            "line gets a picture of its own.",
            SeewhyWarning,
            stacklevel=3,
        )
