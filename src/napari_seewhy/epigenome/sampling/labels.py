"""The classes of pictures as a table says them, found by file or by gene, compound and exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.epigenome.pictures import spell_class
from napari_seewhy.errors import DataError
from napari_seewhy.tables import check_columns, read_table

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

_KEYS = ("gene", "compound", "exposure")


class GeneLabels(NamedTuple):
    """The class of each picture ``(N,)`` str, "" where unknown, and how many rows found none."""

    names: NDArray[Any]
    n_unused: int


def read_gene_labels(path: Path, pictures: pd.DataFrame, column: str = "class") -> GeneLabels:
    """Read the class of each picture from a table.

    Parameters
    ----------
    path
        Table (.csv) with the class and either ``file``, or ``gene`` and, where the class differs
        between them, ``compound`` and ``exposure``.
    pictures
        Table of a `PictureSet`.
    column
        Column of the class.

    Raises
    ------
    FileError
        If the table cannot be read.
    DataError
        If a column is missing, a picture is given two classes, or not one picture is spoken of.
    """
    table = read_table(path, [column], text_columns=("file", *_KEYS, column))
    keys = ["file"] if "file" in table else [key for key in _KEYS if key in table]
    if keys != ["file"]:
        check_columns(table, ["gene"], str(path))
    said = table[[*keys, column]].fillna("")
    said[column] = said[column].map(spell_class)
    said = said[said[column] != ""].drop_duplicates()
    twice = said.duplicated(keys)
    if twice.any():
        which = " ".join(said.loc[twice, keys].iloc[0])
        raise DataError(
            f"{path} gives {which} two classes; keep one, or add the columns that tell its "
            "pictures apart (compound, exposure, file)."
        )
    joined = pictures[keys].merge(said, on=keys, how="left")[column].fillna("")
    names = joined.to_numpy(object)
    if not np.count_nonzero(names != ""):
        raise DataError(
            f"{path} speaks of none of the {len(pictures):,} pictures; its first line is about "
            f"{' '.join(said[keys].iloc[0]) if len(said) else 'nothing'}, and the first picture is "
            f"{' '.join(pictures[keys].iloc[0])}."
        )
    used = said.merge(pictures[keys].drop_duplicates(), on=keys)
    return GeneLabels(names, len(said) - len(used))
