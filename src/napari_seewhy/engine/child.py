"""The program that the child process runs: takes tasks from its input, one after the other.

It never imports Qt or napari. It ends when its input closes, which also happens when the window's
process dies: no orphan keeps a processor busy.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import os
import queue
import signal
import threading
import time
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_seewhy.batch import prepare_process, return_memory
from napari_seewhy.engine import wire
from napari_seewhy.engine.events import Cancelled, Failed, Finished, Stepped, Warned
from napari_seewhy.errors import SeewhyError, SeewhyWarning, TaskError, is_memory_short
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from napari_seewhy.engine.events import Event
    from napari_seewhy.progress import Task

STEP_INTERVAL_S = 0.05
"""Shortest time between two reported steps; a person sees no difference, the window does."""

_GRACE_S = 3.0
"""How long a task may clean up after the window has gone."""


class _Reporter(threading.Thread):
    """Sends events; of steps of one kind that follow each other too fast, the latest.

    A kind of step may say something once, such as a baseline, so other kinds do not replace it.
    """

    def __init__(self, stream: io.RawIOBase) -> None:
        super().__init__(name="reporter", daemon=True)
        self._stream = stream
        self._sending, self._changing = threading.Lock(), threading.Lock()
        self._has_step = threading.Event()
        self._waiting: dict[type[Step], Step] = {}

    def report_step(self, step: Step) -> None:
        with self._changing:
            self._waiting.pop(type(step), None)
            self._waiting[type(step)] = step
        self._has_step.set()

    def report(self, event: Event) -> None:
        """Send an event at once; a plain step that still waits is out of date and dropped."""
        self._send(wire.pack(event))

    def report_result(self, result: Any) -> None:
        """Send the end of a task; whatever cannot travel raises before anything is sent."""
        self._send(wire.pack(Finished(result)))

    def _send(self, frames: wire.Frames) -> None:
        with self._sending:
            self._send_waiting(also_plain=False)
            wire.send(self._stream, frames)

    def _send_waiting(self, *, also_plain: bool) -> None:
        with self._changing:
            waiting, self._waiting = self._waiting, {}
        for step in waiting.values():
            if also_plain or type(step) is not Step:
                wire.send(self._stream, wire.pack(Stepped(step)))

    def run(self) -> None:
        with contextlib.suppress(OSError):
            while self._has_step.wait():
                self._has_step.clear()
                with self._sending:
                    self._send_waiting(also_plain=True)
                time.sleep(STEP_INTERVAL_S)


class _Listener(threading.Thread):
    """Reads what the window asks for, also while a task runs."""

    def __init__(self, stream: io.RawIOBase) -> None:
        super().__init__(name="listener", daemon=True)
        self._stream = stream
        self._is_cancelled = threading.Event()
        self.requests: queue.SimpleQueue[tuple[wire.Frames, threading.Event] | None]
        self.requests = queue.SimpleQueue()

    def run(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                frames = wire.receive(self._stream)
                if frames:
                    # Its own event for each task: a late cancel never meets the next one.
                    self._is_cancelled = threading.Event()
                    self.requests.put((frames, self._is_cancelled))
                else:
                    self._is_cancelled.set()
        self._is_cancelled.set()
        self.requests.put(None)
        time.sleep(_GRACE_S)
        os._exit(1)


def main() -> None:
    """Run tasks until the input closes."""
    prepare_process()
    tasks, events = _take_over_streams()
    # Ctrl-C in a terminal reaches both processes; the window decides what becomes of the task.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _offer_to_be_killed_first()
    listener, reporter = _Listener(tasks), _Reporter(events)
    _forward_warnings(reporter)
    listener.start()
    reporter.start()
    with contextlib.suppress(BrokenPipeError):
        while (request := listener.requests.get()) is not None:
            _run(*request, reporter)
            del request  # or its pixels would stay in memory until the next task
            return_memory()


def _take_over_streams() -> tuple[io.RawIOBase, io.RawIOBase]:
    """Keep the pipes for messages; what libraries print goes where errors go."""
    tasks = io.FileIO(os.dup(0), "rb")
    events = io.FileIO(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    faulthandler.enable()
    return tasks, events


def _offer_to_be_killed_first() -> None:
    """Where Linux runs out of memory it should end this process, not the window."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")


def _forward_warnings(reporter: _Reporter) -> None:
    """Show this package's own warnings in the window; those of libraries stay here."""
    show_on_stderr = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if issubclass(category, SeewhyWarning):
            reporter.report(Warned(str(message)))
        else:
            show_on_stderr(message, category, *where, **more)

    warnings.showwarning = show
    warnings.simplefilter("always", SeewhyWarning)


def _run(frames: wire.Frames, is_cancelled: threading.Event, reporter: _Reporter) -> None:
    """Run one task and report its end, whatever it is."""
    try:
        function, args, kwargs = wire.unpack(frames)
        done, result = _drain(function(*args, **kwargs), is_cancelled, reporter)
        if done:
            reporter.report_result(result)
        else:
            reporter.report(Cancelled())
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the process ends here: all must reach the window
        reporter.report(Failed(explain(error)))


def _drain(task: Task[Any], is_cancelled: threading.Event, reporter: _Reporter) -> tuple[bool, Any]:
    """Run to the end or to the step at which it was cancelled; say which, and the result."""
    with contextlib.closing(task):
        while not is_cancelled.is_set():
            try:
                step = next(task)
            except StopIteration as end:
                return True, end.value
            reporter.report_step(step)
    return False, None


def explain(error: Exception) -> SeewhyError:
    """Turn whatever was raised into an error with one sentence; its traceback becomes a note."""
    if isinstance(error, SeewhyError):
        told: SeewhyError = error
    elif is_memory_short(error):
        told = TaskError(
            "There was not enough memory; nothing was changed. "
            "Close other programs or take a smaller image, and run it again."
        )
    else:
        told = TaskError(
            f"Something unexpected broke the task ({type(error).__name__}: {error}); "
            "nothing was changed. Please report it with the details."
        )
    told.add_note("".join(traceback.format_exception(error)))
    return told


if __name__ == "__main__":  # pragma: no cover - runs in the child
    main()
