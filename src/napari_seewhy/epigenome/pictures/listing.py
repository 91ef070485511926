"""Which pictures there are: of a folder, of class folders, or of a table of files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.epigenome.pictures.classes import GENE_CLASSES, spell_class
from napari_seewhy.epigenome.pictures.names import NamePattern, suggest_patterns
from napari_seewhy.epigenome.pictures.pixels import PICTURE_SUFFIXES
from napari_seewhy.epigenome.pictures.table import NAME_COLUMNS, PANEL_COLUMNS
from napari_seewhy.errors import DataError, FileError, OptionError
from napari_seewhy.files import explain_os_error
from napari_seewhy.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

TABLE_NAME = "pictures.csv"
"""Name of the table in a folder of pictures that were drawn here."""

TEXT_COLUMNS = (*NAME_COLUMNS, "class", "chromosome", "strand")
WHOLE_COLUMNS = ("start", "end", "tss", *PANEL_COLUMNS)
_FILE_COLUMNS = ("file", "path", "picture")


class Listing(NamedTuple):
    """The pictures that were found.

    Attributes
    ----------
    root
        Folder from which the files are named.
    table
        One row per picture, see `PictureSet`.
    names
        Pattern by which names were read, "" where a table says all.
    """

    root: Path
    table: pd.DataFrame
    names: str


def list_pictures(path: Path, names: str = "") -> Listing:
    """List the pictures of a folder or a table without opening one.

    Parameters
    ----------
    path
        A folder, searched to its depths; or a table (.csv) with a column ``file``, ``path`` or
        ``picture``. A folder in which a ``pictures.csv`` stands is read by that table.
    names
        Pattern of the names; "" takes what the table says, or the whole name for the gene's.

    Raises
    ------
    FileError
        If there is no such folder or table, or no picture in it.
    DataError
        If a table names no file, or the same twice, or the pattern does not fit.
    OptionError
        If folders must be read and nobody said what they are.
    """
    path = Path(path).expanduser().absolute()
    table = path / TABLE_NAME if path.is_dir() else path
    if table.suffix.lower() == ".csv" and table.is_file():
        return _list_table(table, names)
    if not path.is_dir():
        raise FileError(
            f"{path} is no folder and no table; choose a folder of pictures, or a .csv with a "
            "column file."
        )
    files = find_pictures(path)
    names = names or _ask_for_names(path, files)
    return Listing(path, _complete(NamePattern(names).read_all(files), files), names)


def find_pictures(folder: Path) -> list[str]:
    """List the files of pictures in a folder and all folders in it, hidden ones apart.

    Returns
    -------
    list of str
        Paths from `folder` on, with ``/`` between folders, sorted.

    Raises
    ------
    FileError
        If the folder cannot be read or holds no picture.
    """

    def refuse(error: OSError) -> None:
        raise FileError(explain_os_error(error, folder, "read")) from error

    found = []
    for inner, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        front = Path(inner).relative_to(folder).as_posix()
        found += [
            name if front == "." else f"{front}/{name}"
            for name in files
            if not name.startswith(".") and os.path.splitext(name)[1].lower() in PICTURE_SUFFIXES  # noqa: PTH122 (ten thousand Paths take a second)
        ]
    if not found:
        wanted = ", ".join(sorted(PICTURE_SUFFIXES))
        raise FileError(
            f"{folder} holds no picture ({wanted}); draw pictures from tracks by seewhy epigenome "
            "draw, or take another folder."
        )
    return sorted(found)


def _ask_for_names(root: Path, files: Sequence[str]) -> str:
    """Return the pattern that needs no asking: no folders, or folders that are named as classes."""
    folders = {file.split("/")[0] for file in files if "/" in file}
    if not folders:
        return "{gene}"
    is_flat = all(file.count("/") == 1 for file in files)
    if is_flat and all(spell_class(folder) in GENE_CLASSES for folder in folders):
        return "{class}/{gene}"
    known = " or ".join(suggest_patterns(files)[:2])
    raise OptionError(
        f"The pictures of {root} lie in folders such as {min(folders)}; say how their names are "
        f"read, for instance {known}."
    )


def _list_table(path: Path, names: str) -> Listing:
    listed = read_table(path, text_columns=TEXT_COLUMNS)
    column = next((name for name in _FILE_COLUMNS if name in listed), None)
    if column is None:
        known = ", ".join(map(str, listed.columns))
        raise DataError(f"{path} has no column file; its columns are {known}.")
    if not len(listed):
        raise DataError(f"{path} lists no picture; wanted one line for each.")
    files = listed[column].fillna("").astype(str)
    if (files == "").any():
        line = int(np.argmax(files == "")) + 2
        raise DataError(f"Line {line} of {path} names no file; fill it in or delete the line.")
    if files.duplicated().any():
        twice = files[files.duplicated()].iloc[0]
        raise DataError(f"{path} names the file {twice} twice; keep one line for each picture.")
    names = names or ("" if "gene" in listed else "{gene}")
    read = NamePattern(names).read_all(list(files)) if names else [{} for _ in files]
    said = listed.drop(columns=column).to_dict("records")
    rows = [{**known, **fields} for known, fields in zip(said, read, strict=True)]
    return Listing(path.parent, _complete(rows, list(files)), names)


def _complete(rows: Sequence[dict[Any, Any]], files: Sequence[str]) -> pd.DataFrame:
    """Make the table of pictures: every column there, "" or missing where nothing is known."""
    import pandas as pd

    table = pd.DataFrame(list(rows), index=pd.RangeIndex(len(files)))
    table.insert(0, "file", list(files))
    for name in TEXT_COLUMNS:
        known = table[name] if name in table else pd.Series("", table.index)
        table[name] = known.astype(object).where(known.notna(), "").astype(str)
    for name in WHOLE_COLUMNS:
        known = table[name] if name in table else pd.Series(np.nan, table.index)
        table[name] = pd.to_numeric(known, errors="coerce").round().astype("Int64")
    mirrored = table["is_mirrored"] if "is_mirrored" in table else pd.Series("", table.index)
    table["is_mirrored"] = mirrored.astype(str).str.casefold().isin(("true", "1", "yes"))
    table["class"] = table["class"].map(spell_class)
    order = [*TEXT_COLUMNS, "is_mirrored", *WHOLE_COLUMNS]
    return table[[*order, *(name for name in table if name not in order)]]
