"""The tables of a batch: efficiencies of all fields, and of all dishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from napari_seewhy.blocks.staining.efficiency_tables import FIELD_COLUMNS, tabulate_dishes
from napari_seewhy.tables import read_table, write_table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pandas as pd

DISH_TABLE, FIELD_TABLE = "efficiency_per_dish.csv", "efficiency_per_field.csv"

EFFICIENCY = "_efficiency.csv"
"""Ending of the name of the table of one image."""

_N_SHOWN = 20


@dataclass(frozen=True, slots=True, eq=False)
class EfficiencyTables:
    """The efficiencies of a batch.

    Attributes
    ----------
    fields, dishes
        As `tabulate_image` and `tabulate_dishes` make them.
    paths
        Where they were written.
    """

    fields: pd.DataFrame
    dishes: pd.DataFrame
    paths: tuple[Path, Path]

    def describe(self) -> str:
        """Say the efficiency of each dish in a line."""
        lines = [
            f"{dish or '-'}{f', day {day}' if day else ''}{f', t {t}' if self._has_time else ''}: "
            f"{100 * value:.1f} % ({100 * low:.1f} to {100 * high:.1f})"
            for dish, day, t, value, low, high in self.dishes[
                ["dish", "day", "t", "efficiency", "low", "high"]
            ].itertuples(index=False)
        ]
        more = len(lines) - _N_SHOWN
        rest = [f"... and {more} more"] if more > 0 else []
        where = f"Efficiencies: {', '.join(map(str, self.paths))}"
        return "\n".join([*lines[:_N_SHOWN], *rest, where])

    def to_json(self) -> list[dict[str, Any]]:
        """Return the dishes as plain values."""
        records = self.dishes.to_dict("records")
        return [{str(name): value for name, value in row.items()} for row in records]

    @property
    def _has_time(self) -> bool:
        return bool(self.dishes["t"].max() > 0)


def write_efficiencies(folder: Path, names: Iterable[str]) -> EfficiencyTables:
    """Combine the efficiencies of images that were stained.

    Parameters
    ----------
    folder
        Where their outputs stand; the tables are written there too.
    names
        What the names of their outputs begin with.

    Raises
    ------
    FileError
        If a table cannot be read or written.
    """
    import pandas as pd

    texts = ("image", "dish", "day", "efficiency_by")
    tables = [read_table(folder / f"{name}{EFFICIENCY}", FIELD_COLUMNS, texts) for name in names]
    fields = pd.concat(tables, ignore_index=True)
    fields[["dish", "day"]] = fields[["dish", "day"]].fillna("")
    dishes = tabulate_dishes(fields)
    paths = folder / FIELD_TABLE, folder / DISH_TABLE
    for path, table in zip(paths, (fields, dishes), strict=True):
        write_table(path, table)
    return EfficiencyTables(fields, dishes, paths)
