"""`DnaTrainJob`: a training of a model that reads DNA, which enters the library at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from napari_seewhy.models.files import user_folder
from napari_seewhy.progress import Step
from napari_seewhy.sequence.judging import correlate_words_steps
from napari_seewhy.sequence.windows import read_windows
from napari_seewhy.training.fitting import LibraryJob

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.progress import Task
    from napari_seewhy.reading import CoverageCard, CoverageOptions
    from napari_seewhy.training.fitting import StoredModel


@dataclass(frozen=True, slots=True)
class BaselineStep(Step):
    """Says how good the linear model of words of five letters is.

    Attributes
    ----------
    pearson
        Mean correlation over the tracks, on the windows that say when to stop.
    counts
        Number of windows to learn from, to stop by and to report on.
    """

    pearson: float = 0.0
    counts: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class DnaTrainJob(LibraryJob):
    """One training of a model that reads DNA, as a person planned it.

    Attributes
    ----------
    windows
        File of the windows.
    name
        Of the model in the library.
    options
        How it is trained.
    library
        Folder of the library, that of the person if not given.
    """

    windows: Path
    name: str
    options: CoverageOptions
    library: Path = field(default_factory=user_folder)


def train_dna_job_steps(
    job: DnaTrainJob, *, resume: bool = False
) -> Task[StoredModel[CoverageCard]]:
    """Train a model that reads DNA; it enters the library at the very end.

    Parameters
    ----------
    job
        What to train.
    resume
        Whether to continue from the checkpoint of a training that was stopped.
    """
    from napari_seewhy.reading import train_coverage_steps

    yield Step(0, 0, "Reading the windows")
    windows = read_windows(job.windows)
    counts = (windows.count("train"), windows.count("valid"), windows.count("test"))
    reached = (yield from correlate_words_steps(windows)) if counts[0] and counts[1] else 0.0
    yield BaselineStep(0, 0, "Counted words of five letters", reached, counts)
    network, card = yield from train_coverage_steps(
        windows, job.options, out=job.unfinished, files=[job.windows], resume=resume
    )
    return job.store(network, card.change(name=job.name))
