"""Flags that were renamed, so that one flag means the same in every command.

The old spelling works for one version, with a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class OldFlag(NamedTuple):
    """A flag of some commands under its old name and its new one.

    Attributes
    ----------
    commands
        Words of the commands that had it.
    old, new
        Its names.
    ending
        Of the value that must follow, because a switch has the old name now; "" for any.
    """

    commands: tuple[str, ...]
    old: str
    new: str
    ending: str = ""


OLD_FLAGS = (
    OldFlag(("evaluate", "stain evaluate", "sequence evaluate"), "--json", "--json-file", ".json"),
    OldFlag(("train",), "--control", "--shuffled-control"),
    OldFlag(("epigenome amplify",), "--class", "--rare-class"),
    OldFlag(("genes convert",), "--species", "--gene-species"),
    OldFlag(("epigenome amplify",), "--compare", "--compare-classifiers"),
    OldFlag(("epigenome draw",), "--scale", "--signal-scale"),
    OldFlag(("epigenome draw",), "--n-workers", "--workers"),
    OldFlag(("epigenome import",), "--labels", "--class-table"),
    OldFlag(("epigenome train",), "--tree", "--tree-options"),
    OldFlag(("number",), "--background", "--background-value"),
    OldFlag(("samples import", "epigenome import"), "--classes", "--class-names"),
)


def translate_old_flags(words: Sequence[str], warn: Callable[[str], object]) -> list[str]:
    """Replace old names of flags in the words of a command, and warn of each.

    Parameters
    ----------
    words
        The words after `seewhy`.
    warn
        Called with one sentence for each old name.

    Examples
    --------
    >>> translate_old_flags(["evaluate", "m", "s.h5", "--json", "f.json", "--json"], print)
    --json FILE is called --json-file now; the next version will not know the old name.
    ['evaluate', 'm', 's.h5', '--json-file', 'f.json', '--json']
    """
    known = [flag for flag in OLD_FLAGS if _is_of(words, flag.commands)]
    translated = []
    for i, word in enumerate(words):
        name, sign, value = word.partition("=")
        after = value if sign else next(iter(words[i + 1 : i + 2]), "")
        for flag in known:
            if name == flag.old and after.lower().endswith(flag.ending):
                shown = f"{name} FILE" if flag.ending else name
                warn(
                    f"{shown} is called {flag.new} now; the next version will not know the old "
                    "name."
                )
                word = f"{flag.new}{sign}{value}"
        translated.append(word)
    return translated


def _is_of(words: Sequence[str], commands: Sequence[str]) -> bool:
    return any(list(words[: len(parts)]) == parts for parts in map(str.split, commands))
