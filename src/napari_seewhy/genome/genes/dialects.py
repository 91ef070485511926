"""Tables of genes as databases write them (BED, GTF, GFF3, genePred, BioMart), seen by content."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from napari_seewhy.errors import DataError
from napari_seewhy.genome.strands import find_strand_column, spell_strand
from napari_seewhy.genome.text_tables import is_whole, read_text_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd

    from napari_seewhy.genome.text_tables import TextHead

_BED_STRAND = 5
_BED_COLUMNS = 12
_GENE_KEYS = ("gene_name", "Name", "gene", "gene_id", "ID")
_ID_KEYS = ("gene_id", "ID")
_PART_KEYS = ("gene_name", "gene", "gene_id", "Parent", "Name", "ID")
_BIOMART = {
    "gene": ("gene name", "hgnc symbol", "mgi symbol", "external_gene_name", "gene stable id"),
    "chromosome": ("chromosome/scaffold name", "chromosome_name", "chromosome name"),
    "start": ("gene start (bp)", "start_position", "transcript start (bp)"),
    "end": ("gene end (bp)", "end_position", "transcript end (bp)"),
    "strand": ("strand",),
}
_NAMED = {
    "gene": ("gene_name", "symbol", "gene_symbol", "gene", "gene_id", "geneid", "name"),
    "chromosome": ("seqnames", "chrom", "chr", "chromosome"),
    "start": ("start", "chromstart"),
    "end": ("end", "chromend"),
    "strand": ("strand",),
    "width": ("width",),
}
"""Columns of GenomicRanges (R), of SAF (featureCounts), and of tables whose header names them."""

_SAF = ("geneid", "chr", "start", "end", "strand")


def find_reader(path: Path, head: TextHead) -> Callable[[Path, TextHead, list[str]], pd.DataFrame]:
    """Say how to read a table of genes, by what its first line of values holds.

    Returns
    -------
    callable
        Returns columns ``gene``, ``chromosome``, ``start``, ``end`` (0-based, half-open) and
        ``strand`` as the file spells it, and adds sentences about what was assumed.

    Raises
    ------
    DataError
        If it is none that is known; what was found is named.
    """
    row = head.rows[0]
    if _find_named(head, _BIOMART) is not None:
        return _read_biomart
    named = _find_named(head, _NAMED)
    # A header in the order of a BED tells nothing new.
    if named is not None and ("width" in named or named["chromosome"] != 0):
        return _read_named
    if is_gff(row):
        return _read_gff
    if find_gene_pred(row) is not None:
        return _read_gene_pred
    if len(row) >= 6 and row[3] in {*head.column(0), "."} and _is_place(row, 4):
        raise DataError(
            f"{path} is a BEDPE, whose lines are pairs of intervals; wanted one line for each gene."
        )
    if len(row) >= 3 and is_whole(row[1]):
        return _read_bed
    first = ", ".join(field[:40] for field in row[:6])
    raise DataError(
        f"{path} has {len(row)} columns, in the first line {first}; wanted a BED "
        "(chromosome, start, end, name, score, strand), a GTF or GFF3, a genePred or refGene "
        "table, or one of BioMart, GenomicRanges or featureCounts (SAF) with its header."
    )


def is_gff(row: Sequence[str]) -> bool:
    """Say whether a line is one of a GTF or GFF3."""
    return len(row) >= 9 and _is_place(row, 3) and spell_strand(row[6]) is not None


def _is_place(row: Sequence[str], number: int) -> bool:
    return all(map(is_whole, row[number : number + 2]))


def _read_bed(path: Path, head: TextHead, notes: list[str]) -> pd.DataFrame:
    columns = [head.column(number) for number in range(min(head.n_columns, 12))]
    strand = find_strand_column(columns, _BED_STRAND)
    names = {"chromosome": 0, "start": 1, "end": 2}
    if head.n_columns > 3:
        names["gene"] = 4 if strand == 3 and head.n_columns > 4 else 3
    if strand is None and head.n_columns > _BED_STRAND:
        found = ", ".join(sorted(set(columns[_BED_STRAND]))[:4])[:80]
        raise DataError(
            f"{path} has {found!r} in column {_BED_STRAND + 1}, where a BED has the strand, and no "
            "other column of strands; wanted + or -, 1 or -1, or . where it is not known."
        )
    if strand is not None and strand != _BED_STRAND:
        notes.append(f"{path} has the strand in column {strand + 1}; it is read from there.")
    names |= {} if strand is None else {"strand": strand}
    names |= {"sizes": 10, "blocks": 11} if head.n_columns == _BED_COLUMNS else {}
    table = read_text_columns(path, list(names.values()), list(names), head)
    missing = {name: "" for name in ("gene", "strand") if name not in table}
    missing |= {name: "" for name in ("blocks", "sizes") if name not in table}
    return table.assign(**missing)


def _read_gff(path: Path, head: TextHead, notes: list[str]) -> pd.DataFrame:
    names = ("chromosome", "feature", "start", "end", "strand", "attributes")
    table = read_text_columns(path, (0, 2, 3, 4, 6, 8), names, head)
    # Both count from 1.
    table = table.assign(start=table["start"] - 1)
    feature = table["feature"]
    # ncRNA_gene and pseudogene are genes too; V_gene_segment is a part of one.
    is_gene = feature.str.lower().str.endswith("gene")
    if is_gene.any():
        kept = table[is_gene]
        return kept.assign(
            gene=find_names(kept["attributes"], _GENE_KEYS),
            identifier=find_names(kept["attributes"], _ID_KEYS),
        )
    is_transcript = feature.str.contains("transcript|RNA", regex=True)
    is_part = feature.str.lower().isin(["exon", "cds"])
    if not is_transcript.any() and not is_part.any():
        found = ", ".join(sorted(set(feature))[:5])
        raise DataError(
            f"{path} holds lines about {found}, and none about a gene, a transcript or an exon."
        )
    kept = table[is_transcript if is_transcript.any() else is_part]
    kept = kept.assign(
        gene=find_names(kept["attributes"], _PART_KEYS),
        part=find_names(kept["attributes"], ("transcript_id", "Parent", "ID")),
    )
    kind = "transcripts" if is_transcript.any() else "exons"
    if kind == "exons":
        keys = ["gene", "chromosome", "strand", "part"]
        kept = kept.groupby(keys, sort=False, as_index=False).agg(
            start=("start", "min"), end=("end", "max")
        )
    return _join_to_genes(kept, path, kind, notes)


def _read_gene_pred(path: Path, head: TextHead, notes: list[str]) -> pd.DataFrame:
    return _join_to_genes(read_pred_lines(path, head), path, "transcripts", notes)


def read_pred_lines(path: Path, head: TextHead, *, with_exons: bool = False) -> pd.DataFrame:
    """Read the transcripts of a genePred table.

    Returns
    -------
    DataFrame
        Columns ``gene``, ``chromosome``, ``start``, ``end``, ``strand``; with exons also ``starts``
        and ``ends`` of them, as text with commas.
    """
    strand = find_gene_pred(head.rows[0])
    assert strand is not None
    last = head.n_columns - 1
    # genePredExt and refGene say the gene in name2, behind a score; refFlat in its first column.
    has_gene = strand + 9 <= last and is_whole(head.rows[0][strand + 8])
    gene = strand + 9 if has_gene else strand - 2
    is_flat = strand == 3 and not head.rows[0][0].strip().isdigit()
    columns = [0 if is_flat else gene, strand - 1, strand + 1, strand + 2, strand]
    names = ["gene", "chromosome", "start", "end", "strand"]
    if with_exons:
        columns += [strand + 6, strand + 7]
        names += ["starts", "ends"]
    return read_text_columns(path, columns, names, head)


def find_gene_pred(row: Sequence[str]) -> int | None:
    """Return the column of the strand of a genePred table: with bin or gene name first, or not."""
    for strand in (2, 3):
        if (
            len(row) > strand + 7
            and row[strand] in ("+", "-")
            and _is_place(row, strand + 1)
            and is_whole(row[strand + 5])
            and re.fullmatch(r"(\d+,)+\d*", row[strand + 6].strip())
        ):
            return strand
    return None


def _read_biomart(path: Path, head: TextHead, notes: list[str]) -> pd.DataFrame:
    columns = _find_named(head, _BIOMART)
    assert columns is not None
    table = read_text_columns(path, list(columns.values()), list(columns), head)
    missing = {name: "" for name in ("gene", "strand") if name not in table}
    # BioMart counts from 1.
    table = table.assign(start=table["start"] - 1, **missing)
    keys = ["gene", "chromosome", "strand"]
    return _join_to_genes(table[[*keys, "start", "end"]], path, "lines", notes)


def _read_named(path: Path, head: TextHead, notes: list[str]) -> pd.DataFrame:
    """Read columns by their names; widths say whether positions count from 1."""
    columns = _find_named(head, _NAMED)
    assert columns is not None
    width = columns.pop("width", None)
    is_saf = tuple(head.names) == _SAF
    is_closed = is_saf or (
        width is not None
        and all(
            float(row[width]) == float(row[columns["end"]]) - float(row[columns["start"]]) + 1
            for row in head.rows
            if all(is_whole(row[at]) for at in (width, columns["start"], columns["end"]))
        )
    )
    first = "1, with the end included" if is_closed else "0, as a BED does"
    notes.append(f"{path} is read by the names of its columns, and counts positions from {first}.")
    table = read_text_columns(path, list(columns.values()), list(columns), head)
    missing = {name: "" for name in ("gene", "strand") if name not in table}
    table = table.assign(start=table["start"] - is_closed, **missing)
    if not is_saf:
        return table
    # Each line of a SAF is an exon.
    keys = ["gene", "chromosome", "strand"]
    places = table.groupby(keys, sort=False, as_index=False)
    return places.agg(start=("start", "min"), end=("end", "max"))


def _find_named(head: TextHead, known_names: dict[str, tuple[str, ...]]) -> dict[str, int] | None:
    """Find columns by their names; None where chromosome, start or end is not among them."""
    found = {}
    for name, spellings in known_names.items():
        known = [spelling for spelling in spellings if spelling in head.names]
        if known:
            found[name] = head.names.index(known[0])
    return found if {"chromosome", "start", "end"} <= set(found) else None


def find_names(attributes: pd.Series[str], keys: Sequence[str]) -> pd.Series[str]:
    """Return what the first of some keys says that a line has, "" where it has none."""
    found = [
        attributes.str.extract(rf'(?:^|;)\s*{key}[ =]"?([^";]+)', expand=False) for key in keys
    ]
    name = found[0]
    for other in found[1:]:
        name = name.fillna(other)
    name = name.fillna("").str.strip().str.replace(r"^(?:gene|rna|transcript)[:-]", "", regex=True)
    return name.map(unquote) if name.str.contains("%").any() else name


def _join_to_genes(table: pd.DataFrame, path: Path, what: str, notes: list[str]) -> pd.DataFrame:
    """Make one gene of lines that overlap and bear one name on one strand, in order of the file."""
    keys = ["gene", "chromosome", "strand"]
    ordered = table.assign(at=range(len(table))).sort_values([*keys, "start"], kind="stable")
    reach = ordered.groupby(keys)["end"].cummax().groupby([ordered[k] for k in keys]).shift()
    ordered["part"] = (~(ordered["start"] < reach) | (ordered["gene"] == "")).cumsum()
    joined = ordered.groupby([*keys, "part"], as_index=False).agg(
        start=("start", "min"), end=("end", "max"), at=("at", "min")
    )
    if len(joined) < len(table):
        notes.append(
            f"{path} holds {len(table):,} {what} of {len(joined):,} genes; a gene starts where its "
            "outermost one does."
        )
    return joined.sort_values("at").drop(columns=["part", "at"])
