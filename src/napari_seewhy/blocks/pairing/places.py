"""The dish and the day of an image, from its path or from a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.errors import DataError
from napari_seewhy.tables import file_stem, find_group, read_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from napari_seewhy.blocks.pairing.place_options import PlaceOptions


class Place(NamedTuple):
    """Where and when an image was taken."""

    dish: str
    day: str


def place_finder(options: PlaceOptions) -> Callable[[Path], Place]:
    """Return what says dish and day of a path.

    Without a pattern and a table, every file is a dish of its own. In a table, the rows are
    found by the first column that holds names of files or their stems.

    Raises
    ------
    FileError, DataError
        If the table cannot be read or lacks the column of the dish.
    """
    if options.table is not None:
        return _TablePlaces(options.table, options.dish_column, options.day_column)
    dish, day = options.dish, options.day
    return lambda path: Place(find_group(path, dish), find_group(path, day) if day else "")


class _TablePlaces:
    """Dish and day by a table."""

    def __init__(self, path: Path, dish_column: str, day_column: str) -> None:
        self._path = path
        table = read_table(path.expanduser(), [dish_column])
        self._table: pd.DataFrame = table.astype(object).where(table.notna(), "").astype(str)
        self._dish = dish_column
        self._day = day_column if day_column in table else ""

    def __call__(self, path: Path) -> Place:
        names = {path.as_posix(), path.name, file_stem(path)}
        for column in self._table:
            rows = self._table[self._table[column].isin(names)]
            if len(rows):
                row = rows.iloc[0]
                return Place(row[self._dish], row[self._day] if self._day else "")
        raise DataError(
            f"{self._path} names neither {path.name} nor {file_stem(path)}; add a row for it, or "
            "find the dish by a pattern."
        )
