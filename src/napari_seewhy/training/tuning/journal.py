"""The journal of a study: opened, repaired after a kill, and its failures in plain words."""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING

from napari_seewhy.errors import FileError
from napari_seewhy.files import check_readable, explain_os_error, make_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileOpenLock


def open_journal(path: Path) -> JournalStorage:
    """Open the journal of a study, or begin one.

    Raises
    ------
    FileError
        If the file is something else, and is then left as it is.
    OSError
        If it cannot be read or written.
    """
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

    make_folder(path.parent)
    if path.exists():
        check_readable(path)
    _check_journal(path)
    # Other than a link, a lock file can be made on every system, by everybody.
    lock = JournalFileOpenLock(str(path))
    if path.exists():
        _mend(path, lock)
    return JournalStorage(JournalFileBackend(str(path), lock))


@contextlib.contextmanager
def reading_journal(path: Path) -> Iterator[None]:
    """Turn what goes wrong with the file of a study, read or written, into a `FileError`."""
    try:
        yield
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read or written")) from error
    except (ValueError, KeyError, AssertionError) as error:
        # So the journal's reader stumbles over lines that are not its own.
        raise FileError(f"{path} is damaged; begin another study file.") from error


def _check_journal(path: Path) -> None:
    """Refuse a file that does not begin as a journal does."""
    if not path.exists():
        return
    with path.open("rb") as stream:
        first = stream.readline(10_000)
    # An empty file may be a journal that was killed at its very beginning.
    if not first:
        return
    try:
        entry = json.loads(first)
    except ValueError:
        entry = None
    if not (isinstance(entry, dict) and "op_code" in entry):
        raise FileError(f"{path} is no study of a search; choose another file.")


def _mend(path: Path, lock: JournalFileOpenLock) -> None:
    """Cut off the last line where a kill or a full disk left it half, or no other could follow."""
    lock.acquire()
    try:
        with path.open("r+b") as stream:
            text = stream.read()
            whole = text.rfind(b"\n") + 1
            if whole < len(text):
                stream.truncate(whole)
                stream.flush()
                os.fsync(stream.fileno())
    finally:
        lock.release()
