"""How the window and its child process talk: pickles whose arrays travel beside them, uncopied.

A message is a list of frames. The first is a pickle (protocol 5), the others are the bytes of the
arrays in it, written straight from their memory and read straight into new memory: a message of a
gigabyte holds Python's lock for microseconds at a time, so that the window stays alive. Only this
program's own child is at the other end, so unpickling runs nothing foreign.
"""

from __future__ import annotations

import io
import pickle
import struct
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

Frames: TypeAlias = "Sequence[memoryview]"
"""A message on its way: a pickle and the buffers of its arrays."""

CANCEL: Frames = ()
"""The one message without content: please stop at the next step."""

PIPE_BYTES = 1 << 20
"""How much is written and read at once; a pipe on Linux holds as much when asked for it."""


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        """Copy arrays with gaps by numpy, which lets other threads run; pickling would not."""
        if type(value) is np.ndarray and not (value.flags.forc or value.dtype.hasobject):
            return np.ascontiguousarray(value).__reduce_ex__(5)
        return NotImplemented


def pack(value: Any) -> Frames:
    """Turn a value into frames; contiguous arrays in it are referred to, not copied."""
    stream = io.BytesIO()
    buffers: list[pickle.PickleBuffer] = []
    _Pickler(stream, protocol=5, buffer_callback=buffers.append).dump(value)
    return [stream.getbuffer(), *(buffer.raw() for buffer in buffers)]


def unpack(frames: Frames) -> Any:
    """Turn frames back into the value; its arrays use the memory of the frames and are writable."""
    return pickle.loads(frames[0], buffers=frames[1:])


def send(stream: io.RawIOBase, frames: Frames) -> None:
    """Write a message; returns when the other side has taken all but the last pipeful.

    Raises
    ------
    OSError
        If the other side has gone.
    """
    sizes = [len(frames), *(frame.nbytes for frame in frames)]
    _write(stream, memoryview(struct.pack(f"<{len(sizes)}Q", *sizes)))
    for frame in frames:
        _write(stream, frame)


def receive(stream: io.RawIOBase) -> Frames:
    """Wait for a message and read it.

    Raises
    ------
    EOFError
        If the other side has gone.
    """
    (n_frames,) = struct.unpack("<Q", _read(stream, 8))
    sizes = struct.unpack(f"<{n_frames}Q", _read(stream, 8 * n_frames))
    return [_read(stream, size) for size in sizes]


def _write(stream: io.RawIOBase, data: memoryview) -> None:
    done = 0
    while done < data.nbytes:
        # A whole gigabyte at once is refused by Windows and cut at 2 GiB by macOS.
        done += stream.write(data[done : done + PIPE_BYTES]) or 0


def _read(stream: io.RawIOBase, size: int) -> memoryview:
    # Not a bytearray: filling it with zeros first would hold Python's lock all the while.
    data = np.empty(size, np.uint8).data
    done = 0
    while done < size:
        read = stream.readinto(data[done : done + PIPE_BYTES])
        if not read:
            raise EOFError("The other side has gone.")
        done += read
    return data
