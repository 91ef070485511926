"""A file under HDF5 that survives a full disk."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import h5py

_CHUNK_CACHE_BYTES = 2**20


class DiskStream(io.FileIO):
    """File that keeps the first failure of the disk instead of raising it in the middle of HDF5.

    When a write fails, the HDF5 library can no longer close its file and brings the whole program
    down at its end (a segmentation fault with 2.0). Here the failure is kept, what follows is
    dropped, HDF5 closes in peace, and `check` raises.
    """

    error: OSError | None = None

    def write(self, data: object) -> int:
        """Write all bytes, or keep the reason why that was not possible."""
        view = memoryview(data).cast("B")  # type: ignore[arg-type]  # HDF5 gives a buffer
        done = 0
        while self.error is None and done < len(view):
            try:
                # A disk that is nearly full takes a part and says so in the count alone.
                done += super().write(view[done:])
            except OSError as error:
                self.error = error
        return len(view)

    def truncate(self, size: int | None = None) -> int:
        """Set the length of the file, or keep the reason why that was not possible."""
        if self.error is None:
            try:
                return super().truncate(size)
            except OSError as error:
                self.error = error
        return size or 0

    def check(self) -> None:
        """Raise the failure that was kept, if there is one."""
        if self.error is not None:
            raise self.error


@contextmanager
def creating_hdf5(path: Path) -> Iterator[tuple[h5py.File, DiskStream]]:
    """Create an HDF5 file and close it at the end of the block.

    Raises
    ------
    OSError
        If the disk failed at any time (a full disk).
    """
    import h5py

    with DiskStream(path, "w+") as stream:
        with h5py.File(stream, "w", rdcc_nbytes=_CHUNK_CACHE_BYTES) as file:
            yield file, stream
        stream.check()
