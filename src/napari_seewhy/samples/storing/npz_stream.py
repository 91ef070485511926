"""Reading a numpy archive some rows at a time; `numpy.load` would unpack it whole."""

from __future__ import annotations

import math
import zipfile
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.files import explain_os_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

_BLOCK_BYTES = 16 * 2**20
_NPY = b"\x93NUMPY"


class ArrayHeader(NamedTuple):
    """Shape and type of an array in the archive."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]


@contextmanager
def opening_npz(path: Path) -> Iterator[NpzStream]:
    """Open an archive for the length of a block.

    Raises
    ------
    FileError
        If it is missing, no archive, or damaged, also where that shows only later in the block.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield NpzStream(path, archive)
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        with path.open("rb") as stream:
            is_single = stream.read(len(_NPY)) == _NPY
        if is_single:
            raise FileError(
                f"{path} is a single numpy array (.npy), not an archive of several; save it with "
                "numpy.savez(path, pixels=array)."
            ) from error
        raise FileError(
            f"{path} is no numpy archive (.npz), or is damaged; save it with numpy.savez again."
        ) from error


class NpzStream:
    """An open numpy archive."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self._archive = archive
        self.keys = tuple(name.removesuffix(".npy") for name in archive.namelist())

    def header(self, key: str) -> ArrayHeader:
        """Return shape and type of an array.

        Raises
        ------
        DataError
            If there is no such array, or it holds Python objects, which are never loaded.
        """
        with self._open(key) as stream:
            return self._read_header(stream, key)

    def read(self, key: str) -> NDArray[Any]:
        """Read a whole array, such as one name per sample."""
        blocks = list(self.blocks(key))
        return np.concatenate(blocks) if blocks else np.empty(*self.header(key))

    def blocks(self, key: str) -> Iterator[NDArray[Any]]:
        """Yield an array some rows at a time, each block ``(n, ...)``."""
        with self._open(key) as stream:
            shape, dtype = self._read_header(stream, key)
            row_bytes = math.prod(shape[1:]) * dtype.itemsize
            per_block = max(1, _BLOCK_BYTES // max(1, row_bytes))
            for first in range(0, shape[0], per_block):
                n = min(per_block, shape[0] - first)
                raw = stream.read(n * row_bytes)
                if len(raw) < n * row_bytes:
                    raise EOFError(key)
                yield np.frombuffer(raw, dtype).reshape(n, *shape[1:])

    def _open(self, key: str) -> IO[bytes]:
        if key not in self.keys:
            known = ", ".join(self.keys)
            raise DataError(f"{self.path} has no array {key!r}; its arrays are {known}.")
        return self._archive.open(f"{key}.npy")

    def _read_header(self, stream: IO[bytes], key: str) -> ArrayHeader:
        readers = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }
        try:
            read = readers[np.lib.format.read_magic(stream)]
            shape, is_fortran, dtype = read(stream)
        except (ValueError, KeyError) as error:
            raise DataError(f"The array {key} of {self.path} is no numpy array.") from error
        if dtype.hasobject or is_fortran or len(shape) == 0:
            raise DataError(
                f"The array {key} of {self.path} cannot be read row by row; save a plain array of "
                "numbers or text in C order (numpy.ascontiguousarray)."
            )
        return ArrayHeader(shape, dtype)
