"""Tables, read, checked and written in one way; which rows belong to an image, to a cell."""

from __future__ import annotations

import itertools
import re
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import DataError, FileError, OptionError
from napari_seewhy.files import read_text, write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

_IMAGE_COLUMNS = ("image", "source")


def file_stem(path: str | Path) -> str:
    """Return the name of a file without its ending; ``.ome.tif`` counts as one ending.

    Examples
    --------
    >>> file_stem("plate 1/B02.ome.tif"), file_stem("B02.t1.png")
    ('B02', 'B02.t1')
    """
    return Path(path).stem.removesuffix(".ome")


def find_group(path: str | Path, pattern: str = "") -> str:
    r"""Say which group a file belongs to: its stem, or what a pattern finds in its path.

    Parameters
    ----------
    path
        The file; the pattern is sought in the whole path, with ``/`` between folders.
    pattern
        Regular expression; its first bracketed part is the group, or all it matches where it has no
        brackets. "" takes the stem.

    Raises
    ------
    OptionError
        If the pattern is no regular expression, or does not match.

    Examples
    --------
    >>> find_group("day3/A01_f2.tif"), find_group("day3/A01_f2.tif", r"([A-H]\d+)_f")
    ('A01_f2', 'A01')
    """
    if not pattern:
        return file_stem(path)
    try:
        match = re.search(pattern, Path(path).as_posix())
    except re.error as error:
        raise OptionError(f"{pattern!r} is no regular expression: {error}.") from error
    if match is None:
        raise OptionError(f"The pattern {pattern!r} finds no group in {path}; change the pattern.")
    found = match.group(1) if match.re.groups else match.group(0)
    return found or ""


def name_groups(paths: Iterable[str | Path], pattern: str = "") -> list[str]:
    """Give every file its group as `find_group` does, but different files never the same stem.

    Files of one stem in several folders (every microscope that numbers its fields writes them) get
    their folder before it, and where that is the same too, their whole path.

    Raises
    ------
    OptionError
        As `find_group`.

    Examples
    --------
    >>> name_groups(["day1/f.tif", "day2/f.tif", "day2/g.tif"])
    ['day1/f', 'day2/f', 'g']
    """
    files = [Path(path) for path in paths]
    if pattern:
        return [find_group(path, pattern) for path in files]
    forms: tuple[Callable[[Path], str], ...] = (
        file_stem,
        lambda path: f"{path.parent.name}/{file_stem(path)}",
        Path.as_posix,
    )
    groups = dict.fromkeys(files, "")
    for form in forms:
        named: dict[str, set[Path]] = {}
        for path in groups:
            named.setdefault(groups[path] or form(path), set()).add(path)
        groups |= {path: name for name, alike in named.items() if len(alike) == 1 for path in alike}
    return [groups[path] for path in files]


def read_table(
    path: Path, columns: Sequence[str] = (), text_columns: Sequence[str] = ()
) -> pd.DataFrame:
    """Read a CSV file with a header line.

    Parameters
    ----------
    path
        UTF-8 text, columns parted by commas.
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
    try:
        # "NA" and "None" are names of classes as good as any.
        as_text: dict[str, Any] = dict.fromkeys(text_columns, str)
        table = pd.read_csv(
            io.StringIO(text), dtype=as_text, keep_default_na=False, na_values=["", "nan", "NaN"]
        )
    except ValueError as error:
        # pandas' parser errors are ValueErrors.
        raise FileError(f"{path} is no table of comma-separated values: {error}.") from error
    check_columns(table, columns, str(path))
    return table


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as CSV with a header line, whole or not at all.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    write_text(path, table.to_csv(index=False, lineterminator="\n"))


def check_columns(table: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    """Refuse a table that lacks one of `columns`, with a `DataError` that lists those it has."""
    missing = [column for column in columns if column not in table]
    if missing:
        known = ", ".join(map(str, table.columns))
        raise DataError(f"{name} has no column {', '.join(missing)}; its columns are {known}.")


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
        If the table has no column ``label`` or `column`, or speaks of one cell twice.
    """
    keys = ["label", *(["t"] if "t" in cells and "t" in table else [])]
    check_columns(table, (*keys, column), "The table")
    wanted = _rows_of_image(table, image)[[*keys, column]]
    twice = wanted.duplicated(keys)
    if twice.any():
        label = wanted.loc[twice, "label"].iloc[0]
        raise DataError(
            f"The table speaks twice of cell {label}{f' of {image}' if image else ''}; "
            "keep one row for each cell, with a column image where there are several images."
        )
    found: NDArray[Any] = cells[keys].merge(wanted, on=keys, how="left")[column].to_numpy()
    return found


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
