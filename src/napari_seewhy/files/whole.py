"""Writing whole files or none.

Every file is written under a temporary name in its own folder and renamed at the end: a killed run
or a full disk leaves the old file or the new one, never half of one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import re
import uuid
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import FileError
from napari_seewhy.files.outputs import is_protected, say_input
from napari_seewhy.files.problems import explain_os_error

if TYPE_CHECKING:
    from collections.abc import Iterator

PART_SUFFIX = ".part"
"""Ending of a file that is still being written; safe to delete when nothing runs."""

_MOST_NAME = 50
"""Letters of a name that its temporary one keeps, so that the second is no longer than allowed."""

_PART = re.compile(rf"\.([0-9a-f]{{8}})-(\d+)-[0-9a-f]{{8}}\..*{re.escape(PART_SUFFIX)}")


@contextlib.contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Give a temporary path to write to, which becomes `path` only if the block succeeds.

    The folder is made if it is not there. If the block raises, the temporary file is removed, what
    stood at `path` before stays as it was, and a failure of the disk becomes a `FileError`. What a
    process of this computer that was killed left in the folder is removed too.

    Parameters
    ----------
    path
        Where the finished file should stand.

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
    if "\0" in str(path):
        raise FileError(f"{str(path)!r} holds a NUL character; choose a name without it.")
    if is_protected(path):
        raise FileError(say_input(path))
    owner = f".{_find_computer()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    part = path.with_name(f"{owner}.{path.name[-_MOST_NAME:]}{PART_SUFFIX}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_old_parts(path.parent.absolute())
        yield part
        _sync(part)
        part.replace(path)
    except OSError as error:
        raise FileError(explain_os_error(error, path, "written")) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


@cache
def _find_computer() -> str:
    """Return eight digits that stand for this computer, and the container within it."""
    try:
        space = os.readlink("/proc/self/ns/pid")  # noqa: PTH115  (it names no file)
    except OSError:
        space = ""
    return hashlib.sha256(f"{platform.node()} {space}".encode()).hexdigest()[:8]


@cache
def _remove_old_parts(folder: Path) -> None:
    """Remove, once, what processes of this computer left in a folder and no longer write."""
    import psutil

    with contextlib.suppress(OSError):
        matches = [_PART.fullmatch(name) for name in os.listdir(folder)]  # noqa: PTH208  (names, not paths)
        for match in filter(None, matches):
            if match[1] == _find_computer() and not psutil.pid_exists(int(match[2])):
                (folder / match[0]).unlink(missing_ok=True)


def _sync(part: Path) -> None:
    """Have the bytes on the disk before the name appears, also after a power cut."""
    # Windows flushes only handles opened for writing.
    descriptor = os.open(part, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file, whole or not at all."""
    with writing(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, value: Any) -> None:
    """Write `value` as indented JSON, whole or not at all; NaN is refused, as JSON has none."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def make_folder(path: Path) -> Path:
    """Make a folder with those above it, if it is not there, and return it.

    Raises
    ------
    FileError
        If it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(explain_os_error(error, path, "written")) from error
    return path


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
