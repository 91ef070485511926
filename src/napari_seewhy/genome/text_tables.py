"""Text tables of genomics (BED, GTF, bedGraph), gzipped or not; errors name the line."""

from __future__ import annotations

import itertools
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.genome.text_streams import find_position, open_text, reading_text
from napari_seewhy.progress import Step, blocking

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from napari_seewhy.progress import Task

_COMMENT_WORDS = ("#", "track", "browser")
_BEYOND = 2**32
"""Formats such as bigWig keep positions in 32 bits."""

_MOST_LETTERS = 40
_LINES_AT_ONCE = 500_000
"""Lines that are read before it is reported how far the file is; a second of work."""

_N_ROWS = 400
"""Lines of values by which a file is recognised."""

BLANKS = r"\s+"
"""Separator of tables whose columns are parted by tabs or blanks, however many."""


@dataclass(frozen=True, slots=True)
class TextHead:
    """The first lines of a table, by which it is recognised.

    Attributes
    ----------
    n_before
        Lines before the first one of values.
    comments
        Those of them that are comments or ``track`` lines.
    names
        Names of the columns in small letters, where a line says them; else empty.
    rows
        Fields of the first lines of values that have as many as the very first.
    separator
        A tab, or `BLANKS`.
    is_quoted
        Whether fields stand in quotation marks, as R writes text; those above have none.
    """

    n_before: int
    comments: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    separator: str
    is_quoted: bool = False

    @property
    def n_columns(self) -> int:
        """Number of columns, 0 if there is no line of values."""
        return len(self.rows[0]) if self.rows else 0

    def column(self, number: int) -> list[str]:
        """Return the fields of one column, empty if there is no such column."""
        return [row[number] for row in self.rows] if number < self.n_columns else []


def read_head(path: Path, separator: str = "") -> TextHead:
    """Read the first lines of a table.

    Parameters
    ----------
    path
        The file; whether it is gzipped is seen from its bytes, not from its name.
    separator
        What parts columns; "" takes tabs where the first line of values has one, else blanks.

    Raises
    ------
    FileError
        If it cannot be read, or is no text.
    """
    n_before = 0
    comments: list[str] = []
    names: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    with reading_text(path), open_text(path) as stream:
        while raw := stream.readline():
            line = raw.decode("utf-8-sig").rstrip("\r\n")
            if not rows and (not line.strip() or line.startswith(_COMMENT_WORDS)):
                n_before += 1
                comments.append(line)
                continue
            separator = separator or ("\t" if "\t" in line else BLANKS)
            row = _split(line, separator)
            if not rows and not names and not any(map(is_number, row)):
                n_before, names = n_before + 1, row
                continue
            rows.append(row)
            if len(rows) == _N_ROWS:
                break
    if not rows and names:
        # A single line of words is no header: it is what the file says.
        rows, names, n_before = [names], (), n_before - 1
    same = tuple(row for row in rows if len(row) == len(rows[0]))
    if not names and comments and same:
        told = _split(comments[-1].lstrip("#"), separator)
        names = told if len(told) == len(same[0]) else ()
    if same and len(names) + 1 == len(same[0]):
        # R writes no name above the names of its rows.
        names = ("", *names)
    is_quoted = any(map(_is_quoted, itertools.chain(*same)))
    lower = tuple(_unquote(name.strip()).lower() for name in names)
    plain = tuple(tuple(map(_unquote, row)) for row in same) if is_quoted else same
    return TextHead(n_before, tuple(comments), lower, plain, separator or "\t", is_quoted)


def read_text_columns_steps(
    path: Path, columns: Sequence[int], names: Sequence[str], head: TextHead
) -> Task[pd.DataFrame]:
    """Read some columns of a table piece by piece; headers and comments are passed over.

    Parameters
    ----------
    path
        The file, gzipped or not.
    columns
        Numbers of the columns to read, from 0.
    names
        What to call them. ``start`` and ``end`` must be whole numbers.
    head
        As `read_head` returned it.

    Returns
    -------
    DataFrame
        One row per line; all but ``start`` and ``end`` are text, "" where a line is too short.

    Raises
    ------
    FileError
        If the file is missing, a gzip that ends too early, or no text.
    DataError
        If a line's start or end is no whole number; the line is named.
    """
    import pandas as pd

    unique = sorted(set(columns))
    n_bytes, pieces = path.stat().st_size if path.is_file() else 0, []
    with reading_text(path), open_text(path) as stream:
        try:
            reader = pd.read_csv(
                stream,
                sep=head.separator,
                header=None,
                names=range(max(columns) + 1),
                usecols=unique,
                index_col=False,
                skiprows=head.n_before,
                dtype=str,
                keep_default_na=False,
                na_filter=False,
                quoting=3,
                skip_blank_lines=False,
                chunksize=_LINES_AT_ONCE,
            )
            for piece in reader:
                pieces.append(piece)
                yield Step(find_position(stream), n_bytes, f"Reading {path.name}")
        except pd.errors.EmptyDataError:
            raise DataError(
                f"{path} holds no line of values; wanted one for each interval."
            ) from None
        except (EOFError, zlib.error, OSError):
            raise
        except ValueError as error:
            raise FileError(f"{path} is no text in columns: {error}.") from error
    if not pieces:
        raise DataError(f"{path} holds no line of values; wanted one for each interval.")
    table = pd.concat(pieces)[list(columns)].set_axis(list(names), axis=1).fillna("")
    if head.is_quoted:
        table = table.apply(lambda column: column.map(_unquote))
    table.index = pd.RangeIndex(head.n_before + 1, head.n_before + 1 + len(table), name="line")
    first = table.iloc[:, 0].str.strip()
    at_end = table.index[first.str.startswith("##FASTA")]
    if len(at_end):
        table, first = table.loc[: at_end[0] - 1], first.loc[: at_end[0] - 1]
    return _to_positions(table[(first != "") & ~first.str.startswith(_COMMENT_WORDS)], path)


read_text_columns = blocking(read_text_columns_steps)


def is_number(field: str) -> bool:
    """Say whether a field is a number; ``nan`` and ``inf`` are words here."""
    try:
        float(field)
    except ValueError:
        return False
    return field.strip().lower().lstrip("+-")[:1] not in ("n", "i")


def is_whole(field: str) -> bool:
    """Say whether a field is a whole number from 0 on; R writes 100000 as 1e+05."""
    return is_number(field) and float(field) >= 0 and float(field) % 1 == 0


def check_order(table: pd.DataFrame, path: Path) -> None:
    """Refuse intervals that do not start before they end.

    Raises
    ------
    DataError
        Naming the first such line.
    """
    wrong = (table["start"] >= table["end"]) | (table["start"] < 0)
    if wrong.any():
        line = cast("int", wrong.idxmax())
        start, end = (int(table[name].loc[line]) for name in ("start", "end"))
        raise DataError(
            f"Line {line} of {path} goes from {start:,} to {end:,}; wanted a start from 0 on that "
            "lies before the end."
        )


def _to_positions(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    import pandas as pd

    named = [name for name in ("start", "end") if name in table]
    places = table[named].apply(pd.to_numeric, errors="coerce").astype("float64")
    broken = places.isna().any(axis=1) | (places % 1 != 0).any(axis=1)
    if broken.any():
        line = cast("int", broken.idxmax())
        said = " to ".join(repr(str(table.at[line, name])[:_MOST_LETTERS]) for name in named)
        raise DataError(
            f"Line {line} of {path} says {said} where start and end stand in the other lines; "
            "wanted whole numbers."
        )
    beyond = (places.abs() >= _BEYOND).any(axis=1)
    if beyond.any():
        line = cast("int", beyond.idxmax())
        said = " to ".join(str(table.at[line, name])[:_MOST_LETTERS] for name in named)
        raise DataError(
            f"Line {line} of {path} says {said}; wanted positions below {_BEYOND:,}, which no "
            "chromosome reaches."
        )
    return table.assign(**{name: places[name].astype("int64") for name in named})


def _split(line: str, separator: str) -> tuple[str, ...]:
    return tuple(line.split() if separator == BLANKS else line.split(separator))


def _is_quoted(field: str) -> bool:
    """Say whether a field stands in quotation marks as a whole, as R writes text."""
    return len(field) > 1 and field[0] == field[-1] == '"' and '"' not in field[1:-1]


def _unquote(field: str) -> str:
    return field[1:-1] if _is_quoted(field) else field
