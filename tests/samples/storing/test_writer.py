"""Writing samples: streamed, whole or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
import tracemalloc

import h5py
import numpy as np
import pandas as pd
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.samples import SampleSet, SampleWriter

SIZE = 64


def draw_block(n: int = 32) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 60000, (n, 1, SIZE, SIZE)).astype(np.uint16)


def open_writer(path, **announced) -> SampleWriter:
    chosen = {"channels": ["DNA"], "size_px": (SIZE, SIZE), "dtype": np.uint16} | announced
    return SampleWriter(path, **chosen)


def peak_bytes(path, n_blocks: int) -> int:
    block = draw_block()
    origin = pd.DataFrame({"source": ["field.tif"] * len(block), "label": range(len(block))})
    tracemalloc.start()
    with open_writer(path) as writer:
        for _ in range(n_blocks):
            writer.append(block, group="A1", origin=origin)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_number_of_samples(tmp_path):
    peak_bytes(tmp_path / "warm.h5", 1)
    few, many = peak_bytes(tmp_path / "few.h5", 4), peak_bytes(tmp_path / "many.h5", 40)
    # 36 blocks more are 9.4 MB of pixels.
    assert many - few < 200_000
    with SampleSet(tmp_path / "many.h5") as samples:
        assert len(samples) == 40 * 32


def test_samples_are_packed_a_few_to_a_chunk_in_a_way_that_others_can_read(tmp_path):
    with open_writer(tmp_path / "a.h5") as writer:
        writer.append(draw_block())
    with h5py.File(tmp_path / "a.h5") as file:
        assert file["pixels"].chunks == (8, 1, SIZE, SIZE)
        assert file["pixels"].compression == "gzip"


def test_a_large_sample_has_a_chunk_of_its_own(tmp_path):
    with open_writer(tmp_path / "a.h5", size_px=(512, 512)):
        pass
    with h5py.File(tmp_path / "a.h5") as file:
        assert file["pixels"].chunks == (1, 1, 512, 512)


def test_targets_may_be_told_at_the_end(tmp_path):
    with open_writer(tmp_path / "a.h5") as writer:
        writer.append(draw_block(3))
        writer.set_target([0, 1, -1], ["negative", "positive"])
    with SampleSet(tmp_path / "a.h5") as samples:
        assert samples.target.tolist() == [0, 1, -1]
        assert samples.classes == ("negative", "positive")


def test_samples_can_be_taken_back(tmp_path):
    block = draw_block(5)
    with open_writer(tmp_path / "a.h5") as writer:
        writer.append(block[:2], group="kept", origin=pd.DataFrame({"label": [1, 2]}))
        writer.append(block[2:4], group="lost", origin=pd.DataFrame({"label": [3, 4]}))
        writer.truncate(2)
        writer.append(block[4:], group="kept", origin=pd.DataFrame({"label": [5]}))
    with SampleSet(tmp_path / "a.h5") as samples:
        np.testing.assert_array_equal(samples.pixels[:], block[[0, 1, 4]])
        assert samples.group.tolist() == ["kept"] * 3
        assert samples.origin["label"].tolist() == [1, 2, 5]


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ({"pixels": np.zeros((2, 1, 8, 8), np.uint16)}, "all samples must be alike"),
        ({"pixels": np.zeros((2, 1, SIZE, SIZE), np.float32)}, "all samples must be alike"),
        ({"pixels": draw_block(2), "target": [0]}, "target has 1 values for 2 samples"),
        ({"pixels": draw_block(2), "target": [0, 2]}, "from 0 to 2 for 2 classes"),
        ({"pixels": draw_block(2), "target": [0.5, 1]}, "wanted whole numbers"),
        ({"pixels": draw_block(2), "group": ["a"] * 3}, "group has 3 values for 2 samples"),
        ({"pixels": draw_block(1), "origin": pd.DataFrame({"y": [1]})}, "give the same columns"),
    ],
)
def test_samples_that_are_not_as_announced_are_refused(tmp_path, part, sentence):
    origin = pd.DataFrame({"label": [1] * len(part["pixels"])})
    with open_writer(tmp_path / "a.h5", classes=["G1", "G2"]) as writer:
        writer.append(draw_block(1), origin=origin[:1])
        with pytest.raises(DataError, match=sentence):
            writer.append(**{"origin": origin} | part)
        assert len(writer) == 1
    with SampleSet(tmp_path / "a.h5") as samples:
        assert len(samples) == 1


def test_not_as_many_targets_as_samples_are_refused(tmp_path):
    with open_writer(tmp_path / "a.h5") as writer:
        writer.append(draw_block(3))
        with pytest.raises(DataError, match=r"shape \(2,\) for 3 samples"):
            writer.set_target([0, 0], ["G1"])


def interrupt_writing(path) -> None:
    with open_writer(path) as writer:
        writer.append(draw_block())
        raise KeyboardInterrupt


def test_an_error_leaves_the_old_file_as_it_was(tmp_path):
    path = tmp_path / "a.h5"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        interrupt_writing(path)
    assert [file.name for file in tmp_path.iterdir()] == ["a.h5"]
    assert path.read_text() == "old"


WRITE_FOREVER = """
import sys
import numpy as np
from napari_seewhy.samples import SampleWriter
with SampleWriter(sys.argv[1], channels=["DNA"], size_px=(64, 64), dtype="u2") as writer:
    block = np.random.default_rng(0).integers(0, 60000, (512, 1, 64, 64)).astype("u2")
    while True:
        writer.append(block)
        print(len(writer), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL.")
def test_a_run_that_is_killed_leaves_nothing_under_the_final_name(tmp_path):
    path = tmp_path / "samples.h5"
    command = [sys.executable, "-c", WRITE_FOREVER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        written = [child.stdout.readline() for _ in range(2)]
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    assert written == ["512\n", "1024\n"]
    left = [file.name for file in tmp_path.iterdir()]
    assert len(left) == 1
    assert left[0].endswith(".samples.h5.part")


WRITE_TO_A_FULL_DISK = """
import resource, signal, sys
import numpy as np
from napari_seewhy.errors import FileError
from napari_seewhy.samples import SampleWriter
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = int(sys.argv[2])
block = np.random.default_rng(0).integers(0, 60000, (16, 1, 64, 64)).astype("u2")
n_appended = 0
try:
    with SampleWriter(sys.argv[1], channels=["DNA"], size_px=(64, 64), dtype="u2") as writer:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        for _ in range(200):
            writer.append(block, group="A1")
            n_appended += 1
except FileError as error:
    print(n_appended, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files.")
@pytest.mark.parametrize("limit", [3000, 1_000_003])
def test_a_full_disk_is_told_early_and_does_not_bring_the_program_down(tmp_path, limit):
    command = [sys.executable, "-c", WRITE_TO_A_FULL_DISK, str(tmp_path / "a.h5"), str(limit)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    n_appended, sentence = done.stdout.split(maxsplit=1)
    assert int(n_appended) < 200
    assert "a.h5 cannot be written" in sentence
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []
