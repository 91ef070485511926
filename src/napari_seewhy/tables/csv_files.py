"""Tables as CSV, read, checked and written in one way."""

from __future__ import annotations

import csv
import io
import re
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.files import read_text, write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import pandas as pd

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""How a text begins that a spreadsheet takes for a formula, or that looks like such a one here."""

_DECIMAL_COMMA = re.compile(r"\s*[+-]?\d+,\d+\s*")
_DISARMED = re.compile(r"'+[=+\-@\t\r]")
_HARMLESS = re.compile(r"[+-]|[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
"""Numbers, and the sign of a strand alone."""


def read_table(
    path: Path, columns: Sequence[str] = (), text_columns: Sequence[str] = ()
) -> pd.DataFrame:
    """Read a table with a header line.

    Columns may also be parted by tabs, or by semicolons as a spreadsheet does where a comma stands
    in numbers; semicolons and decimal commas are reported.

    Parameters
    ----------
    path
        UTF-8 text.
    columns
        Columns that must be there.
    text_columns
        Columns that are kept as text, such as classes called 0 and 1; an empty cell becomes NaN.

    Raises
    ------
    FileError
        If the file cannot be read or is no table.
    DataError
        If a column is missing or stands there twice, or a line has more fields than the header.

    Warns
    -----
    SeewhyWarning
        If columns are parted by semicolons, or numbers have decimal commas.
    """
    import pandas as pd

    text = read_text(path)
    form = _find_form(text, path)
    names = [name.strip() for name in form.names]
    twice = [name for name in columns if names.count(name) > 1]
    if twice:
        raise DataError(f"{path} has several columns {twice[0]}; keep the one that is meant.")
    try:
        # "NA" and "None" are names of classes as good as any.
        as_text: dict[str, Any] = {name: str for name in form.names if name.strip() in text_columns}
        table = pd.read_csv(
            io.StringIO(text),
            sep=form.sign,
            decimal=form.decimal,
            skiprows=form.n_before,
            dtype=as_text,
            keep_default_na=False,
            na_values=["", "nan", "NaN"],
        )
    except ValueError as error:
        # pandas' parser errors are ValueErrors.
        raise FileError(
            f"{path} is no table of comma-separated values: {str(error).strip()}."
        ) from error
    table = restore_text(table.rename(columns=str.strip))
    check_columns(table, columns, str(path))
    return table


class _Form(NamedTuple):
    """How a table is written: what parts its columns, its decimal sign, its names."""

    sign: str
    decimal: str
    n_before: int
    names: list[str]


_SIGNS = {",": "commas", ";": "semicolons", "\t": "tabs"}


def _find_form(text: str, path: Path) -> _Form:
    """Look at the header and the first line of a table; see `read_table` for what is refused."""
    stream = io.StringIO(text.removeprefix("\ufeff"))
    said, n_before = stream.readline().rstrip("\r\n"), 1
    # Spreadsheets put the sign into a line of its own.
    if re.fullmatch("sep=.", said):
        sign = said[-1]
    else:
        sign = next((sign for sign in _SIGNS if sign in said), ",")
        n_before = stream.seek(0)
    try:
        rows = csv.reader(stream, delimiter=sign)
        header = next(rows, [])
        is_quoted = text[stream.tell() :].startswith('"')
        first = next(rows, [])
    except csv.Error as error:
        raise FileError(f"{path} is no table of comma-separated values: {error}.") from error
    decimal = "," if sign != "," and any(map(_DECIMAL_COMMA.fullmatch, first)) else "."
    if sign not in ",\t" or decimal == ",":
        commas = ", with decimal commas" if decimal == "," else ""
        warnings.warn(
            f"{path} has {_SIGNS.get(sign, sign)} between its columns{commas}; it is read so.",
            SeewhyWarning,
            stacklevel=3,
        )
    # R writes no name above the names of its rows, which stand in quotation marks.
    is_of_r = is_quoted and len(first) == len(header) + 1
    if len(first) > len(header) and not is_of_r:
        raise DataError(
            f"The first line of {path} has {len(first)} fields below {len(header)} names; remove "
            "signs at the end of lines, write decimals with a point, and put text that holds "
            f"{_SIGNS.get(sign, sign)} into quotation marks."
        )
    return _Form(sign, decimal, n_before, header)


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
