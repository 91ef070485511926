"""`TaskRunner`: runs one task at a time in a child process, and never makes its caller wait."""

from __future__ import annotations

import contextlib
import queue
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

from napari_seewhy.engine.child_process import ChildProcess, Ended
from napari_seewhy.engine.events import ENDS, Cancelled, Failed
from napari_seewhy.engine.wire import CANCEL
from napari_seewhy.errors import TaskError

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_seewhy.engine.events import Event
    from napari_seewhy.progress import Task


class TaskRunner:
    """Runs tasks in a child process that stays warm between them; every call returns at once.

    Parameters
    ----------
    idle_s
        After so many seconds without a task the child ends and gives its memory back.
    grace_s
        How long a cancelled task may take to its next step before the child is killed.

    Examples
    --------
    >>> from napari_seewhy.engine import TaskRunner
    >>> runner = TaskRunner()
    >>> runner.is_running
    False
    """

    def __init__(self, *, idle_s: float = 300.0, grace_s: float = 5.0) -> None:
        self._idle_s = idle_s
        self._grace_s = grace_s
        self._child: ChildProcess | None = None
        self._is_running = False
        self._kill_at: float | None = None
        # Kept until the task's first answer, so that it can be started once more.
        self._unanswered: tuple[Any, ...] | None = None
        # The idle timer runs in a thread of its own and may meet a start.
        self._lock = threading.Lock()
        self._idle_timer: threading.Timer | None = None

    @property
    def is_running(self) -> bool:
        """Whether a task was started whose end `poll` has not reported yet."""
        return self._is_running

    @property
    def child_pid(self) -> int | None:
        """Number of the child process, None where there is none."""
        return None if self._child is None else self._child.pid

    def start(self, function: Callable[..., Task[Any]], *args: Any, **kwargs: Any) -> None:
        """Start ``function(*args, **kwargs)`` in the child process.

        If the process dies before the first answer of the task, as a warm one may that the system
        ended meanwhile, the task is started once more in a new one.

        Parameters
        ----------
        function
            A generator function at the top of an importable module, such as `segment_steps`.
        args, kwargs
            Anything that can be pickled; arrays go by without a copy and should not change until
            the task has ended.

        Raises
        ------
        TaskError
            If a task is running already, or no process can be started.
        """
        if self._is_running:
            raise TaskError("A task is running already; wait for its end or cancel it.")
        with self._lock:
            self._stop_idle_timer()
            # An idle child may have been ended from outside; that is nobody's loss.
            if self._child is None or not self._child.is_alive:
                self._child = _start_child()
            self._child.send((function, args, kwargs))
        self._unanswered = (function, args, kwargs)
        self._is_running = True
        self._kill_at = None

    def cancel(self) -> None:
        """Ask the task to stop at its next step; it is killed if that takes too long."""
        if self._child is not None and self._is_running and self._kill_at is None:
            self._child.send(CANCEL)
            self._kill_at = time.monotonic() + self._grace_s

    def poll(self) -> list[Event]:
        """Return what has happened since the last call, oldest first."""
        events: list[Event] = []
        child = self._child
        while child is not None and self._is_running:
            try:
                message = child.inbox.get_nowait()
            except queue.Empty:
                break
            task, self._unanswered = self._unanswered, None
            if isinstance(message, Ended):
                self._child = None
                if task is not None and self._kill_at is None:
                    child = self._start_again(task)
                    continue
                message = Failed(_explain_end(message))
            if isinstance(message, ENDS):
                message = self._finish(message)
            events.append(message)
        if self._is_running and self._kill_at is not None and time.monotonic() > self._kill_at:
            self._kill_at = float("inf")
            if child is not None:
                child.kill()
        return events

    def _start_again(self, task: tuple[Any, ...]) -> ChildProcess:
        with self._lock:
            self._child = _start_child()
            self._child.send(task)
        return self._child

    def close(self) -> None:
        """End the child process; a running task is cancelled and reports nothing any more."""
        with self._lock:
            self._stop_idle_timer()
            self._end_child()
        self._is_running = False

    def _finish(self, end: Event) -> Event:
        """Note that the task has ended; after a cancel there is no result, even if it came."""
        was_cancelled = self._kill_at is not None
        self._is_running = False
        self._kill_at = None
        if self._child is not None:
            self._idle_timer = threading.Timer(self._idle_s, self._on_idle)
            self._idle_timer.daemon = True
            self._idle_timer.start()
        return Cancelled() if was_cancelled else end

    def _on_idle(self) -> None:
        with self._lock:
            # A start may have come between the timer's end and the lock.
            if self._idle_timer is threading.current_thread():
                self._end_child()

    def _stop_idle_timer(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.end(self._grace_s)
            self._child = None


def _start_child() -> ChildProcess:
    try:
        return ChildProcess()
    except OSError as error:
        raise TaskError(
            f"No process can be started for the task; the system says: {error.strerror or error}. "
            "Close other programs and run it again."
        ) from error


def _explain_end(ended: Ended) -> TaskError:
    """Say why the child process is gone, as far as its exit status tells."""
    name = ""
    if ended.code < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-ended.code).name
    if name in {"SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE"}:
        error = TaskError(
            f"A library crashed in the child process ({name}); nothing was changed. "
            "Run it again, and please report it with the details if it comes back."
        )
    else:
        how = name or f"exit status {ended.code}"
        error = TaskError(
            f"The task ran out of memory or was ended from outside ({how}); nothing was changed. "
            "Close other programs or take a smaller image, and run it again."
        )
    if ended.log:
        error.add_note(ended.log)
    return error
