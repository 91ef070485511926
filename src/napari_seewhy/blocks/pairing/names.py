"""Which files belong together by their names."""

from __future__ import annotations

import glob
import re
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.errors import DataError
from napari_seewhy.tables import file_stem, find_group

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class NamePairs(NamedTuple):
    """Files that belong together, and those that have no partner."""

    pairs: list[tuple[Path, Path]]
    lone_first: list[Path]
    lone_second: list[Path]


def match_names(
    first: tuple[str, Sequence[Path]], second: tuple[str, Sequence[Path]], pattern: str = ""
) -> NamePairs:
    """Match the files of two globs: by a pattern, by their wildcards, or by their names.

    Parameters
    ----------
    first, second
        What was given (a glob, a folder, a file) and the files that it led to.
    pattern
        Regular expression whose first bracketed part is the same for both files of a pair. Without
        one, a single file belongs to a single file; files of two globs belong together where the
        wildcards stand for the same text; all others where they have the same name.

    Raises
    ------
    DataError
        If a name occurs twice, so that it is unclear what belongs together, or no two match.
    OptionError
        If the pattern is no regular expression or does not match.

    Examples
    --------
    >>> phase = [Path("d1/f1_ph.tif"), Path("d1/f2_ph.tif")]
    >>> green = [Path("d1/f2_gfp.tif")]
    >>> match_names(("d*/*_ph.tif", phase), ("d*/*_gfp.tif", green)).pairs[0][0].name
    'f2_ph.tif'
    """
    files, others = first[1], second[1]
    if not pattern and len(files) == len(others) == 1:
        return NamePairs([(files[0], others[0])], [], [])
    found = NamePairs([], list(files), list(others))
    for key_of_first, key_of_second in _ways(first[0], second[0], pattern):
        found = _match(_index(files, key_of_first), _index(others, key_of_second))
        if found.pairs:
            return found
    raise DataError(
        f"None of the {len(files)} images of {first[0]} has a marker image of its name among the "
        f"{len(others)} of {second[0]}; name both alike but for one part, as in dish1_phase.tif "
        "and dish1_gfp.tif, and give that part as *, or give a pattern for the name of the place."
    )


def _ways(
    first: str, second: str, pattern: str
) -> list[tuple[Callable[[Path], str], Callable[[Path], str]]]:
    """List the ways in which a file may get the name that its partner has too."""
    if pattern:
        by_pattern = partial(find_group, pattern=pattern)
        return [(by_pattern, by_pattern)]
    wildcards = [to_expression(given) for given in (first, second)]
    if wildcards[0].groups == wildcards[1].groups > 0:
        keys = [_wildcard_key(expression) for expression in wildcards]
        return [(keys[0], keys[1]), (file_stem, file_stem)]
    return [(file_stem, file_stem)]


def to_expression(given: str) -> re.Pattern[str]:
    """Turn a glob into a regular expression with one group for each of its wildcards.

    Examples
    --------
    >>> to_expression("day?/**/*_ph.tif").match("day3/a/b/x_ph.tif").groups()
    ('3', 'a/b/', 'x')
    """
    text = Path(given).expanduser().as_posix()
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]+\])", text)
    forms = {"**/": "((?:.*/)?)", "**": "(.*)", "*": "([^/]*)", "?": "([^/])"}
    expression = "".join(
        forms.get(
            part, f"({part.replace('[!', '[^')})" if glob.has_magic(part) else re.escape(part)
        )
        for part in parts
    )
    return re.compile(expression, re.DOTALL)


def _wildcard_key(expression: re.Pattern[str]) -> Callable[[Path], str]:
    def to_key(path: Path) -> str:
        found = expression.fullmatch(path.as_posix())
        # What the file system matched, the expression need not (capitals on Windows).
        return "\n".join(found.groups()) if found else file_stem(path)

    return to_key


def _index(paths: Sequence[Path], to_key: Callable[[Path], str]) -> dict[str, Path]:
    keys = [to_key(path) for path in paths]
    twice = [key for key, count in Counter(keys).items() if count > 1]
    if twice:
        same = ", ".join(
            str(path) for path, key in zip(paths, keys, strict=True) if key == twice[0]
        )
        raise DataError(
            f"{same} have the same name of the place, so it is unclear what belongs together; "
            "rename one, or give a pattern that distinguishes them."
        )
    return dict(zip(keys, paths, strict=True))


def _match(first: dict[str, Path], second: dict[str, Path]) -> NamePairs:
    return NamePairs(
        [(path, second[key]) for key, path in first.items() if key in second],
        [path for key, path in first.items() if key not in second],
        [path for key, path in second.items() if key not in first],
    )
