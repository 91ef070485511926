"""`Processes`: an executor of this computer that survives a process that is killed."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from napari_seewhy.batch.own_process import WAITING, prepare_process
from napari_seewhy.batch.workers import Workers
from napari_seewhy.files import list_protected, protect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future
    from multiprocessing.process import BaseProcess
    from pathlib import Path

P = ParamSpec("P")
R = TypeVar("R")


class Processes(Workers):
    """Processes that start with the first call, end with this one, and are replaced when killed.

    They share the cores: each computes with as many threads as there are cores for it, and waits
    for work without spinning, which would cost the others their time.

    Parameters
    ----------
    n_workers
        How many; None takes one per core.
    """

    def __init__(self, n_workers: int | None = None) -> None:
        self.n_workers = n_workers or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None

    @property
    def n_ahead(self) -> int:
        """How many calls keep every process busy."""
        return 2 * self.n_workers

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Call a function in one of the processes."""
        if self._pool is not None:
            try:
                return self._pool.submit(fn, *args, **kwargs)
            except BrokenExecutor:
                self._pool.shutdown()
        # Forked processes would share open files and threads.
        self._pool = ProcessPoolExecutor(
            self.n_workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(list_protected(), name_threads(self.n_workers)),
        )
        return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; calls that have not begun are dropped with `cancel_futures`."""
        if self._pool is not None:
            self._pool.shutdown(wait, cancel_futures=cancel_futures)


def name_threads(n_workers: int) -> dict[str, str]:
    """Return the variables by which processes that share a computer get their part of its cores.

    Threads of OpenMP wait for each other awake by default, and so take the cores from the others.
    """
    each = str(max(1, _count_cores() // n_workers))
    counts = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    return dict.fromkeys(counts, each) | WAITING


def _count_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _begin(inputs: tuple[Path, ...], threads: Mapping[str, str]) -> None:
    """Keep the inputs of the batch from being replaced here too, and end with the parent."""
    # Read when torch is loaded, which no process of a pool has done yet.
    os.environ.update(threads)
    prepare_process()
    protect(inputs)
    _end_with_parent()


def _end_with_parent() -> None:
    """Let this process end when the one that started it does, even if that was killed.

    Processes of a pool wait for work on a pipe that each of them holds open for the others, so they
    would wait for ever.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_for, args=(parent,), daemon=True).start()


def _wait_for(parent: BaseProcess) -> None:
    parent.join()
    # Nothing is left half done: a file gets its name when it is whole.
    os._exit(1)
