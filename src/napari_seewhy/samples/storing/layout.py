"""Names and shapes inside the HDF5 file of a sample set; see ``docs/reference/definitions.md``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

KIND = "napari-seewhy samples"
"""Attribute ``kind`` that distinguishes our files from other HDF5 files."""

SCHEMA_VERSION = 1
"""Highest version of the layout that this program writes and reads."""

UNKNOWN = -1
"""Class of a sample of which nothing is known, or which is undecided."""

DATASETS = ("pixels", "target", "group")
"""Datasets with one row per sample, besides those of the group ``origin``."""

ATTRIBUTES = ("schema_version", "classes", "channels", "pixel_size_um", "record")

CHUNK_BYTES = 64 * 1024
"""Least size of a chunk: smaller ones cost more in bookkeeping than they save in reading."""

COMPRESSION: dict[str, Any] = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
"""How pixels are packed.

gzip at its lightest, not lzf: lzf is known to h5py alone, while MATLAB, R, Fiji and HDFView read
gzip. With shuffled bytes it packs 16-bit crops of cells to 46 % (55 % without; lzf 51 %) and reads
270 MB/s of them on one core (lzf 360 MB/s), more than a network takes in.
"""


def check_target(
    target: ArrayLike, n_samples: int, classes: Sequence[str], shape: tuple[int, ...] | None = None
) -> NDArray[Any]:
    """Return targets as they are stored.

    Parameters
    ----------
    target
        ``(N,)`` places in the classes, -1 where unknown; or ``(N, ...)`` measured values, NaN where
        unknown.
    n_samples
        Number of samples.
    classes
        Names of the classes.
    shape
        Of the measured values of one sample; None where the targets are classes.

    Returns
    -------
    ndarray, shape ``(N,)`` int64, or ``(N, ...)`` float32

    Raises
    ------
    DataError
        If shape, type or range are not those.
    """
    given = np.asarray(target)
    if given.shape != (n_samples, *(shape or ())):
        wanted = f" of shape {shape}" if shape else ""
        raise DataError(
            f"The targets have shape {given.shape} for {n_samples} samples; give each sample "
            f"one{wanted}."
        )
    if shape is not None:
        return given.astype(np.float32)
    if not given.size:
        return given.astype(np.int64)
    if not np.issubdtype(given.dtype, np.integer):
        raise DataError(f"The targets are of type {given.dtype}; wanted whole numbers.")
    if given.min() < UNKNOWN or given.max() >= len(classes):
        raise DataError(
            f"The targets go from {given.min()} to {given.max()} for {len(classes)} classes; "
            "wanted -1 (unknown) or the place of a class, from 0."
        )
    return given.astype(np.int64)


def samples_per_chunk(sample_shape: tuple[int, ...], dtype: np.dtype[Any]) -> int:
    """Say how many samples share a chunk: one, or a few where they are small.

    A network reads samples in random order, so that a chunk should hold little else than the
    sample which is wanted.
    """
    return max(1, CHUNK_BYTES // (math.prod(sample_shape) * dtype.itemsize))
