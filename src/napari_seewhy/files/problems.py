"""What may be wrong with a path, in one sentence."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

from napari_seewhy.errors import FileError


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
        errno.ELOOP: "its links lead round in a circle; choose the file itself",
    }
    known = reasons.get(error.errno) if error.errno is not None else None
    reason = known or f"the system says: {error.strerror or error}"
    return f"{path} cannot be {done}: {reason}."


def check_readable(path: Path) -> None:
    r"""Refuse what is no file, before it is opened: a pipe without a writer would wait for ever.

    Parameters
    ----------
    path
        What somebody wants to be read.

    Raises
    ------
    FileError
        If it is missing, a folder, a pipe or a device, or can be no path.

    Examples
    --------
    >>> check_readable(Path("a\0.tif"))
    Traceback (most recent call last):
    napari_seewhy.errors.FileError: 'a\x00.tif' holds a NUL character; check the name.
    """
    try:
        mode = Path(path).stat().st_mode
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    except ValueError as error:
        raise FileError(f"{str(path)!r} holds a NUL character; check the name.") from error
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise FileError(f"{path} is a pipe or a device and no file; choose a file.")
