"""Using libraries that read file formats: silently, and with errors that a person understands."""

from __future__ import annotations

import contextlib
import logging
import struct
import threading
import zlib
from typing import TYPE_CHECKING

import psutil

from napari_seewhy.errors import FileError
from napari_seewhy.files import explain_os_error, name_content

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A parser that meets bytes it was not made for fails wherever it happens to stand, so this list
# is long; it is only used around calls into such libraries.
_UNREADABLE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


class _Catcher(logging.Filter):
    """Keeps what one thread logs from being shown, and keeps it for whoever wants to know."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []
        self._thread = threading.get_ident()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.thread != self._thread:
            return True
        self.messages.append(record.getMessage())
        return False


@contextlib.contextmanager
def catching_logs(name: str) -> Iterator[list[str]]:
    """Collect the messages of the logger `name` within the block, instead of showing them.

    Only this thread's messages are caught, and the logger's level stays as the user set it.
    """
    logger = logging.getLogger(name)
    catcher = _Catcher()
    logger.addFilter(catcher)
    try:
        yield catcher.messages
    finally:
        logger.removeFilter(catcher)


@contextlib.contextmanager
def reading(path: Path, kind: str, logger: str = "tifffile") -> Iterator[list[str]]:
    """Turn any error of a library about a bad file into one `FileError`.

    Parameters
    ----------
    path
        The file that is read within the block.
    kind
        What it should be, with its article: "a TIFF file".
    logger
        Where the library logs.

    Yields
    ------
    What is logged there within the block, which is not shown.

    Raises
    ------
    FileError
        If the block fails in a way that a broken file can explain.
    """
    try:
        with catching_logs(logger) as messages:
            yield messages
    except OSError as error:
        if error.errno is not None:
            raise FileError(explain_os_error(error, path, "read")) from error
        raise unreadable(path, kind) from error
    except MemoryError as error:
        raise _too_large(path) from error
    except _UNREADABLE as error:
        raise unreadable(path, kind) from error


def check_memory(path: Path, n_bytes: int) -> None:
    """Raise a `FileError` if so many bytes can never be in this computer's memory at once.

    A damaged header may claim any size, and some systems grant memory that they do not have.
    """
    if n_bytes > psutil.virtual_memory().total:
        raise _too_large(path, f" of {n_bytes / 2**30:,.0f} GiB")


def _too_large(path: Path, size: str = "") -> FileError:
    return FileError(
        f"{path} holds an image{size} that does not fit into this computer's memory; leave it in "
        "its file (lazy) or cut it into smaller ones, and if it is not that large, it is damaged."
    )


def unreadable(path: Path, kind: str) -> FileError:
    """Say that `path` cannot be read; the reader alone does not know whether the file is whole."""
    found = name_content(path) if path.is_file() else ""
    if found and found != kind:
        return FileError(
            f"{path} cannot be read as {kind}: by its first bytes it is {found}; rename it, or "
            "export it as OME-TIFF."
        )
    return FileError(
        f"{path} cannot be read as {kind}: if another program opens it, it is whole, so export it "
        "from there as OME-TIFF; if none does, it is damaged or of another kind, so copy it again."
    )


def check_file(path: Path) -> None:
    """Raise a `FileError` unless `path` is a file with something in it.

    Raises
    ------
    FileError
        If it is missing, a folder, or empty.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise FileError(f"{path} is a folder; choose a file in it.")
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    if size == 0:
        raise FileError(f"{path} is empty (0 bytes); copy it again or export it again.")
