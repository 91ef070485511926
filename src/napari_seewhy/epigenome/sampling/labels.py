"""The classes of pictures as a table says them, found by file or by gene, compound and exposure."""

from __future__ import annotations

import warnings
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.epigenome.pictures import spell_class
from napari_seewhy.epigenome.sampling.agreement import CONSENSUS, agreed_classes, compare_readers
from napari_seewhy.errors import DataError, SeewhyWarning
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


def read_gene_labels(
    path: Path,
    pictures: pd.DataFrame,
    column: str = "class",
    reader: str = "",
    *,
    only_agreed: bool = False,
) -> GeneLabels:
    """Read the class of each picture from a table, or from the review of several readers.

    Parameters
    ----------
    path
        Table (.csv) with the class and either ``file``, or ``gene`` and, where the class differs
        between them, ``compound`` and ``exposure``; with ``reader`` if it is a review.
    pictures
        Table of a `PictureSet`.
    column
        Column of the class.
    reader
        Whose classes of a review to take; "" takes the consensus that it keeps, and else the class
        on which all readers agree. Where they disagree the class is unknown, with a warning.
    only_agreed
        Whether two readers must have agreed where there is no consensus.

    Raises
    ------
    FileError
        If the table cannot be read.
    DataError
        If a column is missing, a picture is given two classes, not one picture is spoken of, or the
        review has no such reader.
    """
    table = read_table(path, [column], text_columns=("file", "reader", *_KEYS, column))
    keys = ["file"] if "file" in table else [key for key in _KEYS if key in table]
    if keys != ["file"]:
        check_columns(table, ["gene"], str(path))
    if reader or only_agreed:
        check_columns(table, ["reader"], str(path))
    who = ["reader"] if "reader" in table else []
    said = table[[*keys, *who, column]].fillna("")
    said[column] = said[column].map(spell_class)
    said = said[said[column] != ""].drop_duplicates()
    _check_once(said, [*keys, *who], path)
    if who:
        said = _choose_reader(said, keys, column, reader, path, 2 if only_agreed else 1)
    joined = pictures[keys].merge(said, on=keys, how="left")[column].fillna("")
    names = joined.to_numpy(object)
    if not np.count_nonzero(names != ""):
        raise DataError(
            f"{path} gives a class to none of the {len(pictures):,} pictures; its first line is "
            f"about {' '.join(said[keys].iloc[0]) if len(said) else 'nothing'}, and the first "
            f"picture is {' '.join(pictures[keys].iloc[0])}."
        )
    used = said.merge(pictures[keys].drop_duplicates(), on=keys)
    return GeneLabels(names, len(said) - len(used))


def _check_once(said: pd.DataFrame, keys: list[str], path: Path) -> None:
    twice = said.duplicated(keys)
    if twice.any():
        which = " ".join(said.loc[twice, keys].iloc[0])
        missing = [name for name in ("file", *_KEYS[1:]) if name not in said]
        add = f", or add the columns that distinguish its pictures ({', '.join(missing)})"
        raise DataError(
            f"{path} gives two classes to {which}; keep one{add if 'file' in missing else ''}."
        )


def _choose_reader(
    said: pd.DataFrame, keys: list[str], column: str, reader: str, path: Path, n_least: int
) -> pd.DataFrame:
    """Return one class per picture: that of a reader, or what all decided or agree on."""
    wide = said.pivot(index=keys, columns="reader", values=column).fillna("")
    if reader:
        if reader not in wide:
            known = ", ".join(wide.columns)
            raise DataError(f"{path} holds no class by the reader {reader}; its readers: {known}.")
        chosen = wide[reader].to_numpy(object)
    else:
        others = wide.drop(columns=CONSENSUS, errors="ignore")
        kept = wide[CONSENSUS].to_numpy(object) if CONSENSUS in wide else np.full(len(wide), "")
        chosen = np.where(kept != "", kept, agreed_classes(others.to_numpy(object).T, n_least))
        _warn_of_readers(others, int((chosen == "").sum()))
    return wide.assign(**{column: chosen}).reset_index()[[*keys, column]].query(f"`{column}` != ''")


def _warn_of_readers(names: pd.DataFrame, n_left: int) -> None:
    """Say how far readers agree, and what becomes of the others, where any picture is left out."""
    if not n_left:
        return
    pairs = combinations(names.columns, 2)
    far = [f"{a} and {b}: {compare_readers(names[a], names[b]).describe()}" for a, b in pairs]
    warnings.warn(
        f"{n_left:,} pictures are left without a class, because readers disagree or too few have "
        f"called them. {' '.join(far)} Decide them as the reader {CONSENSUS} in Inspect gene "
        "pictures, or take one reader by --reader.",
        SeewhyWarning,
        stacklevel=1,
    )
