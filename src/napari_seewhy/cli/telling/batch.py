"""Running a batch and reporting it: progress, warnings, and the failures last."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from napari_seewhy.batch import count_outcomes
from napari_seewhy.progress import finish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.batch import Outcome
    from napari_seewhy.cli.telling.report import Reporting
    from napari_seewhy.progress import Task

T = TypeVar("T")

_MOST_ALIKE = 5
"""Up to so many failures of one kind are told one by one; of more the first stands for all."""


def run_batch(task: Task[T], n_inputs: int, reporting: Reporting) -> T:
    """Run a task that works on many inputs, such as `run_steps`, with a bar for the inputs."""
    with reporting.progress(n_inputs) as bar:
        return finish(task, bar.step)


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
    reporting.say(f"{verb}: {count_outcomes(outcomes)}.")
    kinds: dict[str, list[Outcome]] = {}
    for outcome in failed:
        kinds.setdefault(outcome.reason.replace(Path(outcome.input).name, ""), []).append(outcome)
    for alike in kinds.values():
        n_told = len(alike) if len(alike) <= _MOST_ALIKE else 1
        for outcome in alike[:n_told]:
            reporting.complain(f"{outcome.traceback}Failed: {outcome.input}: {outcome.reason}")
        if n_told < len(alike):
            reporting.complain(f"{len(alike) - n_told:,} other inputs failed for the same reason.")
    status = 1 if failed else 0
    reporting.give(
        {"verb": verb, "status": status}
        | {f"n_{key}": count for key, count in n.items()}
        | extra
        | {"inputs": [asdict(outcome) for outcome in outcomes]}
    )
    return status
