"""Writing whole files or none, and reading them with errors that a person understands.

Every file is written under a temporary name in its own folder and renamed at the end: a killed run
or a full disk leaves the old file or the new one, never half of one.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import FileError, OptionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PART_SUFFIX = ".part"
"""Ending of a file that is still being written; safe to delete when nothing runs."""

_INPUTS: set[tuple[int, int]] = set()
"""Device and number of the files that `protecting` keeps from being replaced."""


@contextlib.contextmanager
def protecting(inputs: Iterable[Path]) -> Iterator[None]:
    """Refuse, while the block runs, to write over any of these files, whatever it is called there.

    Parameters
    ----------
    inputs
        Files that are read; those that do not exist are passed over.
    """
    added = {identity for path in inputs if (identity := _identify(path))} - _INPUTS
    _INPUTS.update(added)
    try:
        yield
    finally:
        _INPUTS.difference_update(added)


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
        If it is a folder, has another ending, or is one of the inputs.

    Examples
    --------
    >>> check_output(Path("a.tif"), ".h5")
    Traceback (most recent call last):
    napari_seewhy.errors.OptionError: a.tif does not end in .h5; choose a name that does.
    """
    if "\0" in str(path):
        raise OptionError(f"{str(path)!r} holds a NUL character; choose a name without it.")
    out = path.expanduser().absolute()
    if out.is_dir():
        raise OptionError(f"{out} is a folder; choose the name of a file.")
    if not out.name.lower().endswith(suffixes or ""):
        raise OptionError(
            f"{path} does not end in {' or '.join(suffixes)}; choose a name that does."
        )
    if (identity := _identify(out)) and identity in _INPUTS | set(map(_identify, inputs)):
        raise OptionError(_say_input(out))
    return out


def _identify(path: Path) -> tuple[int, int] | None:
    """Return what identifies a file, whatever its name; None where it is not."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _say_input(path: Path) -> str:
    return f"{path} is an input, which would be lost; choose another name for the output."


@contextlib.contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Give a temporary path to write to, which becomes `path` only if the block succeeds.

    The folder is made if it is not there. If the block raises, the temporary file is removed, what
    stood at `path` before stays as it was, and a failure of the disk becomes a `FileError`.

    Parameters
    ----------
    path
        Where the finished file shall stand.

    Yields
    ------
    A path in the same folder, with the same suffixes in front of ``.part``.

    Raises
    ------
    FileError
        If the folder or the file cannot be written (full disk, no permission), or the file is one
        that `protecting` names.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with writing(Path(folder) / "a.txt") as part:
    ...         _ = part.write_text("whole")
    ...     print([p.name for p in Path(folder).iterdir()])
    ['a.txt']
    """
    path = Path(path)
    if _INPUTS and _identify(path) in _INPUTS:
        raise FileError(_say_input(path))
    part = path.with_name(f".{uuid.uuid4().hex[:8]}.{path.name}{PART_SUFFIX}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        _sync(part)
        part.replace(path)
    except OSError as error:
        raise FileError(explain_os_error(error, path, "written")) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _sync(part: Path) -> None:
    """Have the bytes on the disk before the name appears, also after a power cut."""
    # Windows flushes only handles opened for writing.
    descriptor = os.open(part, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def explain_os_error(error: OSError, path: Path, done: str) -> str:
    """Say in one sentence why `path` could not be `done` ("read", "written"), and what to do."""
    reasons = {
        errno.ENOSPC: "the disk is full; free some space or choose another folder",
        errno.EDQUOT: "your disk quota is used up; free some space or choose another folder",
        errno.EACCES: "permission was denied; choose another folder or ask for access",
        errno.EPERM: "permission was denied; choose another folder or ask for access",
        errno.EROFS: "the disk is read-only; choose another folder",
        errno.ENOENT: "it does not exist; check the name",
        errno.EISDIR: "it is a folder; choose a file",
        errno.ENOTDIR: "part of its path is a file; choose another folder",
        errno.EEXIST: "part of its path is a file; choose another folder",
        errno.ENAMETOOLONG: "its name is too long; choose a shorter one",
    }
    known = reasons.get(error.errno) if error.errno is not None else None
    reason = known or f"the system says: {error.strerror or error}"
    return f"{path} cannot be {done}: {reason}."


def read_text(path: Path) -> str:
    """Read a UTF-8 text file.

    Raises
    ------
    FileError
        If it is missing, unreadable or not UTF-8.
    """
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    except UnicodeDecodeError as error:
        raise FileError(f"{path} is not a UTF-8 text file; save it as UTF-8.") from error


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file, whole or not at all."""
    with writing(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def read_json(path: Path) -> Any:
    """Read a JSON file.

    Raises
    ------
    FileError
        If it is missing, unreadable or no JSON.
    """
    try:
        return json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise FileError(f"{path} holds no valid JSON (line {error.lineno}).") from error


def write_json(path: Path, value: Any) -> None:
    """Write `value` as indented JSON, whole or not at all; NaN is refused, as JSON has none."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def remove_file(path: Path) -> None:
    """Delete a file that may not be there.

    Raises
    ------
    FileError
        If it cannot be deleted.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FileError(explain_os_error(error, path, "replaced")) from error


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
