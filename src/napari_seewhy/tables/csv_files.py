"""Tables as CSV, read, checked and written in one way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.files import read_text, write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import pandas as pd

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""How a text begins that a spreadsheet takes for a formula, or that looks like such a one here."""

_DISARMED = re.compile(r"'+[=+\-@\t\r]")
_HARMLESS = re.compile(r"[+-]|[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
"""Numbers, and the sign of a strand alone."""


def read_table(
    path: Path, columns: Sequence[str] = (), text_columns: Sequence[str] = ()
) -> pd.DataFrame:
    """Read a table with a header line.

    Parameters
    ----------
    path
        UTF-8 text, columns parted by commas; by tabs where the header has tabs and no comma.
    columns
        Columns that must be there.
    text_columns
        Columns that are kept as text, such as classes called 0 and 1; an empty cell becomes NaN.

    Raises
    ------
    FileError
        If the file cannot be read or is no table.
    DataError
        If a column is missing.
    """
    import io

    import pandas as pd

    text = read_text(path)
    head = text.partition("\n")[0]
    separator = "\t" if "\t" in head and "," not in head else ","
    try:
        # "NA" and "None" are names of classes as good as any.
        as_text: dict[str, Any] = dict.fromkeys(text_columns, str)
        table = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            dtype=as_text,
            keep_default_na=False,
            na_values=["", "nan", "NaN"],
        )
    except ValueError as error:
        # pandas' parser errors are ValueErrors.
        raise FileError(f"{path} is no table of comma-separated values: {error}.") from error
    table = restore_text(table)
    check_columns(table, columns, str(path))
    return table


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as CSV with a header line, whole or not at all.

    Text that a spreadsheet would run as a formula (``=1+1``) gets an apostrophe, as there; numbers
    stay, and `read_table` takes it back.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    safe = _change_text(table, _disarm)
    write_text(path, safe.to_csv(index=False, lineterminator="\n"))


def restore_text(table: pd.DataFrame) -> pd.DataFrame:
    """Take back what `write_table` put before text that looks like a formula."""
    return _change_text(table, _rearm)


def _change_text(table: pd.DataFrame, change: Callable[[Any], Any]) -> pd.DataFrame:
    """Change names of columns and texts in cells; columns without such a text stay as they are."""
    import pandas as pd

    changed = table.rename(columns=change)
    for place, (_, column) in enumerate(table.items()):
        before = list(column) if column.dtype.kind == "O" else []
        after = [change(value) for value in before]
        if any(new is not old for new, old in zip(after, before, strict=True)):
            is_category = isinstance(column.dtype, pd.CategoricalDtype)
            dtype: Any = object if is_category else column.dtype
            new_column: Any = pd.Series(after, column.index, dtype)
            changed.isetitem(place, new_column)
    return changed


def _disarm(value: Any) -> Any:
    is_formula = isinstance(value, str) and _FORMULA.match(value) and not _HARMLESS.fullmatch(value)
    return f"'{value}" if is_formula else value


def _rearm(value: Any) -> Any:
    return value[1:] if isinstance(value, str) and _DISARMED.match(value) else value


def check_columns(table: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    """Refuse a table that lacks one of `columns`, with a `DataError` that lists those it has."""
    missing = [column for column in columns if column not in table]
    if missing:
        known = ", ".join(map(str, table.columns))
        raise DataError(f"{name} has no column {', '.join(missing)}; its columns are {known}.")
