"""Where the jobs of a batch run: in this process, in several of this computer, or on a cluster."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import Field

from napari_seewhy.batch import Processes
from napari_seewhy.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from napari_seewhy.batch import Workers
    from napari_seewhy.progress import Task

T = TypeVar("T")


class WorkerOptions(Options):
    """How many processes work on the images at once, and on which computers."""

    workers: int = Field(
        1,
        ge=0,
        le=4096,
        title="Processes",
        description="Images that are worked on at once; 1 works in one process, 0 in one per "
        "processor core. Each takes its own memory.",
    )
    cluster: str = Field(
        "",
        title="Cluster",
        description="Address of a running Dask scheduler, such as tcp://host:8786; local for a "
        "Dask cluster on this computer; slurm, lsf or pbs for jobs of a queue. Empty works on this "
        "computer.",
    )


_HERE = WorkerOptions()


@contextmanager
def open_workers(options: WorkerOptions = _HERE) -> Iterator[Workers | None]:
    """Give the executor of a batch while the block runs; None where all runs in this process.

    Raises
    ------
    OptionError
        If there is no such cluster.
    MissingPackageError
        If the package for it is not installed.
    TaskError
        If the scheduler cannot be reached.
    """
    if options.cluster:
        from napari_seewhy.engine.cluster import open_cluster

        with open_cluster(options.cluster, options.workers) as workers:
            yield workers
        return
    if options.workers == 1:
        yield None
        return
    processes = Processes(options.workers)
    try:
        yield processes
    finally:
        processes.shutdown(cancel_futures=True)


def spread_steps(
    steps: Callable[..., Task[T]], *given: Any, where: WorkerOptions = _HERE, **named: Any
) -> Task[T]:
    """Run a task that takes an `executor`, such as `run_steps`, on the workers that were chosen.

    Parameters
    ----------
    steps
        The task, with a parameter `executor`.
    given, named
        Its other arguments.
    where
        Which workers.

    Raises
    ------
    SeewhyError
        As the task, and as `open_workers`.
    """
    with (
        open_workers(where) as executor,
        closing(steps(*given, executor=executor, **named)) as task,
    ):
        return (yield from task)
