"""Pixels that stay in their file until they are asked for, and that may travel to another process.

A source of pixels is a path and a few numbers, so it can be pickled; the other process opens the
file for itself. Every format's source goes through `to_dask`.
"""

from __future__ import annotations

import functools
import threading
import uuid
import weakref
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
import tifffile

from napari_seewhy.images.quiet import reading

if TYPE_CHECKING:
    from pathlib import Path

    import dask.array as da
    from numpy.typing import NDArray

Bounds: TypeAlias = tuple[tuple[int, int], ...]
"""Start and stop along every axis."""

BLOCK_BYTES = 2**21
"""About how much of a file is read at once: 2 MiB, 1024 x 1024 pixels of 16 bits."""

CACHE_BYTES = 2**27
"""How much of a compressed file is kept decoded: 128 MiB, a row of tiles of a large image."""


class LazyPixels(Protocol):
    """An array that is still in its file; it can be pickled."""

    @property
    def shape(self) -> tuple[int, ...]:
        """One length per axis."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""

    def read(self, bounds: Bounds) -> NDArray[Any]:
        """Read a box; the array belongs to whoever asked."""


@dataclass(frozen=True)
class MappedPixels:
    """Pixels that stand in a file without compression, one after the other."""

    path: Path
    offset: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def read(self, bounds: Bounds) -> NDArray[Any]:
        """Read a box; the array belongs to whoever asked."""
        with reading(self.path, "a TIFF file"):
            # Opened again each time: a map kept open would forbid Windows to replace the file.
            mapped = np.memmap(self.path, self.dtype, "r", self.offset, self.shape)
            return np.array(mapped[to_slices(bounds)])


class TiffPixels:
    """Pixels of one series of a TIFF file whose pieces must be decoded.

    The last blocks are kept, because neighbouring tiles share them, and because the strips of a
    wide image would otherwise be decoded once for every tile that lies in them.
    """

    def __init__(self, path: Path, series: int, shape: tuple[int, ...], dtype: np.dtype[Any]):
        self.path = path
        self.series = series
        self.shape = shape
        self.dtype = dtype
        self._lock = threading.Lock()
        self._array: Any = None
        self._decode: Any = None

    def __reduce__(self) -> tuple[type[TiffPixels], tuple[Any, ...]]:
        return TiffPixels, (self.path, self.series, self.shape, self.dtype)

    @property
    def piece(self) -> tuple[int, ...]:
        """What the file keeps together (a tile, a strip), one length per axis."""
        with reading(self.path, "a TIFF file"):
            self._open()
            return tuple(self._array.chunks)

    def read(self, bounds: Bounds) -> NDArray[Any]:
        """Read a box; the array belongs to whoever asked."""
        with reading(self.path, "a TIFF file"):
            self._open()
            decoded: NDArray[Any] = self._decode(bounds)
        return decoded.copy()

    def _open(self) -> None:
        """Open the file at the first use; it is closed when nothing needs these pixels."""
        import zarr

        with self._lock:
            if self._array is not None:
                return
            file = tifffile.TiffFile(self.path)
            weakref.finalize(self, file.close)
            self._array = zarr.open_array(file.series[self.series].aszarr(level=0), mode="r")
            block_bytes = max(BLOCK_BYTES, prod(self._array.chunks) * self.dtype.itemsize)
            keep = functools.lru_cache(maxsize=max(1, CACHE_BYTES // block_bytes))
            self._decode = keep(functools.partial(_decode, self._array))


def _decode(array: Any, bounds: Bounds) -> NDArray[Any]:
    return np.asarray(array[to_slices(bounds)])


def to_slices(bounds: Bounds) -> tuple[slice, ...]:
    """Turn starts and stops into an index."""
    return tuple(slice(start, stop) for start, stop in bounds)


def to_dask(pixels: LazyPixels, axes: str, piece: tuple[int, ...]) -> da.Array:
    """Make a dask array that reads `pixels` block by block.

    Parameters
    ----------
    pixels
        Where they come from.
    axes
        One letter per axis, ``Y`` and ``X`` among them.
    piece
        What the file keeps together (a tile, a strip), one length per axis; blocks are made of
        whole pieces.
    """
    import dask.array as da

    block = grow_block(pixels.shape, axes, piece, pixels.dtype.itemsize)
    lazy: da.Array = da.map_blocks(
        functools.partial(_read_block, pixels),
        chunks=da.core.normalize_chunks(block, pixels.shape),
        dtype=pixels.dtype,
        meta=np.empty((0,) * len(axes), pixels.dtype),
        name=f"pixels-{uuid.uuid4().hex}",
    )
    return lazy


def _read_block(pixels: LazyPixels, block_info: Any = None) -> NDArray[Any]:
    return pixels.read(tuple(block_info[None]["array-location"]))


def grow_block(
    shape: tuple[int, ...], axes: str, piece: tuple[int, ...], itemsize: int
) -> tuple[int, ...]:
    """Double `piece` along the shorter of Y and X until it holds `BLOCK_BYTES` or the picture ends.

    Examples
    --------
    >>> grow_block((3, 20_000, 20_000), "CYX", (1, 256, 256), 2)
    (1, 1024, 1024)
    >>> grow_block((20_000, 20_000), "YX", (1, 20_000), 2)
    (64, 20000)
    """
    block = [min(size, length) for size, length in zip(piece, shape, strict=True)]
    plane = [axes.index("Y"), axes.index("X")]
    while prod(block) * itemsize < BLOCK_BYTES:
        growing = [i for i in plane if block[i] < shape[i]]
        if not growing:
            break
        axis = min(growing, key=lambda i: block[i])
        block[axis] = min(2 * block[axis], shape[axis])
    return tuple(block)
