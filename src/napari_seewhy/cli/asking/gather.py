"""Making one sample set out of many inputs: progress, failures and the report of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_seewhy.batch import Outcome, gather_warnings
from napari_seewhy.cli.telling import report_batch
from napari_seewhy.errors import SeewhyError
from napari_seewhy.progress import finish

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from napari_seewhy.cli.telling import Reporting
    from napari_seewhy.progress import Step, Task
    from napari_seewhy.samples.importing import Gathered
    from napari_seewhy.samples.storing import SampleSet


def gather_samples(
    verb: str,
    task: Task[Gathered],
    inputs: Sequence[str],
    failures: Sequence[Outcome],
    reporting: Reporting,
) -> int:
    """Run a task that writes one sample set, report on every input and return the exit status.

    Parameters
    ----------
    verb
        The command.
    task
        Writes the sample set; inputs that it cannot use are among its failures.
    inputs
        What the task works on, named as in its failures.
    failures
        Inputs that did not come so far.
    reporting
        Who is listening.
    """
    with gather_warnings() as sentences, reporting.progress() as bar:
        gathered = _finish_or_fail(task, bar.step)
    for sentence in sentences:
        reporting.warn(f"Warning: {sentence}")
    if isinstance(gathered, SeewhyError):
        # Nothing was written, whichever input it was; the sentence is said once.
        lost = [Outcome(inputs[0], "failed", str(gathered))]
        return report_batch(verb, [*failures, *lost], reporting, warnings=sentences)
    with gathered.samples as samples:
        figures = _count(samples)
    left_out = [Outcome(name, "failed", reason) for name, reason in gathered.failures]
    names = {outcome.input for outcome in left_out}
    done = [Outcome(name, "done") for name in inputs if name not in names]
    reporting.say(_sentence(figures))
    outcomes = [*failures, *done, *left_out]
    return report_batch(verb, outcomes, reporting, warnings=sentences, samples=figures)


def _finish_or_fail(
    task: Task[Gathered], on_step: Callable[[Step], object]
) -> Gathered | SeewhyError:
    try:
        return finish(task, on_step)
    except SeewhyError as error:
        return error


def _count(samples: SampleSet) -> dict[str, Any]:
    """Say what a sample set holds, from its small columns alone."""
    classes = {name: int((samples.target == i).sum()) for i, name in enumerate(samples.classes)}
    results = samples.record.get("results", {})
    return {
        "path": str(samples.path),
        "n_samples": len(samples),
        "channels": list(samples.channels),
        "size_px": list(samples.pixels.shape[-2:]),
        "pixel_size_um": samples.pixel_size_um,
        "classes": classes,
        "n_unknown": int((samples.target < 0).sum()),
        "n_groups": len(set(samples.group)),
    } | {key: results[key] for key in ("threshold",) if key in results}


def _sentence(figures: dict[str, Any]) -> str:
    size = " x ".join(map(str, figures["size_px"]))
    parts = [f"{n} {name}" for name, n in figures["classes"].items()]
    if figures["classes"]:
        parts.append(f"{figures['n_unknown']} unknown")
    classes = f" ({', '.join(parts)})" if parts else ""
    return f"{figures['path']}: {figures['n_samples']} samples{classes}, {size} px."
