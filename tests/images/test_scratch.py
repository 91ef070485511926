"""Large arrays lie in a file, keep what is written to them, and leave memory when told."""

from __future__ import annotations

import sys

import numpy as np
import psutil
import pytest

from napari_seewhy.images import make_scratch, release
from napari_seewhy.images.scratch import SCRATCH_BYTES


def test_small_arrays_are_usual_ones():
    array = make_scratch((3, 4), np.int32)
    array[1, 2] = 5
    release(array)
    assert array.flags.owndata
    assert array.sum() == 5


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux is known to keep what was written.")
def test_large_arrays_leave_memory_and_keep_what_was_written():
    side = int(SCRATCH_BYTES**0.5)
    array = make_scratch((side + 1, side), np.uint8)
    assert type(array) is np.ndarray
    array[:] = 7
    process = psutil.Process()
    before = process.memory_info().rss
    strip = array[10:20]
    release(strip)
    assert before - process.memory_info().rss > 0.9 * SCRATCH_BYTES
    assert (array == 7).all()
