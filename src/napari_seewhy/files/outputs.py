"""Where results go: never over an input, and under the ending of their kind."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from napari_seewhy.errors import OptionError
from napari_seewhy.files.problems import explain_os_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_INPUTS: dict[tuple[int, int], Path] = {}
"""Device and number of the files that `protecting` keeps from being replaced."""


@contextlib.contextmanager
def protecting(inputs: Iterable[Path]) -> Iterator[None]:
    """Refuse, while the block runs, to write over any of these files, whatever it is called there.

    Parameters
    ----------
    inputs
        Files that are read; those that do not exist are passed over.
    """
    before = dict(_INPUTS)
    protect(inputs)
    try:
        yield
    finally:
        _INPUTS.clear()
        _INPUTS.update(before)


def protect(inputs: Iterable[Path]) -> None:
    """Refuse to write over these files too, to the end of the block of `protecting`.

    Outside of such a block, as in the process of a batch, to the end of the process.
    """
    _INPUTS.update((identity, path) for path in inputs if (identity := _identify(path)))


def list_protected() -> tuple[Path, ...]:
    """List what is kept from being replaced, for a process that works for this one."""
    return tuple(path.absolute() for path in _INPUTS.values())


def is_protected(path: Path) -> bool:
    """Whether a path leads to a file that is kept from being replaced."""
    return bool(_INPUTS) and _identify(path) in _INPUTS


def check_output(path: Path, *suffixes: str, inputs: Iterable[Path] = ()) -> Path:
    """Return the absolute path of a file to write; better now than after an hour's work.

    Parameters
    ----------
    path
        Where somebody wants it.
    suffixes
        Endings that its kind may have, in lower case with their dot; none allows any.
    inputs
        Files that it is made of, besides those of `protecting`.

    Raises
    ------
    OptionError
        If it is a folder, has another ending, can be no path, or is one of the inputs.

    Examples
    --------
    >>> from pathlib import Path
    >>> check_output(Path("a.tif"), ".h5")
    Traceback (most recent call last):
    napari_seewhy.errors.OptionError: a.tif does not end in .h5; choose a name that does.
    """
    if "\0" in str(path):
        raise OptionError(f"{str(path)!r} holds a NUL character; choose a name without it.")
    out = path.expanduser().absolute()
    try:
        is_folder = out.is_dir()
    except OSError as error:
        raise OptionError(explain_os_error(error, out, "written")) from error
    if is_folder:
        raise OptionError(f"{out} is a folder; choose the name of a file.")
    if not out.name.lower().endswith(suffixes or ""):
        raise OptionError(
            f"{path} does not end in {' or '.join(suffixes)}; choose a name that does."
        )
    if (identity := _identify(out)) and (identity in _INPUTS or identity in map(_identify, inputs)):
        raise OptionError(say_input(out))
    return out


def say_input(path: Path) -> str:
    """Say that a file to write is one that is read."""
    return f"{path} is an input, which would be lost; choose another name for the output."


def _identify(path: Path) -> tuple[int, int] | None:
    """Return what identifies a file, whatever its name; None where it is not."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino
