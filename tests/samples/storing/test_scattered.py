from __future__ import annotations

import h5py
import numpy as np
import pytest

from napari_seewhy.samples.storing.layout import COMPRESSION
from napari_seewhy.samples.storing.sample_set import read_rows

LAYOUTS = {
    "ours": {"chunks": (4, 2, 5, 6), **COMPRESSION},
    "one sample per chunk": {"chunks": (1, 2, 5, 6), **COMPRESSION},
    "a quarter of a sample per chunk": {"chunks": (1, 1, 3, 6), **COMPRESSION},
    "not shuffled": {"chunks": (4, 2, 5, 6), "compression": "gzip"},
    "lzf": {"chunks": (4, 2, 5, 6), "compression": "lzf", "shuffle": True},
    "with checksums": {"chunks": (4, 2, 5, 6), **COMPRESSION, "fletcher32": True},
    "not packed": {"chunks": (4, 2, 5, 6)},
    "not in chunks": {},
}


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", ">u2"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_rows_come_as_they_were_written_however_they_are_packed(tmp_path, layout, dtype):
    pixels = np.random.default_rng(0).integers(0, 250, (23, 2, 5, 6)).astype(dtype)
    rows = np.array([22, 3, 3, 0, 7, 6, 5, 4, 21])
    with h5py.File(tmp_path / "a.h5", "w") as file:
        dataset = file.create_dataset("pixels", data=pixels, **LAYOUTS[layout])
        read = read_rows(dataset, rows)
        assert read.dtype == pixels.dtype
        np.testing.assert_array_equal(read, pixels[rows])
        assert read_rows(dataset, np.array([], np.int64)).shape == (0, 2, 5, 6)


def test_a_chunk_that_is_no_packed_data_is_an_error_of_the_disk(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        dataset = file.create_dataset("pixels", data=np.ones((8, 2, 5, 6)), **LAYOUTS["ours"])
        dataset.id.write_direct_chunk((4, 0, 0, 0), b"not zlib")
        assert read_rows(dataset, np.array([3])).max() == 1
        with pytest.raises(OSError, match="chunk at 4"):
            read_rows(dataset, np.array([3, 5]))
