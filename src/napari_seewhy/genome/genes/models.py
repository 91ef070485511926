"""Gene models: the exons of every transcript, from the files of many databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.errors import DataError
from napari_seewhy.genome.genes.dialects import (
    find_gene_pred,
    find_names,
    find_reader,
    is_gff,
    read_pred_lines,
)
from napari_seewhy.genome.genes.transcripts import list_exons
from napari_seewhy.genome.strands import spell_strands
from napari_seewhy.genome.text_tables import check_order, read_head, read_text_columns

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from napari_seewhy.genome.text_tables import TextHead

_EXON_NAMES = ("gene_name", "gene")
_LINE_NAMES = ("Name", "gene_name", "gene")
_IDS = ("gene_id", "transcript_id", "Parent", "ID")


def read_gene_models(path: Path) -> pd.DataFrame:
    """Read the transcripts of a table of genes with their exons.

    A GTF, a GFF3, a genePred or refGene table, and a BED of 12 columns say exons; in any other
    table that `read_genes` reads, a line is one exon.

    Parameters
    ----------
    path
        The table, gzipped or not.

    Returns
    -------
    DataFrame
        One row per transcript: ``gene`` ("" where it has no name), ``chromosome``, ``start``,
        ``end`` (0-based, half-open), ``strand`` ("+", "-" or "."), and ``exons``, a tuple of pairs
        of start and end in the order of the genome.

    Raises
    ------
    FileError
        If the file cannot be read.
    DataError
        If it holds no gene, is no table that is known, or a line is broken; the line is named.
    """
    head = read_head(path)
    if not head.rows:
        raise DataError(f"{path} holds no gene; wanted one line for each.")
    exons = _read_gff_exons(path, head) if is_gff(head.rows[0]) else _read_lines(path, head)
    check_order(exons, path)
    ordered = exons.assign(strand=spell_strands(exons["strand"], path)).sort_values("start")
    ordered["exons"] = list(zip(ordered["start"], ordered["end"], strict=True))
    keys = ["gene", "chromosome", "strand", "part"]
    return (
        ordered.groupby(keys, sort=False, as_index=False)
        .agg(start=("start", "min"), end=("end", "max"), exons=("exons", tuple))
        .drop(columns="part")
    )


def _read_lines(path: Path, head: TextHead) -> pd.DataFrame:
    """Return the exons of a table with one line for each transcript, as `_read_gff_exons` does."""
    if find_gene_pred(head.rows[0]) is None:
        table = find_reader(path, head)(path, head, [])
        table = table.assign(**{name: "" for name in ("blocks", "sizes") if name not in table})
        exons = list_exons(table)
    else:
        table = read_pred_lines(path, head, with_exons=True)
        exons = _list_pred_exons(table)
    names = table["gene"].where(table["gene"] != ".", "").to_numpy()
    return exons.assign(gene=names[exons["line"]], part=exons["line"]).set_axis(
        # The line of the file, by which a broken one is named.
        table.index[exons["line"]]
    )


def _list_pred_exons(table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    exons = []
    for line, (starts, ends) in enumerate(zip(table["starts"], table["ends"], strict=True)):
        pairs = [[int(n) for n in said.strip(", ").split(",")] for said in (starts, ends)]
        if len(pairs[0]) != len(pairs[1]):
            raise DataError(
                f"Line {table.index[line]} has {len(pairs[0])} starts of exons and "
                f"{len(pairs[1])} ends; wanted one end for each."
            )
        exons += [(line, start, end) for start, end in zip(*pairs, strict=True)]
    listed = pd.DataFrame(exons, columns=["line", "start", "end"])
    for name in ("chromosome", "strand"):
        listed[name] = table[name].to_numpy()[listed["line"]]
    return listed


def _read_gff_exons(path: Path, head: TextHead) -> pd.DataFrame:
    """Return ``gene``, ``chromosome``, ``start``, ``end``, ``strand`` and ``part`` of each exon.

    Where a file has no exons, its coding parts, transcripts or genes are taken, the first of these
    that it has.
    """
    names = ("chromosome", "feature", "start", "end", "strand", "attributes")
    table = read_text_columns(path, (0, 2, 3, 4, 6, 8), names, head)
    table = table.assign(start=table["start"] - 1)
    feature = table["feature"].str.lower()
    kinds = (
        feature == "exon",
        feature == "cds",
        feature.str.contains("transcript|rna", regex=True),
        feature.str.endswith("gene"),
    )
    chosen = next((kind for kind in kinds if kind.any()), None)
    if chosen is None:
        found = ", ".join(sorted(set(table["feature"]))[:5])
        raise DataError(
            f"{path} holds lines about {found}, and none about a gene, a transcript or an exon."
        )
    exons = table[chosen]
    is_whole = chosen is kinds[2] or chosen is kinds[3]
    ids = ("transcript_id", "ID") if is_whole else ("transcript_id", "Parent", "ID")
    part = find_names(exons["attributes"], ids)
    gene = find_names(exons["attributes"], _LINE_NAMES if is_whole else _EXON_NAMES)
    if (gene == "").any():
        named = part.map(_name_parents(table[~chosen]))
        gene = gene.where(gene != "", named.fillna(find_names(exons["attributes"], _IDS)))
    return exons.assign(gene=gene, part=part)


def _name_parents(lines: pd.DataFrame) -> dict[str, str]:
    """Return the name of the gene of each transcript of a GFF3, whose exons say the parent only."""
    own = find_names(lines["attributes"], ("ID", "transcript_id", "gene_id"))
    parent = dict(zip(own, find_names(lines["attributes"], ("Parent", "gene_id")), strict=True))
    name = dict(zip(own, find_names(lines["attributes"], _LINE_NAMES), strict=True))
    # The transcript has a name of its own, such as TP53-201: the gene's goes first.
    return {one: name.get(parent[one]) or name[one] or parent[one] for one in own if one}
