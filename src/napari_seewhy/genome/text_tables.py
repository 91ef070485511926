"""Text tables of genomics (BED, GTF, bedGraph), gzipped or not; errors name the line."""

from __future__ import annotations

import gzip
import zlib
from typing import IO, TYPE_CHECKING, cast

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.files import explain_os_error

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

_GZIP_MAGIC = b"\x1f\x8b"
_HEADER_WORDS = ("#", "track", "browser")


def count_columns(path: Path) -> int:
    """Return how many columns the first line of values has, 0 if there is no such line.

    Raises
    ------
    FileError
        If the file cannot be read.
    """
    line = _first_line(path)[1]
    return len(line.split("\t")) if line else 0


def read_text_columns(path: Path, columns: Sequence[int], names: Sequence[str]) -> pd.DataFrame:
    """Read some columns of a tab-separated file; headers and comments are passed over.

    Parameters
    ----------
    path
        The file; whether it is gzipped is seen from its bytes, not from its name.
    columns
        Numbers of the columns to read, from 0.
    names
        What to call them. ``start`` and ``end`` must be whole numbers with start before end.

    Returns
    -------
    DataFrame
        One row per line; all but ``start`` and ``end`` are text, "" where a line is too short.

    Raises
    ------
    FileError
        If the file is missing, broken off, or no text.
    DataError
        If a line's start or end is no whole number, or the start is not before the end; the line is
        named.
    """
    import pandas as pd

    n_before, _ = _first_line(path)
    try:
        with _open(path) as stream:
            table = pd.read_csv(
                stream,
                sep="\t",
                header=None,
                names=range(max(columns) + 1),
                usecols=list(columns),
                index_col=False,
                skiprows=n_before,
                dtype=str,
                keep_default_na=False,
                na_filter=False,
                quoting=3,
                skip_blank_lines=False,
            )
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileError(f"{path} is broken off or damaged; fetch it again.") from error
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    except pd.errors.EmptyDataError:
        raise DataError(f"{path} holds no line of values; wanted one for each interval.") from None
    except ValueError as error:
        raise FileError(f"{path} is no tab-separated text: {error}.") from error
    table = table[list(columns)].set_axis(list(names), axis=1)
    table.index = pd.RangeIndex(n_before + 1, n_before + 1 + len(table), name="line")
    first = table.iloc[:, 0]
    return _check_intervals(table[(first != "") & ~first.str.startswith(_HEADER_WORDS)], path)


def _check_intervals(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    import pandas as pd

    places = table[["start", "end"]].apply(pd.to_numeric, errors="coerce")
    broken = places.isna().any(axis=1) | (places % 1 != 0).any(axis=1)
    if broken.any():
        line = cast("int", broken.idxmax())
        raise DataError(
            f"Line {line} of {path} says {table.at[line, 'start']!r} to {table.at[line, 'end']!r}; "
            "wanted two whole numbers. The file may be broken off: fetch it again."
        )
    return table.assign(start=places["start"].astype("int64"), end=places["end"].astype("int64"))


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


def _first_line(path: Path) -> tuple[int, str]:
    """Return how many lines stand before the first one of values, and that line."""
    n_before = 0
    try:
        with _open(path) as stream:
            for raw in stream:
                line = raw.decode("utf-8-sig").rstrip("\r\n")
                if line and not line.startswith(_HEADER_WORDS):
                    return n_before, line
                n_before += 1
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileError(f"{path} is broken off or damaged; fetch it again.") from error
    except UnicodeDecodeError as error:
        raise FileError(f"{path} is no text; wanted a tab-separated text file.") from error
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    return n_before, ""


def _open(path: Path) -> IO[bytes]:
    with path.open("rb") as stream:
        is_zipped = stream.read(2) == _GZIP_MAGIC
    return cast("IO[bytes]", gzip.open(path)) if is_zipped else path.open("rb")
