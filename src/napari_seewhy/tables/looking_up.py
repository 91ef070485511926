"""Which rows of a table belong to an image, and to a cell."""

from __future__ import annotations

import itertools
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import DataError
from napari_seewhy.tables.csv_files import check_columns
from napari_seewhy.tables.groups import file_stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

_IMAGE_COLUMNS = ("image", "source")


def look_up(
    table: pd.DataFrame, column: str, cells: pd.DataFrame, image: str | Path = ""
) -> NDArray[Any]:
    """Find the entry of a table for each cell.

    Parameters
    ----------
    table
        Columns ``label``, `column`, and ``t`` where the cells have it; and ``image`` or ``source``
        (path, file name, or name without ending) where the table is about several images. A path
        is never matched by its name alone.
    column
        What to look up.
    cells
        Table of cells of one image.
    image
        Path of that image; not needed where the table is about one image.

    Returns
    -------
    ndarray, shape ``(N,)``
        In the order of `cells`, NaN where the table says nothing.

    Raises
    ------
    DataError
        If the table has no column ``label`` or `column`, speaks of one cell twice, or its labels
        are no numbers of cells, which begin with 1.
    """
    keys = ["label", *(["t"] if "t" in cells and "t" in table else [])]
    check_columns(table, (*keys, column), "The table")
    wanted = _rows_of_image(table, image)[[*keys, column]]
    _check_labels(wanted, column)
    twice = wanted.duplicated(keys)
    if twice.any():
        label = wanted.loc[twice, "label"].iloc[0]
        raise DataError(
            f"The table speaks twice of cell {label}{f' of {image}' if image else ''}; "
            "keep one row for each cell, with a column image where there are several images."
        )
    found: NDArray[Any] = cells[keys].merge(wanted, on=keys, how="left")[column].to_numpy()
    return found


def _check_labels(table: pd.DataFrame, column: str) -> None:
    """Refuse labels that are no numbers of cells: words, and those that count from 0."""
    import pandas as pd

    numbers = pd.to_numeric(table["label"], errors="coerce")
    is_wrong = numbers.isna() | (numbers % 1 != 0)
    if is_wrong.any():
        raise DataError(
            f"The table has {table['label'][is_wrong].iloc[0]!r} in its column label; wanted the "
            "number that a cell has in the labels, from 1 on."
        )
    # Tables of layers have a row of the background, in which nothing stands.
    if ((numbers == 0) & table[column].notna()).any():
        raise DataError(
            f"The table says {table[column][numbers == 0].iloc[0]!r} of label 0, which is the "
            "background; if it counts cells from 0, add 1 to its labels."
        )


def image_column(table: pd.DataFrame) -> str | None:
    """Return the column that names the image of each row, or None if there is none."""
    return next((name for name in _IMAGE_COLUMNS if name in table), None)


def check_apart(table: pd.DataFrame, images: Sequence[str | Path]) -> None:
    """Refuse a table that names two of the images by a name which both of them have.

    Raises
    ------
    DataError
        If it does; the message says which images.
    """
    column = image_column(table)
    names = set() if column is None else _names(table, column)
    for name in names:
        alike = sorted({str(path) for path in images if name in _find_names(names, path)})
        if len(alike) > 1:
            raise DataError(
                f"The table names {name}, which may be {' or '.join(alike)}; write the paths of "
                f"the images into the column {column}."
            )


def _rows_of_image(table: pd.DataFrame, image: str | Path) -> pd.DataFrame:
    column = image_column(table)
    if column is None or not str(image):
        return table
    return table[table[column].astype(str).isin(_find_names(_names(table, column), image))]


def _names(table: pd.DataFrame, column: str) -> set[str]:
    return set(table[column].dropna().astype(str))


def _find_names(named: Iterable[str], image: str | Path) -> set[str]:
    """Find the names that mean an image: by its path where they are paths, else by its name."""
    path = Path(image).absolute()
    alike = {name for name in named if file_stem(_parts(name)[-1]) == file_stem(path)}
    tails = {name: _common_tail(name, path) for name in alike if _folders(name)}
    longest = max(tails.values(), default=0)
    if longest:
        return {name for name, length in tails.items() if length == longest}
    bare = {name for name in alike if not _folders(name)}
    if bare:
        return {name for name in bare if name in (path.name, file_stem(path))} or bare
    # A path from another computer means this image if no other path of the table could.
    return alike if len(alike) == 1 and all(_is_elsewhere(name, path) for name in alike) else set()


def _is_elsewhere(name: str, path: Path) -> bool:
    """Whether a named path begins in another place than one that is here."""
    parts = _parts(name)
    is_relative = not PurePosixPath(name).is_absolute() and not PureWindowsPath(name).drive
    return not is_relative and not Path(name).exists() and parts[:2] != path.parts[:2]


def _parts(name: str) -> tuple[str, ...]:
    """Split a path of any system into its folders and its name."""
    parts = (PureWindowsPath(name) if "\\" in name else PurePosixPath(name)).parts
    return tuple(part for part in parts if part != ".") or (name,)


def _folders(name: str) -> tuple[str, ...]:
    return _parts(name)[:-1]


def _common_tail(name: str, path: Path) -> int:
    """Count the folders, from the last on, that a named path shares with one that is here.

    A path from elsewhere (another computer) needs to share one; one that exists here is itself; one
    from some folder on must be shared to its beginning.
    """
    folders = _folders(name)
    is_relative = not PurePosixPath(name).is_absolute() and not PureWindowsPath(name).drive
    if not is_relative and Path(name).exists():
        return len(folders) if Path(name).samefile(path) else 0
    pairs = zip(reversed(folders), reversed(path.parts[:-1]), strict=False)
    n_shared = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
    return n_shared if n_shared == len(folders) or not is_relative else 0
