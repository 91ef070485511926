"""The window's side of the child process: starts it, writes to it, reads from it.

Why not `multiprocessing`: its ``spawn`` imports the script that the user started once more in the
child, and a script without a ``__main__`` guard that opens napari would open a second napari there.
A process of our own over two pipes needs nothing of the user's script, no port and no secret, and
both sides see at once when the other has gone.
"""

from __future__ import annotations

import contextlib
import multiprocessing.spawn
import os
import queue
import subprocess
import sys
import tempfile
import threading
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from napari_seewhy.engine import wire
from napari_seewhy.engine.events import Failed
from napari_seewhy.errors import TaskError

if TYPE_CHECKING:
    import io

    from napari_seewhy.engine.events import Event

_CODE = "import sys; sys.path[:] = {path!r}; from napari_seewhy.engine.child import main; main()"


@dataclass(frozen=True, slots=True)
class Ended:
    """The process is gone; `code` is its exit status, `log` the end of what it printed."""

    code: int
    log: str


class ChildProcess:
    """A warm Python process that runs one task after the other.

    Attributes
    ----------
    inbox
        What came from the child: events, and `Ended` as the last entry.
    """

    def __init__(self) -> None:
        self.inbox: queue.SimpleQueue[Event | Ended] = queue.SimpleQueue()
        self._outbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        # A file, not a pipe: nobody has to read it, and a crash leaves its last words there.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `_read`, which outlives us
        self._process = _start_python(self._log)
        for target in (self._write, self._read):
            threading.Thread(target=target, name=f"seewhy{target.__name__}", daemon=True).start()

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process is still there."""
        if self._process.poll() is not None:
            return False
        if not hasattr(os, "waitid"):
            return True
        # `poll` knows nothing while the reading thread waits for the same process to end.
        try:
            return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        except ChildProcessError:
            return False

    def send(self, value: Any) -> None:
        """Send a value when those before it have gone; returns at once."""
        self._outbox.put(value)

    def kill(self) -> None:
        """End the process now, whatever it does."""
        self._process.kill()

    def end(self, grace_s: float) -> None:
        """Let the process clean up and end; kill it if it takes longer. Returns at once."""
        self._outbox.put(None)
        threading.Thread(
            target=self._wait_and_kill, args=(grace_s,), name="seewhy_end", daemon=True
        ).start()

    def _wait_and_kill(self, grace_s: float) -> None:
        try:
            self._process.wait(grace_s)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _write(self) -> None:
        stream = cast("io.RawIOBase", self._process.stdin)
        with contextlib.suppress(OSError), contextlib.closing(stream):
            while (value := self._outbox.get()) is not None:
                if frames := self._pack(value):
                    wire.send(stream, frames[0])
                del value, frames  # or the pixels of this task would stay in memory

    def _pack(self, value: Any) -> tuple[wire.Frames] | None:
        if value is wire.CANCEL:
            return (wire.CANCEL,)
        try:
            return (wire.pack(value),)
        except Exception as error:  # noqa: BLE001 - pickling runs foreign code, which may raise anything
            problem = TaskError(f"The task cannot be handed to the child process: {error}.")
            self.inbox.put(Failed(problem))
            return None

    def _read(self) -> None:
        stream = cast("io.RawIOBase", self._process.stdout)
        with contextlib.suppress(EOFError, OSError), contextlib.closing(stream):
            while True:
                self.inbox.put(_unpack(wire.receive(stream)))
        code = self._process.wait()
        self._outbox.put(None)  # or the thread that writes would wait for ever
        with self._log:
            self._log.seek(max(0, self._log.seek(0, os.SEEK_END) - 4000))
            self.inbox.put(Ended(code, self._log.read().decode(errors="replace")))


def _unpack(frames: wire.Frames) -> Event:
    """Read a message; one that cannot be read is an end too, or the window would wait for ever."""
    try:
        return cast("Event", wire.unpack(frames))
    except Exception as error:  # noqa: BLE001 - unpickling runs foreign code, which may raise anything
        problem = TaskError(
            f"What the task returned cannot be read ({type(error).__name__}: {error}); nothing was "
            "changed. Please report it with the details."
        )
        problem.add_note("".join(traceback.format_exception(error)))
        return Failed(problem)


def _start_python(log: Any) -> subprocess.Popen[bytes]:
    # What an application that embeds Python has set there is right for us as well.
    python = os.fsdecode(multiprocessing.spawn.get_executable() or sys.executable)
    code = _CODE.format(path=[entry or os.getcwd() for entry in sys.path])  # noqa: PTH109  (a text is wanted)
    return subprocess.Popen(
        [python, "-c", code],
        bufsize=0,
        pipesize=wire.PIPE_BYTES,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
