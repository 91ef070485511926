"""The dish and the day of an image, from its path or from a table."""

from __future__ import annotations

import re
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


_DAY = re.compile(r"(?<![a-z])(?:day|tag|d)[ _.-]?(\d{1,3})(?!\d|[a-z])", re.IGNORECASE)
_DISH = re.compile(r"(?<![a-z])(?:dish|well|plate)[ _.-]?[a-z]?\d+", re.IGNORECASE)
_WELL = re.compile(r"(?<![A-Za-z0-9])[A-P](?:0?[1-9]|1\d|2[0-4])(?!\d|[A-Za-z])")
_FIELD = re.compile(r"(?<![a-z])(?:field|fov|site|pos|position|image|img)[ _.-]?\d+", re.IGNORECASE)
_N_FOLDERS = 2
"""Folders about a file whose names may say its dish or day."""


class Place(NamedTuple):
    """Where and when an image was taken."""

    dish: str
    day: str


def recognise_place(path: Path) -> Place:
    """Recognise dish and day in the name of a file or of the two folders about it.

    A dish is called dish, well or plate with a number, or is a well such as B03; where none is, it
    is the name of the file without its day and field, so that the days of one dish stay together.

    Examples
    --------
    >>> from pathlib import Path
    >>> recognise_place(Path("day5/dish2_field3.tif")), recognise_place(Path("ctrl_A_d12.tif"))
    (Place(dish='dish2', day='5'), Place(dish='ctrl_A', day='12'))
    """
    stem = file_stem(path)
    texts = [stem, *(folder.name for folder in path.parents[:_N_FOLDERS])]
    days = [found.group(1) for text in texts if (found := _DAY.search(text))]
    dishes = [found.group(0) for text in texts if (found := _DISH.search(text))]
    if (well := _WELL.search(stem)) and not _DISH.search(stem):
        dishes = [" ".join([*dishes[:1], well.group(0)])]
    rest = _FIELD.sub("", _DAY.sub("", stem))
    rest = re.sub(r"[ _.-]{2,}", "_", rest).strip(" _.-")
    return Place(dishes[0] if dishes else rest or stem, days[0] if days else "")


@dataclass(frozen=True)
class PlaceFinder(Portable):
    r"""Says dish and day of a path.

    Without a pattern and a table they are recognised, see `recognise_place`. In a table, the rows
    are found by the first column that holds names of files or their stems.

    Attributes
    ----------
    options
        How they are known.

    Examples
    --------
    >>> from pathlib import Path
    >>> from napari_seewhy.blocks.pairing import PlaceOptions
    >>> PlaceFinder(PlaceOptions(dish=r"(dish\d+)"))(Path("day2/dish7_a.tif"))
    Place(dish='dish7', day='2')
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
            dish, day = recognise_place(path)
            return Place(
                find_group(path, options.dish) if options.dish else dish,
                find_group(path, options.day) if options.day else day,
            )
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
