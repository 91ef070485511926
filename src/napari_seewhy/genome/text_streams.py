"""Guards of files of the genome: text that cannot fill the memory, a library that may panic."""

from __future__ import annotations

import gzip
import io
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, cast

from napari_seewhy.errors import FileError
from napari_seewhy.files import check_readable, explain_os_error, name_content

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_GZIP_MAGIC = b"\x1f\x8b"
_LONGEST_LINE = 2**22
"""Bytes of a line; one that never ends would fill the memory."""

_MEMORY_PER_BYTE = 4
"""Bytes of memory that one byte of text takes as a table."""


@contextmanager
def catching_panic(sentence: str) -> Iterator[None]:
    """Raise a `FileError` with this sentence where pybigtools, written in Rust, panics.

    That is no `Exception`, cannot be imported, and would end a batch of many compounds.
    """
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise FileError(sentence) from None


@contextmanager
def reading_text(path: Path) -> Iterator[None]:
    """Turn what goes wrong while a table is read into a `FileError`."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileError(
            f"{path} is gzipped, and its text ends before the archive does or holds bytes of "
            "something else; it is broken off or damaged, so fetch it again."
        ) from error
    except UnicodeDecodeError as error:
        raise FileError(
            f"{path} is {name_content(path) or 'no text in UTF-8'}; wanted a text file with "
            "columns, plain or gzipped."
        ) from error
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error


def open_text(path: Path) -> IO[bytes]:
    """Open a table, gzipped or not, as a stream whose lines and whole are bounded."""
    check_readable(path)
    with path.open("rb") as stream:
        is_zipped = stream.read(2) == _GZIP_MAGIC
    # Closed by the reader around it.
    opened = cast("IO[bytes]", gzip.open(path) if is_zipped else path.open("rb"))  # noqa: SIM115  (see above)
    return cast("IO[bytes]", io.BufferedReader(_BoundedText(opened, path)))


def find_position(stream: IO[bytes]) -> int:
    """Return how many bytes of its file an open table has read; of a gzip, those of the archive."""
    bounded = cast("_BoundedText", cast("io.BufferedReader", stream).raw)
    return bounded.find_position()


class _BoundedText(io.RawIOBase):
    """Text whose lines and whole fit into the memory; a gzip of 1 MB may hold 1 GB."""

    def __init__(self, stream: IO[bytes], path: Path) -> None:
        import psutil

        self._stream, self._path = stream, path
        self._n_read = self._n_in_line = 0
        self._most = psutil.virtual_memory().available // _MEMORY_PER_BYTE

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read the next bytes, and refuse what does not end."""
        data = self._stream.read(min(len(buffer), _LONGEST_LINE))
        buffer[: len(data)] = data
        before, _, after = data.rpartition(b"\n")
        first = before.find(b"\n") if b"\n" in before else len(before)
        has_end = len(after) < len(data)
        longest = self._n_in_line + (first if has_end else len(data))
        self._n_in_line = len(after) if has_end else longest
        self._n_read += len(data)
        if longest > _LONGEST_LINE:
            raise FileError(
                f"{self._path} has a line of more than {_LONGEST_LINE // 2**20} MB; wanted a text "
                "file with short lines."
            )
        if self._n_read > self._most:
            raise FileError(
                f"{self._path} holds more than {self._most / 1e9:.1f} GB of text, too much for the "
                "memory of this computer; keep the chromosomes that you need."
            )
        return len(data)

    def find_position(self) -> int:
        """Return how many bytes of the file were read."""
        packed: IO[bytes] | None = getattr(self._stream, "fileobj", None)
        return (packed or self._stream).tell()

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
        super().close()
