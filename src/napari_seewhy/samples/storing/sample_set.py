"""Opening a sample set: the pixels stay in the file until they are asked for."""

from __future__ import annotations

import math
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.samples.storing.guard import open_samples, say_damaged
from napari_seewhy.samples.storing.layout import UNKNOWN

if TYPE_CHECKING:
    import h5py
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray


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
    unpack = _Unpacker(dataset) if _is_packed_as_ours(dataset) else None
    n_together = dataset.chunks[0] if dataset.chunks else 1
    order = np.argsort(rows, kind="stable")
    chunks = rows[order] // n_together
    for places in np.split(order, np.flatnonzero(np.diff(chunks)) + 1):
        start = int(rows[places[0]]) // n_together * n_together
        chunk = None if unpack is None else unpack(start)
        if chunk is None:
            chunk = dataset[start : start + n_together]
        pixels[places] = chunk[rows[places] - start]
    return pixels


def _is_packed_as_ours(dataset: h5py.Dataset) -> bool:
    """Say whether chunks hold whole samples, shuffled and gzipped and nothing else."""
    return bool(
        dataset.compression == "gzip"
        and dataset.shuffle
        and not dataset.fletcher32
        and dataset.scaleoffset is None
        and dataset.chunks[1:] == dataset.shape[1:]
    )


class _Unpacker:
    """Fetches chunks and unpacks them; asks h5py for their shape and type once, which is slow."""

    def __init__(self, dataset: h5py.Dataset) -> None:
        self._id = dataset.id
        self._shape, self._dtype = dataset.chunks, dataset.dtype
        self._n_bytes = math.prod(self._shape) * self._dtype.itemsize

    def __call__(self, start: int) -> NDArray[Any] | None:
        """Unpack the chunk at `start`; None where HDF5 left out a filter as it did not pay."""
        from imagecodecs import deflate_decode

        filter_mask, packed = self._id.read_direct_chunk((start, *[0] * (len(self._shape) - 1)))
        if filter_mask:
            return None
        try:
            shuffled = np.frombuffer(deflate_decode(packed, out=self._n_bytes), np.uint8)
            planes = shuffled.reshape(self._dtype.itemsize, -1)
        except (RuntimeError, ValueError) as error:
            raise OSError(f"chunk at {start}: {error}") from error
        return _unshuffle(planes, self._dtype).reshape(self._shape)


def _unshuffle(planes: NDArray[np.uint8], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Put together what the shuffle filter took apart: all first bytes first, then all second."""
    values = np.empty(planes.shape[1], dtype)
    taken_apart = values.view(np.uint8).reshape(-1, len(planes))
    # One strided copy for each byte is five times as fast as turning the whole array.
    for place, plane in enumerate(planes):
        taken_apart[:, place] = plane
    return values


class SampleSet:
    """A file of samples with their targets, groups and origins, open for reading.

    To be closed after use, or used in a ``with`` block. It may be sent to another process: there
    the file is opened again.

    Parameters
    ----------
    path
        HDF5 file that a `SampleWriter` wrote.

    Attributes
    ----------
    path
        The file.
    pixels
        ``(N, C, H, W)``, read from the file piece by piece when sliced.
    target
        ``(N,)`` int64, place in `classes`, -1 where unknown; or measured values ``(N, ...)``
        float32, NaN where unknown.
    group
        ``(N,)`` str, what must stay together when splitting.
    origin
        Table with one row per sample: where it came from.
    classes, channels
        Names.
    pixel_size_um
        Edge of a pixel in micrometres, None where it is not known.
    record
        What was done to make the file.
    sources
        The file, and the annotations beside it where they count too.

    Raises
    ------
    FileError
        If the file is missing, empty, damaged, of another kind, or of a newer version.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.sources: tuple[Path, ...] = (self.path,)
        self._file, said = open_samples(self.path)
        self.channels, self.classes = said.channels, said.classes
        self.pixel_size_um, self.record = said.pixel_size_um, said.record

    @property
    def pixels(self) -> h5py.Dataset:
        """``(N, C, H, W)``, read from the file when sliced."""
        return self._file["pixels"]

    @cached_property
    def target(self) -> NDArray[Any]:
        """``(N,)`` int64 places in `classes`, -1 where unknown; or ``(N, ...)`` float32."""
        target: NDArray[Any] = self._read_whole(self._file["target"])
        # A class that is not there would end far from here, in the middle of a training.
        if target.dtype.kind == "i" and len(target):
            low, high = int(target.min()), int(target.max())
            if low < UNKNOWN or high >= len(self.classes):
                raise DataError(
                    f"{self.path} is damaged: its targets go from {low} to {high} for "
                    f"{len(self.classes)} classes; make it again or copy it again."
                )
        return target

    @property
    def target_shape(self) -> tuple[int, ...] | None:
        """Shape of the measured values of one sample, None where the targets are classes."""
        target = self._file["target"]
        return None if target.dtype.kind == "i" else tuple(target.shape[1:])

    @cached_property
    def group(self) -> NDArray[np.object_]:
        """``(N,)`` str, what must stay together when splitting."""
        return self._read_whole(self._file["group"])

    @cached_property
    def origin(self) -> pd.DataFrame:
        """Table with one row per sample: file, scene, time point, label, position."""
        import pandas as pd

        columns = {name: self._read_whole(data) for name, data in self._file["origin"].items()}
        return pd.DataFrame(columns, index=pd.RangeIndex(len(self)))

    def read_target(self, rows: ArrayLike) -> NDArray[Any]:
        """Read the targets of these rows alone, in this order; see `read_pixels`."""
        return self._read_rows(self._file["target"], rows)

    def read_pixels(self, rows: ArrayLike) -> NDArray[Any]:
        """Read the samples of these rows into memory, in this order.

        Parameters
        ----------
        rows
            ``(n,)`` row numbers from 0, in any order, also repeated.

        Returns
        -------
        ndarray, shape ``(n, C, H, W)``

        Raises
        ------
        DataError
            If there is no such row, or the file is damaged there.
        """
        return self._read_rows(self.pixels, rows)

    def _read_rows(self, dataset: h5py.Dataset, rows: ArrayLike) -> NDArray[Any]:
        wanted = np.asarray(rows, np.int64)
        if len(wanted) and (wanted.min() < 0 or wanted.max() >= len(self)):
            raise DataError(f"{self.path} holds samples 0 to {len(self) - 1}; choose among those.")
        try:
            return read_rows(dataset, wanted)
        except OSError as error:
            raise DataError(say_damaged(self.path)) from error

    def close(self) -> None:
        """Close the file; `pixels` can no longer be read."""
        self._file.close()

    def __len__(self) -> int:
        return int(self._file["pixels"].shape[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read_whole(self, column: h5py.Dataset) -> NDArray[Any]:
        try:
            is_text = column.dtype.kind in "OS"
            values: NDArray[Any] = column.asstr()[:] if is_text else column[:]
        except (OSError, RuntimeError, ValueError) as error:  # UnicodeDecodeError is a ValueError
            raise DataError(say_damaged(self.path)) from error
        return values

    def __reduce__(self) -> tuple[type[Self], tuple[Path]]:
        return type(self), (self.path,)

    def __repr__(self) -> str:
        if not self._file:
            return f"SampleSet({str(self.path)!r}, closed)"
        height, width = self.pixels.shape[-2:]
        return (
            f"SampleSet({str(self.path)!r}: {len(self)} samples of {height} x {width} px, "
            f"channels {', '.join(self.channels)}, classes {', '.join(self.classes) or 'none'})"
        )
