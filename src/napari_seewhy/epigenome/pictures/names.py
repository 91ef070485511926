"""Names of pictures: how a file's name says the gene, the compound and the exposure."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from napari_seewhy.errors import DataError, OptionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FIELDS = ("gene", "compound", "exposure", "class")
"""The properties of a picture that its name may contain."""

_FIELD = re.compile(r"\\?\{(\w+)\\?\}")
_SEPARATORS = "_- "


class NamePattern:
    """How names of files are read, for instance ``{compound}_{exposure}_{gene}``.

    Text between the fields must stand in the name as it is; ``*`` stands for anything. A field
    reads as little as it can, the last one the rest. With a ``/`` the folders are read as well:
    ``{class}/{gene}``. A regular expression with named groups, ``(?P<gene>...)``, does what this
    cannot.

    Parameters
    ----------
    text
        The pattern; must say the gene.

    Raises
    ------
    OptionError
        If a field is unknown or twice there, the gene is missing, or it is no regular expression.

    Examples
    --------
    >>> NamePattern("{compound}_{exposure}_{gene}").read("bpa/BPA_10uM_TP53_v2.png")
    {'compound': 'BPA', 'exposure': '10uM', 'gene': 'TP53_v2'}
    >>> NamePattern("{class}/{gene}").read("induction/TP53.png")
    {'class': 'induction', 'gene': 'TP53'}
    """

    def __init__(self, text: str = "{gene}") -> None:
        self.text = text.strip() or "{gene}"
        is_regex = "(?P<" in self.text
        source = self.text if is_regex else _to_regex(self.text)
        try:
            self._regex = re.compile(source)
        except re.error as error:
            raise OptionError(f"The pattern of names {text!r} cannot be read: {error}.") from error
        unknown = [name for name in self._regex.groupindex if name not in FIELDS]
        if unknown or "gene" not in self._regex.groupindex:
            raise OptionError(
                f"The pattern of names is {text!r}; wanted {{gene}} and, where the names say them, "
                "{compound}, {exposure} and {class}, such as {compound}_{gene}."
            )
        self._has_folders = "/" in self.text

    def read(self, file: str) -> dict[str, str] | None:
        """Read what the name of one file says; None where the pattern does not fit.

        Parameters
        ----------
        file
            Path from the folder of the pictures on, with ``/`` between folders.
        """
        path = PurePosixPath(file)
        name = path.with_suffix("").as_posix() if self._has_folders else path.stem
        found = self._regex.search(name) if "(?P<" in self.text else self._regex.fullmatch(name)
        return None if found is None else found.groupdict(default="")

    def read_all(self, files: Sequence[str]) -> list[dict[str, str]]:
        """Read what the names of all files say.

        Raises
        ------
        DataError
            If the pattern does not fit every name; the first that it does not fit is said.
        """
        read = [self.read(file) for file in files]
        missed = [file for file, fields in zip(files, read, strict=True) if fields is None]
        if missed:
            raise DataError(
                f"The pattern of names {self.text} does not fit {len(missed):,} of {len(files):,} "
                f"pictures, such as {missed[0]}; change the pattern."
            )
        return [fields for fields in read if fields is not None]


def suggest_patterns(files: Iterable[str], most: int = 200) -> list[str]:
    """Suggest patterns that fit the names of these files, the plainest first.

    Which part of a name is what, nobody can know from the name: these are for a person to choose
    from.

    Examples
    --------
    >>> suggest_patterns(["BPA_TP53.png", "BPA_MYC.png"])
    ['{gene}', '{compound}_{gene}', '{gene}_{compound}']
    >>> suggest_patterns(["BPA/TP53.png", "PFOA/TP53.png"])
    ['{compound}/{gene}', '{class}/{gene}']
    """
    paths = [PurePosixPath(file) for file, _ in zip(files, range(most), strict=False)]
    if not paths:
        return ["{gene}"]
    depths = {len(path.parts) for path in paths}
    front = "*/" * (min(depths) - 2)
    names = [f"{front}{folder}/" for folder in ("{compound}", "{class}")] if min(depths) > 1 else []
    found = ["{gene}"]
    for mark in _SEPARATORS:
        counts = {path.stem.count(mark) for path in paths}
        if 0 in counts:
            continue
        found += [f"{{compound}}{mark}{{gene}}", f"{{gene}}{mark}{{compound}}"]
        if 1 not in counts:
            found += [
                f"{{compound}}{mark}{{exposure}}{mark}{{gene}}",
                f"{{gene}}{mark}{{compound}}{mark}{{exposure}}",
            ]
    if not names:
        return found
    return [f"{name}{rest}" for rest in found for name in names if rest.count(name[1:-2]) == 0]


def _to_regex(text: str) -> str:
    """Turn a pattern of fields into a regular expression."""
    fields = _FIELD.findall(text)
    if len(set(fields)) < len(fields):
        raise OptionError(f"The pattern of names {text!r} says a field twice; say each once.")
    escaped = re.escape(text).replace(r"\*", "[^/]*")
    return _FIELD.sub(lambda match: f"(?P<{match[1]}>[^/]+?)", escaped)
