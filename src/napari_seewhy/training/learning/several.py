"""Several devices: the same task in one process each, whose steps come back from the first.

The processes find each other by the environment variables that torchrun sets too; so a training
that torchrun or a cluster has started in several processes is not started again.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import SeewhyError, TaskError
from napari_seewhy.progress import Step, finish

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import SpawnProcess

    from napari_seewhy.progress import Task

_RANK = "LOCAL_RANK"
_LOOK_S = 1.0
"""How often the processes are looked after while none of them says anything."""


def is_one_of_several() -> bool:
    """Say whether this process was started as one of several that share a task."""
    return _RANK in os.environ


def run_on_several_steps(make_task: Callable[[], Task[Any]], n_devices: int) -> Task[None]:
    """Run the same task in several processes; give the steps of the first one.

    Parameters
    ----------
    make_task
        Makes the task in each process; pickled.
    n_devices
        Number of processes, one for each device.

    Raises
    ------
    SeewhyError
        What one of them raised; the others are ended. So they are when this task is closed.
    """
    context = multiprocessing.get_context("spawn")
    said: multiprocessing.Queue[Any] = context.Queue()
    shared = {"WORLD_SIZE": str(n_devices), "MASTER_ADDR": "127.0.0.1"}
    shared["MASTER_PORT"] = str(_find_port())
    with ExitStack() as stack:
        processes = []
        for rank in range(n_devices):
            process = context.Process(
                target=_work, args=(make_task, shared | {_RANK: str(rank)}, said), daemon=True
            )
            process.start()
            stack.callback(_end, process)
            processes.append(process)
        n_running = n_devices
        while n_running:
            word = _listen(said, processes)
            if isinstance(word, SeewhyError):
                raise word
            if isinstance(word, Step):
                yield word
            else:
                n_running -= 1


def _listen(said: multiprocessing.Queue[Any], processes: list[SpawnProcess]) -> Any:
    """Wait for what a process says: a step, an error, or None when it has finished."""
    while True:
        try:
            return said.get(timeout=_LOOK_S)
        except queue.Empty:
            for rank, process in enumerate(processes):
                if process.exitcode:
                    raise TaskError(
                        f"The process of device {rank} ended with status {process.exitcode}; look "
                        "for its reason in the terminal, or train on one device."
                    ) from None


def _work(
    make_task: Callable[[], Task[Any]], variables: dict[str, str], said: multiprocessing.Queue[Any]
) -> None:
    os.environ.update(variables)
    is_first = variables[_RANK] == "0"
    try:
        finish(make_task(), said.put if is_first else None)
    except SeewhyError as error:
        said.put(error)
    else:
        said.put(None)


def _end(process: SpawnProcess) -> None:
    process.terminate()
    process.join()


def _find_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
