"""Pixels that stay in their file until they are asked for, and that may travel to another process.

Each class here is an array in dask's sense (`shape`, `dtype`, `ndim`, `[...]`) made of a path and a
few numbers, so it can be pickled; the other process opens the file for itself.
"""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import tifffile

from napari_seewhy.images.quiet import reading

if TYPE_CHECKING:
    from pathlib import Path

    import dask.array as da
    from numpy.typing import NDArray

BLOCK_BYTES = 2**25
"""About how much of a file is read at once: 32 MiB."""


class LazyPixels(Protocol):
    """An array that is still in its file: dask asks for its shape and type, then for pieces."""

    @property
    def shape(self) -> tuple[int, ...]:
        """One length per axis."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""

    @property
    def ndim(self) -> int:
        """Number of axes."""

    def __getitem__(self, index: Any) -> NDArray[Any]:
        """Read a piece."""


@dataclass(frozen=True)
class MappedPixels:
    """Pixels that stand in a file without compression, one after the other."""

    path: Path
    offset: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    def __getitem__(self, index: Any) -> NDArray[Any]:
        with reading(self.path, "a TIFF file"):
            # Opened anew each time: a map kept open would forbid Windows to replace the file.
            mapped = np.memmap(self.path, self.dtype, "r", self.offset, self.shape)
            return np.array(mapped[index])


class TiffPixels:
    """Pixels of one series of a TIFF file whose pieces must be decoded."""

    def __init__(self, path: Path, series: int, shape: tuple[int, ...], dtype: np.dtype[Any]):
        self.path = path
        self.series = series
        self.shape = shape
        self.dtype = dtype
        self._array: Any = None
        self._lock = threading.Lock()

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    def __getstate__(self) -> tuple[Any, ...]:
        return self.path, self.series, self.shape, self.dtype

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.__init__(*state)  # type: ignore[misc]

    def __getitem__(self, index: Any) -> NDArray[Any]:
        with reading(self.path, "a TIFF file"):
            return np.asarray(self._open()[index])

    @property
    def piece(self) -> tuple[int, ...]:
        """What the file keeps together, one length per axis."""
        with reading(self.path, "a TIFF file"):
            return tuple(self._open().chunks)

    def _open(self) -> Any:
        """Open the file at the first use; it is closed when nothing needs these pixels."""
        import zarr

        with self._lock:
            if self._array is None:
                file = tifffile.TiffFile(self.path)
                weakref.finalize(self, file.close)
                store = file.series[self.series].aszarr(level=0)
                self._array = zarr.open_array(store, mode="r")
            return self._array


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
    empty = np.empty((0,) * len(axes), pixels.dtype)
    lazy: da.Array = da.from_array(  # type: ignore[no-untyped-call]
        pixels, chunks=block, name=False, asarray=False, meta=empty
    )
    return lazy


def grow_block(
    shape: tuple[int, ...], axes: str, piece: tuple[int, ...], itemsize: int
) -> tuple[int, ...]:
    """Double `piece` along the shorter of Y and X until it holds `BLOCK_BYTES` or the picture ends.

    Examples
    --------
    >>> grow_block((3, 20_000, 20_000), "CYX", (1, 256, 256), 2)
    (1, 4096, 4096)
    >>> grow_block((20_000, 20_000), "YX", (1, 20_000), 2)
    (1024, 20000)
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
