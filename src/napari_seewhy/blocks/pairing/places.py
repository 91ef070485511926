"""The dish and the day of an image, from its path or from a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.batch import Portable
from napari_seewhy.errors import DataError
from napari_seewhy.tables import file_stem, find_group, read_table

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from napari_seewhy.blocks.pairing.place_options import PlaceOptions


class Place(NamedTuple):
    """Where and when an image was taken."""

    dish: str
    day: str


@dataclass(frozen=True)
class PlaceFinder(Portable):
    r"""Says dish and day of a path.

    Without a pattern and a table, every file is a dish of its own. In a table, the rows are
    found by the first column that holds names of files or their stems.

    Attributes
    ----------
    options
        How they are known.

    Examples
    --------
    >>> from pathlib import Path
    >>> from napari_seewhy.blocks.pairing import PlaceOptions
    >>> PlaceFinder(PlaceOptions(dish=r"(dish\d+)"))(Path("day2/dish7_a.tif"))
    Place(dish='dish7', day='')
    """

    options: PlaceOptions

    def __call__(self, path: Path) -> Place:
        """Return dish and day of a path.

        Raises
        ------
        FileError, DataError
            As `check`; or if the table does not name the file.
        OptionError
            If a pattern is no regular expression, or finds nothing in the path.
        """
        options = self.options
        if self._table is None:
            day = find_group(path, options.day) if options.day else ""
            return Place(find_group(path, options.dish), day)
        names = {path.as_posix(), path.name, file_stem(path)}
        for column in self._table:
            rows = self._table[self._table[column].isin(names)]
            if len(rows):
                row = rows.iloc[0]
                return Place(row[options.dish_column], row.get(options.day_column, ""))
        raise DataError(
            f"{options.table} names neither {path.name} nor {file_stem(path)}; add a row for it, "
            "or find the dish by a pattern."
        )

    def check(self) -> None:
        """Read the table where there is one.

        Raises
        ------
        FileError, DataError
            If it cannot be read or lacks the column of the dish.
        """
        _ = self._table

    @cached_property
    def _table(self) -> pd.DataFrame | None:
        if self.options.table is None:
            return None
        table = read_table(self.options.table.expanduser(), [self.options.dish_column])
        return table.astype(object).where(table.notna(), "").astype(str)
