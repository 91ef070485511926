"""A BED of transcripts, as GENCODE's: one line for each, and no name of the gene."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

_TRANSCRIPT = re.compile(r"(ENS[A-Z]*T\d{5}|[NX][MR]_\d{4})")


def settle_transcripts(
    table: pd.DataFrame, path: Path, notes: list[str], *, join: bool
) -> pd.DataFrame:
    """Join the transcripts of each gene, or say that every one stays alone.

    Parameters
    ----------
    table
        Columns ``gene``, ``chromosome``, ``start``, ``end``, ``strand``, and ``sizes`` and
        ``blocks`` (starts of the exons within the line), "" where the file has none.
    path
        Its file.
    notes
        Gets a sentence.
    join
        Whether lines that share exons on one strand become one.
    """
    transcripts = table["gene"].str.match(_TRANSCRIPT)
    if not join:
        if transcripts.any():
            notes.append(
                f"{path} names transcripts, such as {table['gene'][transcripts].iloc[0]}, and not "
                "genes; each gets a picture. For one picture per gene join them "
                "(--join-transcripts), or give a GTF, GFF3 or refGene."
            )
        return table
    length = table["end"] - table["start"]
    ordered = table.assign(part=_find_genes(table), length=length, at=np.arange(len(table)))
    longest = ordered.sort_values("length", ascending=False, kind="stable").groupby("part")
    joined = longest.agg(
        gene=("gene", "first"),
        chromosome=("chromosome", "first"),
        start=("start", "min"),
        end=("end", "max"),
        strand=("strand", "first"),
        at=("at", "min"),
    ).sort_values("at")
    notes.append(
        f"{path} holds {len(table):,} lines that were joined to {len(joined):,} genes, as they "
        "share exons on one strand; a gene bears the name of its longest line."
    )
    # The line of the file stays the index, by which a broken one is named.
    return joined.set_index(table.index[joined["at"]]).drop(columns="at")


def _find_genes(table: pd.DataFrame) -> NDArray[np.intp]:
    """Give each gene a number; lines that a chain of shared exons connects have the same."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    exons = list_exons(table).sort_values(["chromosome", "strand", "start"], kind="stable")
    keys = [exons["chromosome"], exons["strand"]]
    reach = exons.groupby(["chromosome", "strand"])["end"].cummax().groupby(keys).shift()
    is_first = ~(exons["start"] < reach)
    first = exons["line"].where(is_first).ffill().astype(np.intp)
    n = len(table)
    links = coo_array((np.ones(len(exons), bool), (first, exons["line"])), shape=(n, n))
    return np.asarray(connected_components(links, directed=False)[1], np.intp)


def list_exons(table: pd.DataFrame) -> pd.DataFrame:
    """List the exons of each line; a line without blocks is one exon.

    Parameters
    ----------
    table
        As `settle_transcripts` takes it.

    Returns
    -------
    DataFrame
        One row per exon: ``line`` (number of its row in the table), ``chromosome``, ``start``,
        ``end``, ``strand``.
    """
    import pandas as pd

    parts = []
    columns = (table[name] for name in ("start", "end", "blocks", "sizes"))
    for line, (start, end, blocks, sizes) in enumerate(zip(*columns, strict=True)):
        starts = [int(field) for field in blocks.split(",") if field.strip().isdigit()]
        widths = [int(field) for field in sizes.split(",") if field.strip().isdigit()]
        if starts and len(starts) == len(widths):
            pairs = zip(starts, widths, strict=True)
            parts += [(line, start + one, start + one + width) for one, width in pairs]
        else:
            parts.append((line, start, end))
    exons = pd.DataFrame(parts, columns=["line", "start", "end"])
    for name in ("chromosome", "strand"):
        exons[name] = table[name].to_numpy()[exons["line"]]
    return exons
