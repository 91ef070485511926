"""Groups of files, by their names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from napari_seewhy.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


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
