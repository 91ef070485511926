"""Gene models and CpG islands in the windows of pictures, kept beside them as BED."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from napari_seewhy.epigenome.pictures.layout import layout_path
from napari_seewhy.errors import DataError
from napari_seewhy.files import writing
from napari_seewhy.genome import match_chromosome, read_gene_models, read_islands
from napari_seewhy.progress import Step, Task, blocking

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

MODELS, ISLANDS = "gene_models", "cpg_islands"
"""What stands between the name of a set of pictures and ``.bed`` in the names of the files."""


def annotation_path(pictures: Path, what: str) -> Path:
    """Return where `MODELS` or `ISLANDS` of a folder or table of pictures are kept."""
    beside = layout_path(pictures)
    return beside.with_name(f"{beside.name.removesuffix('.layout.json')}.{what}.bed")


def keep_annotation_steps(
    pictures: Path, table: pd.DataFrame, genes: Path | None = None, islands: Path | None = None
) -> Task[tuple[int, int]]:
    """Keep what lies in the windows of pictures beside them, so that it is read at once later.

    Parameters
    ----------
    pictures
        Their folder or table.
    table
        Columns ``chromosome``, ``start``, ``end``: the windows.
    genes
        Gene models, see `read_gene_models`; None keeps what is there.
    islands
        CpG islands, see `read_islands`; None keeps what is there.

    Returns
    -------
    tuple of int
        Number of transcripts and of CpG islands that are now kept.

    Raises
    ------
    FileError, DataError
        If a file cannot be read or written, or none of it lies in a window.
    """
    windows = table[["chromosome", "start", "end"]]
    windows = windows[windows["start"].notna() & (windows["chromosome"] != "")]
    if windows.empty:
        raise DataError(
            "The pictures do not say where their genes lie, so nothing can be drawn below them; "
            "give a table with the columns chromosome, start and end."
        )
    counts = []
    for what, source, read in (
        (MODELS, genes, read_gene_models),
        (ISLANDS, islands, read_islands),
    ):
        if source is None:
            counts.append(0)
            continue
        yield Step(0, 0, f"Reading {source.name}")
        found = _in_windows(read(source), windows)
        if found.empty:
            raise DataError(
                f"Nothing in {source} lies in the windows of the {len(windows):,} pictures; choose "
                "a file of their genome and build."
            )
        lines = _bed12(found) if what == MODELS else found[["chromosome", "start", "end", "name"]]
        with writing(annotation_path(pictures, what)) as part:
            lines.to_csv(part, sep="\t", header=False, index=False)
        counts.append(len(found))
    return counts[0], counts[1]


keep_annotation = blocking(keep_annotation_steps)


def _in_windows(table: pd.DataFrame, windows: pd.DataFrame) -> pd.DataFrame:
    """Return the intervals that overlap a window, with the chromosome as the pictures call it."""
    known = set(table["chromosome"])
    parts = []
    for name, here in windows.groupby("chromosome"):
        spelled = match_chromosome(str(name), known)
        there = table[table["chromosome"] == spelled]
        starts, ends = (np.sort(here[side].to_numpy(np.int64)) for side in ("start", "end"))
        parts.append(there[_count(starts, ends, there) > 0].assign(chromosome=str(name)))
    return pd.concat(parts)


def _count(
    starts: NDArray[np.int64], ends: NDArray[np.int64], table: pd.DataFrame
) -> NDArray[np.int64]:
    """Count the windows over each interval: those begun before its end, less those past."""
    begun = np.searchsorted(starts, table["end"].to_numpy(), side="left")
    return begun - np.searchsorted(ends, table["start"].to_numpy(), side="right")


def _bed12(models: pd.DataFrame) -> pd.DataFrame:
    exons = models["exons"]
    sizes = [",".join(str(end - start) for start, end in one) for one in exons]
    offsets = [
        ",".join(str(start - first) for start, _ in one)
        for one, first in zip(exons, models["start"], strict=True)
    ]
    name = models["gene"].where(models["gene"] != "", ".")
    bed = models[["chromosome", "start", "end"]].assign(name=name, score=0)
    bed = bed.assign(strand=models["strand"], thick_start=models["start"])
    return bed.assign(
        thick_end=models["end"], color=0, n=exons.str.len(), sizes=sizes, starts=offsets
    )
