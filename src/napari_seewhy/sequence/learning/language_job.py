"""`LanguageTrainJob`: a training of a language model, which enters the library at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from napari_seewhy.genome import join_chromosomes, read_dna
from napari_seewhy.models.files import user_folder
from napari_seewhy.progress import Step
from napari_seewhy.training.fitting import LibraryJob

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.progress import Task
    from napari_seewhy.reading.language import LanguageCard, LanguageOptions
    from napari_seewhy.training.fitting import StoredModel

_MOST_NAMES = 3


@dataclass(frozen=True, slots=True, eq=False)
class LanguageTrainJob(LibraryJob):
    """One training of a language model, as a person planned it.

    Attributes
    ----------
    genome
        FASTA or GenBank.
    name
        Of the model in the library.
    options
        How it is trained.
    library
        Folder of the library, that of the person if not given.
    """

    genome: Path
    name: str
    options: LanguageOptions
    library: Path = field(default_factory=user_folder)


def train_language_job_steps(
    job: LanguageTrainJob, *, resume: bool = False
) -> Task[StoredModel[LanguageCard]]:
    """Train a language model; it enters the library at the very end.

    Parameters
    ----------
    job
        What to train.
    resume
        Whether to continue from the checkpoint of a training that was stopped.
    """
    from napari_seewhy.reading.language import learn_language_steps

    yield Step(0, 0, "Reading the genome")
    dna = read_dna(job.genome)
    names, files = ", ".join(list(dna)[:_MOST_NAMES]), [job.genome]
    how: dict[str, Any] = {"out": job.unfinished, "genome": names, "files": files}
    network, card = yield from learn_language_steps(
        join_chromosomes(dna), job.options, resume=resume, **how
    )
    return job.store(network, card.change(name=job.name))
