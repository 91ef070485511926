"""Reading scattered rows of a dataset fast, and without stopping the rest of the program.

h5py reads a list of rows seven times more slowly than the same rows one by one, and holds Python's
lock while it unpacks them, so that a network waits which is trained in another thread meanwhile.
Here the packed bytes are fetched through h5py and unpacked by zlib and numpy, which let others run.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import h5py
    from numpy.typing import NDArray


def read_rows(dataset: h5py.Dataset, rows: NDArray[np.int64]) -> NDArray[Any]:
    """Read rows ``(n, ...)`` of a dataset, in any order, also repeated.

    Raises
    ------
    OSError
        If the file is damaged there.
    """
    pixels = np.empty((len(rows), *dataset.shape[1:]), dataset.dtype)
    if not len(rows):
        return pixels
    n_together = dataset.chunks[0] if dataset.chunks else 1
    order = np.argsort(rows, kind="stable")
    chunks = rows[order] // n_together
    for places in np.split(order, np.flatnonzero(np.diff(chunks)) + 1):
        start = int(rows[places[0]]) // n_together * n_together
        pixels[places] = _read_chunk(dataset, start, n_together)[rows[places] - start]
    return pixels


def _read_chunk(dataset: h5py.Dataset, start: int, n_rows: int) -> NDArray[Any]:
    """Read the rows from `start` on that lie in one chunk."""
    unpacked = _unpack_chunk(dataset, start) if _is_packed_as_ours(dataset) else None
    values: NDArray[Any] = dataset[start : start + n_rows] if unpacked is None else unpacked
    return values


def _is_packed_as_ours(dataset: h5py.Dataset) -> bool:
    """Say whether chunks hold whole samples, shuffled and gzipped and nothing else."""
    return bool(
        dataset.compression == "gzip"
        and dataset.shuffle
        and not dataset.fletcher32
        and dataset.scaleoffset is None
        and dataset.chunks[1:] == dataset.shape[1:]
    )


def _unpack_chunk(dataset: h5py.Dataset, start: int) -> NDArray[Any] | None:
    """Fetch a chunk and unpack it; None where HDF5 left out a filter because it did not pay."""
    filter_mask, packed = dataset.id.read_direct_chunk((start, *[0] * (dataset.ndim - 1)))
    if filter_mask:
        return None
    try:
        # The shuffle filter puts all first bytes first, then all second ones.
        shuffled = np.frombuffer(zlib.decompress(packed), np.uint8)
        values = shuffled.reshape(dataset.dtype.itemsize, -1).T.copy().view(dataset.dtype)
        unpacked: NDArray[Any] = values.reshape(dataset.chunks)
    except (zlib.error, ValueError) as error:
        raise OSError(f"chunk at {start}: {error}") from error
    return unpacked
