"""Names and shapes inside the HDF5 file of a sample set; see ``docs/reference/definitions.md``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

KIND = "napari-seewhy samples"
"""Attribute ``kind`` that tells our files from other HDF5 files."""

SCHEMA_VERSION = 1
"""Highest version of the layout that this program writes and reads."""

UNKNOWN = -1
"""Target of a sample of which nothing is known, or which is undecided."""

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


def samples_per_chunk(sample_shape: tuple[int, int, int], dtype: np.dtype[Any]) -> int:
    """Say how many samples share a chunk: one, or a few where they are small.

    A network reads samples in random order, so that a chunk should hold little else than the
    sample which is wanted.
    """
    return max(1, CHUNK_BYTES // (math.prod(sample_shape) * dtype.itemsize))
