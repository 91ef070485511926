"""The workers of a Dask cluster as the executor of a batch: here, at an address, of a queue."""

from __future__ import annotations

import importlib
import os
import time
import uuid
from concurrent.futures import BrokenExecutor, CancelledError, Future, InvalidStateError
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from weakref import WeakSet

from napari_seewhy import __version__
from napari_seewhy.batch import WAITING, Workers, name_threads
from napari_seewhy.engine.on_worker import TOKEN, check_version, prepare_there, run_alone
from napari_seewhy.errors import (
    MissingPackageError,
    OptionError,
    SeewhyError,
    TaskError,
)
from napari_seewhy.files import list_protected, make_folder
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from napari_seewhy.batch import Work
    from napari_seewhy.progress import Task

P = ParamSpec("P")
R = TypeVar("R")

QUEUES = {"slurm": "SLURMCluster", "lsf": "LSFCluster", "pbs": "PBSCluster"}
"""Classes of dask-jobqueue by the name of their queue."""

_REACH_S = 10
_BEAT_S = 0.2
_AHEAD = 64

_OWN_SCHEDULER = {
    # The batch itself tries again, and needs to know at once which jobs were lost.
    "distributed.scheduler.allowed-failures": 0,
    # A job waits at the scheduler and not at a worker, where it would be lost with the worker.
    "distributed.scheduler.worker-saturation": 1.0,
}

# Evaluated by the worker itself, because a function of this package cannot travel to one without.
_ASK_VERSION = "__import__('napari_seewhy').__version__"


@contextmanager
def open_cluster(name: str, n_workers: int) -> Iterator[DaskWorkers]:
    """Give the workers of a cluster while the block runs; what was started for it ends with it.

    Parameters
    ----------
    name
        "local", "slurm", "lsf", "pbs", or the address of a running scheduler.
    n_workers
        How many workers are started; 0 starts one per core of this computer. A running scheduler
        has its own.

    Raises
    ------
    OptionError
        If the queue cannot be used as it is set up.
    MissingPackageError
        If Dask's scheduler, or dask-jobqueue, is not installed.
    TaskError
        If the scheduler cannot be reached.
    """
    distributed = _load("distributed")
    import dask

    with ExitStack() as stack:
        is_own = name == "local" or name in QUEUES
        if is_own:
            stack.enter_context(dask.config.set(_OWN_SCHEDULER))
            start = _start_local if name == "local" else partial(_start_queue, name)
            address: Any = stack.enter_context(start(n_workers))
        elif "://" in name:
            address = name
        else:
            raise OptionError(
                f"{name!r} is no cluster; give the address of a Dask scheduler, such as "
                f"tcp://host:8786, or one of local, {', '.join(QUEUES)}."
            )
        try:
            client = stack.enter_context(
                distributed.Client(address, timeout=_REACH_S, set_as_default=False)
            )
        except (OSError, ValueError) as error:
            raise TaskError(
                f"There is no Dask scheduler at {name}; start one there with `dask scheduler`, or "
                "check the address."
            ) from error
        yield DaskWorkers(client, name, is_own=is_own)


def _load(package: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise MissingPackageError(
            f"Working on a cluster needs the package {package.replace('_', '-')}; install it with "
            '`pip install "napari-seewhy[cluster]"`.'
        ) from error


def _start_local(n_workers: int) -> Any:
    import dask

    n_workers = n_workers or os.cpu_count() or 1
    environment = {"distributed.nanny.pre-spawn-environ": name_threads(n_workers)}
    with dask.config.set(environment):
        return _load("distributed").LocalCluster(
            n_workers=n_workers, threads_per_worker=1, dashboard_address=":0"
        )


def _start_queue(name: str, n_workers: int) -> Any:
    """Submit jobs that start workers; memory, time and queue stand in Dask's jobqueue.yaml."""
    kind = getattr(_load("dask_jobqueue"), QUEUES[name])
    try:
        cluster = kind(
            processes=1,
            job_script_prologue=[f"export {key}={value}" for key, value in WAITING.items()],
            scheduler_options={"dashboard_address": ":0"},
        )
        cluster.scale(jobs=n_workers or 1)
    except (ValueError, TypeError, OSError) as error:
        raise OptionError(
            f"The queue {name} cannot be used as it is set up ({error}); give the cores, memory "
            f"and time of a job under jobqueue.{name} in ~/.config/dask/jobqueue.yaml."
        ) from error
    return cluster


class DaskWorkers(Workers):
    """The workers of a Dask scheduler; each does one job at a time.

    Parameters
    ----------
    client
        Of the scheduler.
    name
        What a person called the cluster.
    is_own
        Whether the scheduler was started for this batch. Another has its own rules for how often a
        job is tried whose worker was killed.
    """

    share_fate = False

    def __init__(self, client: Any, name: str, *, is_own: bool) -> None:
        self.n_tries = 2 if is_own else 1
        self._is_own = is_own
        self._client = client
        # Not Dask's own executor: it looks whether a call is finished after it took the answer, and
        # fails where the worker was killed in between.
        self._told: WeakSet[Any] = WeakSet()
        self._name = name
        self._n_workers = 1

    @property
    def n_ahead(self) -> int:
        """How many calls keep every worker busy; they wait at the scheduler, and short ones too."""
        return _AHEAD + 4 * self._n_workers

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Call a function in one of the workers.

        Raises
        ------
        TaskError
            If the scheduler has gone.
        """
        if self._client.status != "running":
            raise TaskError(
                f"The connection to the Dask scheduler of {self._name} is lost; what is finished "
                "is kept. Start it and run the batch again, resuming it."
            )
        ended: Future[R] = Future()
        told = self._client.submit(run_alone, __version__, fn, *args, pure=False, **kwargs)
        self._told.add(told)
        ended.add_done_callback(lambda one: one.cancelled() and told.cancel())
        self._client.loop.add_callback(_pass_on, ended, told)
        return ended

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Drop the calls that have not begun; the workers belong to their cluster."""
        end = _load("distributed").wait if wait and not cancel_futures else self._client.cancel
        end(list(self._told))

    def prepare_steps(self, work: Work[Any], jobs: Sequence[Any]) -> Task[None]:
        """Wait for the workers, and let each show that it has the version, the model and the files.

        Raises
        ------
        TaskError
            If there is no worker, or one has another version.
        FileError
            If one does not see the inputs, or the folder of the outputs.
        """
        yield from self._wait_steps()
        self._check_versions()
        path, out = getattr(jobs[0], "path", None) if jobs else None, getattr(work, "out", None)
        with _token(out) as token:
            seen = [one for one in (path, token) if one is not None]
            protected = list_protected()
            asked = {
                address: self._client.submit(
                    prepare_there,
                    work,
                    seen,
                    protected,
                    pure=False,
                    workers=[address],
                )
                for address in self._addresses()
            }
            for address, answer in asked.items():
                while not answer.done():
                    yield Step(0, 0, "Preparing the workers")
                    time.sleep(_BEAT_S)
                self._heed(address, answer)

    def _wait_steps(self) -> Task[None]:
        """Wait for a worker: a queue may take hours, a running scheduler should have one."""
        until = time.monotonic() + _REACH_S
        while not self._addresses():
            if not self._is_own and time.monotonic() > until:
                raise TaskError(
                    f"The Dask scheduler at {self._name} has no worker; start one with "
                    f"`dask worker {self._name}`."
                )
            yield Step(0, 0, "Waiting for workers")
            time.sleep(_BEAT_S)
        self._n_workers = len(self._addresses())

    def _addresses(self) -> list[str]:
        return list(self._client.scheduler_info(n_workers=-1)["workers"])

    def _check_versions(self) -> None:
        answers = self._client.run(eval, _ASK_VERSION, on_error="return")
        for address, version in answers.items():
            if isinstance(version, BaseException):
                raise TaskError(
                    f"The worker at {address} cannot load napari-seewhy ({version}); install "
                    f"version {__version__} where it runs."
                )
            check_version(version, __version__, f"The worker at {address}")

    def _heed(self, address: str, answer: Any) -> None:
        """Raise what a worker said; one that has gone meanwhile is no reason to stop."""
        error = answer.exception() if answer.status == "error" else None
        if isinstance(error, SeewhyError):
            raise type(error)(f"On the worker at {address}: {error}") from error


@contextmanager
def _token(folder: Path | None) -> Iterator[Path | None]:
    """Leave a file for a moment, by which workers show that they see the same folder."""
    if folder is None:
        yield None
        return
    make_folder(folder)
    token = folder / f"{TOKEN}{uuid.uuid4().hex}"
    token.touch()
    try:
        yield token
    finally:
        token.unlink(missing_ok=True)


async def _pass_on(ended: Future[R], told: Any) -> None:
    """Say of a call what became of it; one whose worker has gone is broken, as with processes."""
    from distributed import KilledWorker
    from distributed.comm.core import CommClosedError

    try:
        # The public `result` would cost a change of threads for each call.
        answer = await told._result(raiseit=False)
    except Exception as error:  # noqa: BLE001  (what happened on the way is the answer)
        answer = error
    # An error comes alone, or between its type and its trace.
    if isinstance(answer, tuple) and len(answer) == 3 and isinstance(answer[1], Exception):
        answer = answer[1]
    if isinstance(answer, CancelledError | KilledWorker | CommClosedError):
        answer = BrokenExecutor(str(answer) or "The scheduler gave the call up.")
    # It may have been cancelled meanwhile.
    with suppress(InvalidStateError):
        if isinstance(answer, Exception):
            ended.set_exception(answer)
        else:
            ended.set_result(answer)
