"""`StainTrainJob`: a training of a virtual stain whose model enters the library at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from napari_seewhy.blocks.learning.train import train_stains_steps
from napari_seewhy.files import remove_file
from napari_seewhy.models.files import save_network, user_folder
from napari_seewhy.training.fitting import LibraryJob

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.blocks.marking import FieldReader
    from napari_seewhy.blocks.pairing import Pair
    from napari_seewhy.progress import Task
    from napari_seewhy.staining import StainOptions


@dataclass(frozen=True, slots=True, eq=False)
class StainTrainJob(LibraryJob):
    """One training of a virtual stain, as a person planned it.

    Attributes
    ----------
    pairs
        Phase contrast and marker.
    reader
        What is taken of the images, and from which brightness on the marker is positive.
    name
        Of the model in the library.
    options
        How it is trained.
    library
        Folder of the library, that of the person if not given.
    """

    pairs: tuple[Pair, ...]
    reader: FieldReader
    name: str
    options: StainOptions
    library: Path = field(default_factory=user_folder)


class StoredStain(NamedTuple):
    """A virtual stain that is in the library now.

    Attributes
    ----------
    path
        Its file.
    scores
        Figures by name on the blocks that said when to stop; empty where none could be spared.
    history
        One entry per epoch: ``loss``, ``stop_loss``, ``stop_balanced_accuracy`` ...
    best_epoch
        Epoch whose weights it has, from 1.
    left_out
        Names of pairs that could not be used, and why.
    """

    path: Path
    scores: dict[str, Any]
    history: list[dict[str, float]]
    best_epoch: int
    left_out: tuple[tuple[str, str], ...]


def train_job_steps(job: StainTrainJob, *, resume: bool = False) -> Task[StoredStain]:
    """Train a virtual stain; it enters the library at the very end.

    Parameters
    ----------
    job
        What to train.
    resume
        Whether to continue from the checkpoint of a training that was stopped.
    """
    trained = yield from train_stains_steps(
        job.pairs, job.reader, job.options, out=job.unfinished, resume=resume
    )
    save_network(job.place, *trained.model)
    remove_file(job.unfinished)
    card = trained.model.card
    results = card.record["results"]
    return StoredStain(
        path=job.place,
        scores=card.metrics.get("stop", {}),
        history=results["history"],
        best_epoch=results["best_epoch"],
        left_out=trained.left_out,
    )
