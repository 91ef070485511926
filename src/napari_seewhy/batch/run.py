"""The runner of every batch: one input that fails is reported, the others are done."""

from __future__ import annotations

import traceback
from collections import deque
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, replace
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from napari_seewhy.batch.outcome import Job, Outcome, gather_warnings
from napari_seewhy.batch.work import Divisible
from napari_seewhy.batch.workers import Workers
from napari_seewhy.errors import SeewhyError, is_memory_short
from napari_seewhy.progress import Step, Task, finish, map_steps

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from concurrent.futures import Executor, Future

    from napari_seewhy.batch.work import Work

J = TypeVar("J", bound=Job)

_BEAT_S = 0.2
"""How long to wait for a job before a step says that the batch can be stopped."""

_MEMORY = "The memory of this computer is not enough for it; close programs, or cut it."
_FAULT = "This is a fault of the program; please report it."
_KILLED = (
    "The process that worked on it was ended twice, usually because the memory was full; "
    "run it alone, or cut it."
)


@dataclass(frozen=True, slots=True)
class BatchStep(Step):
    """One report from a batch.

    Attributes
    ----------
    outcomes
        How far every input is, in the order of the jobs.
    part
        The report of the one input that is worked on; None between two inputs, and where an
        executor works on several at once.
    """

    outcomes: tuple[Outcome, ...] = ()
    part: Step | None = None


def run_steps(
    jobs: Sequence[J], work: Work[J], executor: Executor | None = None, *, resume: bool = True
) -> Generator[BatchStep, None, tuple[Outcome, ...]]:
    """Work on every job; may be stopped at any `BatchStep`, and resumed later.

    Parameters
    ----------
    jobs
        The inputs.
    work
        What is done to each.
    executor
        Where the jobs run, several at once; None runs them here, one after the other. A job
        whose process is killed gets one more try. `Workers` outlive such a process. A single job
        of `Divisible` work is divided among them.
    resume
        Whether jobs whose outputs are there and whole are skipped.

    Returns
    -------
    tuple of Outcome
        One per job, in the order of `jobs`.

    Raises
    ------
    SeewhyError
        As `Work.check`; an input that cannot be used raises nothing.
    """
    outcomes = [Outcome(job.title) for job in jobs]
    steps = BatchStep(0, len(jobs), "Preparing", tuple(outcomes))
    yield steps
    work.check()
    if executor is not None and len(jobs) == 1 and isinstance(work, Divisible):
        work, executor = work.over(executor), None
    if executor is None:
        yield from _run_in_turn(jobs, work, outcomes, resume=resume)
    else:
        if isinstance(executor, Workers):
            yield from map_steps(executor.prepare_steps(work, jobs), partial(_report, steps))
        n_done = 0
        for i, outcome in _spread(jobs, work, executor, resume=resume):
            if outcome is not None:
                outcomes[i], n_done = outcome, n_done + 1
            yield BatchStep(n_done, len(jobs), outcomes[i].name, tuple(outcomes))
    return tuple(outcomes)


def _run_in_turn(
    jobs: Sequence[J], work: Work[J], outcomes: list[Outcome], *, resume: bool
) -> Iterator[BatchStep]:
    """Work on one job after the other in this process; `outcomes` follow."""
    for i, job in enumerate(jobs):
        outcomes[i] = replace(outcomes[i], status="running")
        start = BatchStep(i, len(jobs), outcomes[i].name, tuple(outcomes))
        yield start
        outcomes[i] = yield from map_steps(
            _work_on(job, work, resume=resume), partial(_report, start)
        )
        yield BatchStep(i + 1, len(jobs), start.message, tuple(outcomes))


def _report(start: BatchStep, part: Step) -> BatchStep:
    return replace(start, message=f"{start.message}: {part.message}", part=part)


def _spread(
    jobs: Sequence[J], work: Work[J], executor: Executor, *, resume: bool
) -> Iterator[tuple[int, Outcome | None]]:
    """Yield the number and the outcome of each job as it ends, and None for each beat without one.

    Jobs whose process was killed are tried again, one by one where they share their fate, so that
    only the job that kills is given up, and not those that shared its process. What a process wrote
    before it could report is no reason to skip a job: whether it was done before is asked on its
    own.
    """
    ended: SimpleQueue[tuple[int, Future[Outcome]]] = SimpleQueue()
    running: dict[int, Future[Outcome]] = {}
    waiting, lost, last = deque(range(len(jobs))), deque[int](), 0
    tried_again: set[int] = set()
    not_done: set[int] = set() if resume else set(waiting)
    n_tries, share_fate = getattr(executor, "n_tries", 2), getattr(executor, "share_fate", True)

    def submit(i: int) -> None:
        running[i] = executor.submit(_run_there, jobs[i], work, i not in not_done)
        running[i].add_done_callback(lambda future: ended.put((i, future)))

    try:
        while waiting or lost or running:
            while lost and not (running and share_fate):
                tried_again.add(lost[0])
                submit(lost.popleft())
            # As many as keep every process busy: what is submitted may be lost with a process.
            n_ahead = getattr(executor, "n_ahead", len(jobs))
            is_alone = share_fate and bool(lost or tried_again & set(running))
            while waiting and not is_alone and len(running) < n_ahead:
                submit(waiting.popleft())
            try:
                last, future = ended.get(timeout=_BEAT_S)
            except Empty:
                yield last, None
                continue
            del running[last]
            if not isinstance(future.exception(), BrokenExecutor):
                outcome = future.result()
                if outcome.status == "waiting":
                    not_done.add(last)
                    (lost if last in tried_again else waiting).appendleft(last)
                else:
                    yield last, outcome
            elif last in tried_again or n_tries < 2:
                yield last, Outcome(jobs[last].title, "failed", _KILLED)
            else:
                lost.append(last)
    finally:
        for future in running.values():
            future.cancel()


_kept: Work[Any] | None = None


def keep_work(work: Work[J]) -> Work[J]:
    """Return a work as this process keeps it, with its network; the last one is kept."""
    global _kept
    if type(work) is not type(_kept) or work.__getstate__() != _kept.__getstate__():
        _kept = work
    return _kept


def _run_there(job: J, work: Work[J], asks: bool) -> Outcome:
    """Work on one job in a process of an executor.

    A job that `asks` is not worked on: it is "skipped" if it was done before, else "waiting".
    """
    return finish(_work_on(job, keep_work(work), resume=asks, asks=asks))


def _work_on(job: J, work: Work[J], *, resume: bool, asks: bool = False) -> Task[Outcome]:
    """Work on one job, whatever happens, and say what became of it."""
    with gather_warnings() as sentences:
        outcome = yield from _try_to_work_on(job, work, resume=resume, asks=asks)
    return replace(outcome, warnings=tuple(dict.fromkeys((*outcome.warnings, *sentences))))


def _try_to_work_on(job: J, work: Work[J], *, resume: bool, asks: bool) -> Task[Outcome]:
    try:
        if resume and work.is_done(job):
            return Outcome(job.title, "skipped")
        if asks:
            return Outcome(job.title)
        result = yield from work.steps(job)
    except SeewhyError as error:
        notes = "".join(getattr(error, "__notes__", ()))
        return Outcome(job.title, "failed", str(error), traceback=notes)
    # A night's batch must not end at image 17 of 400 by a fault of this package or of a library.
    # The input counts as failed, and the report shows the fault.
    except Exception as error:  # noqa: BLE001  (see above)
        if is_memory_short(error):
            return Outcome(job.title, "failed", _MEMORY)
        reason = f"{type(error).__name__}: {error}. {_FAULT}"
        details = "".join(traceback.format_exception(error))
        return Outcome(job.title, "failed", reason, traceback=details)
    return Outcome(job.title, "done", "", result.warnings, result.outputs, result.figures)
