"""`LanguageTrainJob`: a training of a language model, which enters the library at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from napari_seewhy.genome import join_chromosomes, read_dna
from napari_seewhy.models.files import save_network, user_folder
from napari_seewhy.progress import Step
from napari_seewhy.training.fitting import LibraryJob

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.progress import Task
    from napari_seewhy.reading.language import LanguageOptions

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


class StoredLanguage(NamedTuple):
    """A language model that is in the library now.

    Attributes
    ----------
    path
        Its file.
    metrics
        Bits per base of the held-out letters, beside those of counted contexts.
    history
        One entry per epoch: ``loss``, ``stop_loss``, ``stop_bits``.
    best_epoch
        Epoch whose weights it has, from 1.
    """

    path: Path
    metrics: dict[str, Any]
    history: list[dict[str, float]]
    best_epoch: int


def train_language_job_steps(
    job: LanguageTrainJob, *, resume: bool = False
) -> Task[StoredLanguage]:
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
    save_network(job.place, network, card.change(name=job.name))
    job.unfinished.unlink(missing_ok=True)
    results = card.record["results"]
    return StoredLanguage(job.place, card.metrics, results["history"], results["best_epoch"])
