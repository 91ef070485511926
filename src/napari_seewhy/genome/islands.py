"""CpG islands, from a BED or from the table of UCSC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.errors import DataError
from napari_seewhy.genome.text_tables import check_order, is_whole, read_head, read_text_columns

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


def read_islands(path: Path) -> pd.DataFrame:
    """Read intervals with their names, such as CpG islands.

    Parameters
    ----------
    path
        A BED, or the table ``cpgIslandExt`` of UCSC, which has a number before the chromosome.

    Returns
    -------
    DataFrame
        ``chromosome``, ``start``, ``end`` (0-based, half-open), and ``name``, "" where there is
        none.

    Raises
    ------
    FileError
        If the file cannot be read.
    DataError
        If it is no table of intervals, or a line is broken; the line is named.
    """
    head = read_head(path)
    row = head.rows[0] if head.rows else ()
    starts = [n for n in (0, 1) if len(row) > n + 2 and all(map(is_whole, row[n + 1 : n + 3]))]
    if not starts:
        raise DataError(
            f"{path} holds no intervals; wanted a BED of CpG islands: chromosome, start, end, name."
        )
    first = starts[0]
    names = ["chromosome", "start", "end", "name"][: head.n_columns - first]
    table = read_text_columns(path, range(first, first + len(names)), names, head)
    check_order(table, path)
    return table if "name" in table else table.assign(name="")
