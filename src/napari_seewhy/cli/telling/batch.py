"""Doing one thing to many inputs: one that fails is reported at the end, the others are done."""

from __future__ import annotations

import contextlib
import traceback
import warnings
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from napari_seewhy.errors import SeewhyError, SeewhyWarning
from napari_seewhy.progress import Step, Task, finish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from napari_seewhy.cli.telling.report import Reporting


@dataclass(frozen=True, slots=True)
class Result:
    """What the work on one input brought: files, figures for the record, things to know."""

    outputs: tuple[str, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input; the entries of ``inputs`` in the JSON of ``--json``.

    Attributes
    ----------
    input
        The input as a path, or as it was named where it led to no file.
    status
        "done"; "skipped" where ``--resume`` found whole outputs; "failed".
    reason
        Why it failed, in one sentence; else empty.
    warnings
        What the user may not expect, one sentence each.
    outputs
        Files that were written.
    results
        Figures such as the number of cells.
    traceback
        Only for an error that nobody foresaw: what to send to the developers.
    """

    input: str
    status: Literal["done", "skipped", "failed"]
    reason: str = ""
    warnings: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    results: Mapping[str, Any] = field(default_factory=dict)
    traceback: str = ""


class Job(Protocol):
    """One input of a batch: whatever the work needs to know, and how to call it in a report."""

    @property
    def title(self) -> str:
        """What a person knows this input by."""


J = TypeVar("J", bound=Job)


def run_batch(
    jobs: Sequence[J],
    work: Callable[[J], Task[Result]],
    reporting: Reporting,
    *,
    is_done: Callable[[J], bool] | None = None,
) -> list[Outcome]:
    """Work on each of `jobs` in turn and say what became of it.

    Parameters
    ----------
    jobs
        The inputs.
    work
        Makes the task of one input; it writes that input's outputs itself.
    reporting
        Where to show progress.
    is_done
        Whether an input needs no work; None works on all.

    Returns
    -------
    list of Outcome
        In the order of `jobs`.
    """
    outcomes = []
    with reporting.progress(len(jobs)) as bar:
        for job in jobs:
            bar.begin(Path(job.title).name)
            outcomes.append(_run_one(job, work, is_done, bar.step))
            bar.end()
    return outcomes


@contextlib.contextmanager
def gather_warnings() -> Iterator[list[str]]:
    """Give a list that holds, after the block, each sentence the package warned of, once."""
    sentences: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", SeewhyWarning)
        try:
            yield sentences
        finally:
            ours = (str(one.message) for one in caught if issubclass(one.category, SeewhyWarning))
            sentences.extend(dict.fromkeys(ours))


def _run_one(
    job: J,
    work: Callable[[J], Task[Result]],
    is_done: Callable[[J], bool] | None,
    on_step: Callable[[Step], object],
) -> Outcome:
    with gather_warnings() as sentences:
        outcome = _try_one(job, work, is_done, on_step)
    return replace(outcome, warnings=tuple(dict.fromkeys((*outcome.warnings, *sentences))))


def _try_one(
    job: J,
    work: Callable[[J], Task[Result]],
    is_done: Callable[[J], bool] | None,
    on_step: Callable[[Step], object],
) -> Outcome:
    try:
        if is_done is not None and is_done(job):
            return Outcome(job.title, "skipped")
        result = finish(work(job), on_step)
    except SeewhyError as error:
        return Outcome(job.title, "failed", str(error))
    except MemoryError:
        reason = "The memory of this computer is not enough for it; close programs, or cut it."
        return Outcome(job.title, "failed", reason)
    # A night's batch must not end at image 17 of 400 by a fault of this package or of a library.
    # The input counts as failed, and the report shows the fault.
    except Exception as error:  # noqa: BLE001
        reason = (
            f"{type(error).__name__}: {error}. This is a fault of the program; "
            "please report it with the lines above."
        )
        details = "".join(traceback.format_exception(error))
        return Outcome(job.title, "failed", reason, traceback=details)
    return Outcome(job.title, "done", "", result.warnings, result.outputs, result.figures)


def report_batch(verb: str, outcomes: Sequence[Outcome], reporting: Reporting, **extra: Any) -> int:
    """Say what became of a batch, the failures last, and return the exit status.

    Parameters
    ----------
    verb
        The command.
    outcomes
        One per input.
    reporting
        Who is listening.
    extra
        Further entries of the JSON object.

    Returns
    -------
    int
        0 if no input failed, else 1.
    """
    n = {
        status: sum(outcome.status == status for outcome in outcomes)
        for status in ("done", "skipped", "failed")
    }
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    for outcome in outcomes:
        for sentence in outcome.warnings:
            reporting.warn(f"Warning: {outcome.input}: {sentence}")
    counts = ", ".join(f"{count} {status}" for status, count in n.items() if count)
    reporting.say(f"{verb}: {counts}.")
    for outcome in failed:
        reporting.complain(f"{outcome.traceback}Failed: {outcome.input}: {outcome.reason}")
    status = 1 if failed else 0
    reporting.give(
        {"verb": verb, "status": status}
        | {f"n_{key}": count for key, count in n.items()}
        | extra
        | {"inputs": [asdict(outcome) for outcome in outcomes]}
    )
    return status
