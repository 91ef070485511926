"""`StainTrainJob`: a training of a virtual stain whose model enters the library at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from napari_seewhy.blocks.learning.train import train_stains_steps
from napari_seewhy.models.files import user_folder
from napari_seewhy.staining import StainCard
from napari_seewhy.training.fitting import LibraryJob, StoredModel

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


@dataclass(frozen=True, slots=True)
class StoredStain(StoredModel[StainCard]):
    """A virtual stain that is in the library now.

    Attributes
    ----------
    left_out
        Names of pairs that could not be used, and why.
    """

    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def scores(self) -> dict[str, Any]:
        """Figures by name on the blocks that said when to stop; empty where none was spared."""
        return dict(self.card.metrics.get("stop", {}))


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
    stored = job.store(*trained.model)
    return StoredStain(stored.path, stored.card, trained.left_out)
