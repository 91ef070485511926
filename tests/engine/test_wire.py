"""Messages between the window and its child."""

from __future__ import annotations

import io
import os
import threading

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.engine import wire


def there_and_back(value: object) -> object:
    """Send a value through a real pipe."""
    read_end, write_end = os.pipe()
    with io.FileIO(read_end, "rb") as reader, io.FileIO(write_end, "wb") as writer:
        sender = threading.Thread(target=wire.send, args=(writer, wire.pack(value)))
        sender.start()
        frames = wire.receive(reader)
        sender.join()
    return wire.unpack(frames)


@pytest.mark.parametrize(
    "pixels",
    [
        np.arange(3_000_000, dtype=np.uint16).reshape(3, 1000, 1000),
        np.arange(60).reshape(3, 4, 5)[:, ::2, ::-1],
        np.asfortranarray(np.arange(20.0).reshape(4, 5)),
        np.zeros((0, 4), np.float32),
        np.float32(3.5),
        np.array(["DNA", "日本語"], dtype=object),
    ],
    ids=["large", "with gaps", "fortran", "empty", "scalar", "objects"],
)
def test_an_array_comes_through_as_it_was(pixels: np.ndarray) -> None:
    back = there_and_back(pixels)
    np.testing.assert_array_equal(back, pixels)
    assert back.dtype == pixels.dtype


def test_an_array_that_came_through_can_be_written_to() -> None:
    back = there_and_back(np.zeros((50, 50)))
    back[0, 0] = 1
    assert back.sum() == 1


def test_contiguous_arrays_are_not_copied_when_packed() -> None:
    pixels = np.zeros((100, 100), np.uint8)
    frames = wire.pack({"pixels": pixels})
    pixels[0, 0] = 7
    assert frames[1][0] == 7


def test_a_table_comes_through_as_it_was() -> None:
    cells = pd.DataFrame({"label": [1, 2], "phase": pd.Categorical(["G1", "M"]), "y": [0.5, 2]})
    pd.testing.assert_frame_equal(there_and_back(cells), cells)


def test_a_closed_pipe_is_an_end_and_not_an_empty_message() -> None:
    read_end, write_end = os.pipe()
    os.close(write_end)
    with io.FileIO(read_end, "rb") as reader, pytest.raises(EOFError):
        wire.receive(reader)
