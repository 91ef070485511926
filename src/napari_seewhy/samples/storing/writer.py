"""Writing a sample set piece by piece: the file grows, the memory does not."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.files import writing
from napari_seewhy.samples.storing.disk_stream import DiskStream, creating_hdf5
from napari_seewhy.samples.storing.layout import (
    COMPRESSION,
    DATASETS,
    KIND,
    SCHEMA_VERSION,
    UNKNOWN,
    check_target,
    samples_per_chunk,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    import h5py
    import pandas as pd
    from numpy.typing import ArrayLike, DTypeLike, NDArray

_ROWS_PER_CHUNK = 1024


class SampleWriter:
    """Write samples to an HDF5 file as they come; the file appears when all are written.

    To be used in a ``with`` block: if the block raises or the program is killed, what stood at
    `path` before stays as it was.

    Parameters
    ----------
    path
        Where the finished sample set should stand.
    channels
        One name per channel.
    size_px
        Height and width of every sample.
    dtype
        Type of the pixels, kept as it is.
    classes
        Names of the classes, in the order of their numbers in `target`.
    target_shape
        Shape of the measured values that are the target of one sample, () for one number; None
        where the targets are classes.
    pixel_size_um
        Edge of a pixel in micrometres, None where it is not known.
    record
        What was done, as `make_record` says it.

    Raises
    ------
    FileError
        If the file cannot be written: at the beginning of the block (no permission, a name that is
        too long), or at its end (full disk).

    Examples
    --------
    >>> import tempfile
    >>> from napari_seewhy.samples import SampleSet
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "samples.h5"
    ...     with SampleWriter(path, channels=["DNA"], size_px=(4, 4), dtype="uint8") as writer:
    ...         writer.append(np.ones((3, 1, 4, 4), np.uint8), group="well A1")
    ...     with SampleSet(path) as samples:
    ...         print(len(samples), samples.channels, samples.pixels.shape)
    3 ('DNA',) (3, 1, 4, 4)
    """

    _file: h5py.File
    _stream: DiskStream
    _stack: ExitStack

    def __init__(  # noqa: PLR0913  (all that the file stores about its samples)
        self,
        path: str | Path,
        *,
        channels: Sequence[str],
        size_px: tuple[int, int],
        dtype: DTypeLike,
        classes: Sequence[str] = (),
        target_shape: tuple[int, ...] | None = None,
        pixel_size_um: float | None = None,
        record: Mapping[str, Any] | None = None,
    ) -> None:
        self.path = Path(path)
        self.channels = tuple(channels)
        self.classes = tuple(classes)
        self.target_shape = target_shape
        self.pixel_size_um = pixel_size_um
        self.record: Mapping[str, Any] = record or {}
        self.dtype = np.dtype(dtype)
        self.sample_shape = (len(self.channels), *size_px)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            part = stack.enter_context(writing(self.path))
            self._file, self._stream = stack.enter_context(creating_hdf5(part))
            self._create_datasets()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._write_attributes()
        self._stack.__exit__(kind, error, trace)

    def __len__(self) -> int:
        """Return the number of samples that were appended so far."""
        return int(self._file["target"].shape[0])

    def append(
        self,
        pixels: NDArray[Any],
        target: ArrayLike | None = None,
        group: ArrayLike | None = None,
        origin: pd.DataFrame | None = None,
    ) -> None:
        """Add samples at the end; nothing of them stays in memory.

        Parameters
        ----------
        pixels
            ``(N, C, H, W)`` of the type that was announced.
        target
            ``(N,)`` places in the classes, -1 where unknown; or ``(N, ...)`` measured values of the
            shape that was announced, NaN where unknown. None if all are unknown.
        group
            One name for all, or ``(N,)`` names; None for no name.
        origin
            N rows that say where the samples came from. The columns of the first call hold for all.

        Raises
        ------
        DataError
            If shapes, types or columns are not those announced.
        OSError
            If the disk fails; the end of the ``with`` block makes a `FileError` of it.
        """
        pixels = np.asarray(pixels)
        self._check_pixels(pixels)
        n = len(pixels)
        targets = self._unknown(n) if target is None else np.asarray(target)
        groups = np.asarray("" if group is None else group, object)
        groups = np.full(n, groups) if groups.ndim == 0 else groups
        columns: dict[str, NDArray[Any]] = (
            {} if origin is None else {str(name): origin[name].to_numpy() for name in origin}
        )
        for name, values in {"target": targets, "group": groups, **columns}.items():
            if len(values) != n:
                raise DataError(f"{name} has {len(values)} values for {n} samples; give one each.")
        targets = check_target(targets, n, self.classes, self.target_shape)
        self._check_origin(columns)
        _extend(self._file["pixels"], pixels)
        _extend(self._file["target"], targets)
        _extend(self._file["group"], groups)
        for name, values in columns.items():
            _extend(self._file["origin"][name], values)
        self._stream.check()

    def set_target(self, target: ArrayLike, classes: Sequence[str] | None = None) -> None:
        """Say the targets of all samples at once, where they are known only after the last one.

        Parameters
        ----------
        target
            As in `append`.
        classes
            Names of the classes, None to keep those announced.

        Raises
        ------
        DataError
            If there is not one target for each sample.
        """
        if classes is not None:
            self.classes = tuple(classes)
        checked = check_target(target, len(self), self.classes, self.target_shape)
        self._file["target"][...] = checked

    def truncate(self, n_samples: int) -> None:
        """Take back all but the first `n_samples`, as when a file breaks off half-way."""
        for dataset in self._datasets():
            dataset.resize(n_samples, axis=0)

    def _datasets(self) -> list[h5py.Dataset]:
        return [*(self._file[name] for name in DATASETS), *self._file["origin"].values()]

    def _create_datasets(self) -> None:
        self._create_measured("pixels", self.sample_shape, self.dtype)
        if self.target_shape is None:
            _create_column(self._file, "target", np.dtype(np.int64))
        else:
            self._create_measured("target", self.target_shape, np.dtype(np.float32))
        _create_column(self._file, "group", np.dtype(object))
        self._file.create_group("origin", track_order=True)

    def _create_measured(self, name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        self._file.create_dataset(
            name,
            shape=(0, *shape),
            maxshape=(None, *shape),
            dtype=dtype,
            chunks=(samples_per_chunk(shape, dtype), *shape),
            **COMPRESSION,
        )

    def _unknown(self, n: int) -> NDArray[Any]:
        if self.target_shape is None:
            return np.full(n, UNKNOWN)
        return np.full((n, *self.target_shape), np.nan, np.float32)

    def _write_attributes(self) -> None:
        import h5py

        text = h5py.string_dtype()
        attributes = self._file.attrs
        attributes["kind"] = KIND
        attributes["schema_version"] = SCHEMA_VERSION
        attributes["channels"] = np.asarray(self.channels, object).astype(text)
        attributes["classes"] = np.asarray(self.classes, object).astype(text)
        attributes["pixel_size_um"] = self.pixel_size_um or np.nan
        attributes["record"] = json.dumps(self.record, ensure_ascii=False)

    def _check_pixels(self, pixels: NDArray[Any]) -> None:
        if pixels.shape[1:] != self.sample_shape or pixels.dtype != self.dtype:
            raise DataError(
                f"The samples have shape {pixels.shape[1:]} and type {pixels.dtype}, but this file "
                f"holds shape {self.sample_shape} and type {self.dtype}; all samples must be alike."
            )

    def _check_origin(self, columns: Mapping[str, NDArray[Any]]) -> None:
        known = self._file["origin"]
        if len(self) == 0 and not len(known):
            for name, values in columns.items():
                _create_column(known, name, values.dtype)
        if set(columns) != set(known):
            raise DataError(
                f"The origin has columns {', '.join(columns) or 'none'}, but this file has "
                f"{', '.join(known) or 'none'}; give the same columns each time."
            )


def _create_column(parent: h5py.Group, name: str, dtype: np.dtype[Any]) -> None:
    import h5py

    stored = dtype if dtype.kind in "biuf" else h5py.string_dtype()
    parent.create_dataset(
        name, shape=(0,), maxshape=(None,), chunks=(_ROWS_PER_CHUNK,), dtype=stored
    )


def _extend(dataset: h5py.Dataset, values: NDArray[Any]) -> None:
    if len(values) == 0:
        return
    n = dataset.shape[0]
    dataset.resize(n + len(values), axis=0)
    dataset[n:] = values
