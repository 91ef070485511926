"""`StainTrainJob`: a training of a virtual stain whose model enters the library at its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from napari_seewhy.blocks.learning.train import train_stains_steps
from napari_seewhy.models.files import SUFFIX, ModelLibrary, user_folder
from napari_seewhy.training.fitting import UNFINISHED
from napari_seewhy.training.learning import checkpoint_path

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.blocks.marking import FieldReader
    from napari_seewhy.blocks.pairing import Pair
    from napari_seewhy.progress import Task
    from napari_seewhy.staining import StainOptions


@dataclass(frozen=True, slots=True, eq=False)
class StainTrainJob:
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

    @property
    def place(self) -> Path:
        """Where the finished model shall stand.

        Raises
        ------
        OptionError
            If the name cannot be one of a model.
        """
        return ModelLibrary(self.library).place_of(self.name)

    @property
    def unfinished(self) -> Path:
        """Where the model stands until it is finished, its checkpoint beside it."""
        return self.place.parent / UNFINISHED / f"{self.name}{SUFFIX}"

    @property
    def can_go_on(self) -> bool:
        """Whether a training of this name was stopped, so that its best network is kept."""
        return checkpoint_path(self.unfinished).exists()


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
        Whether to go on from the checkpoint of a training that was stopped.
    """
    from napari_seewhy.staining import save_stain

    trained = yield from train_stains_steps(
        job.pairs, job.reader, job.options, out=job.unfinished, resume=resume
    )
    save_stain(job.place, trained.model)
    job.unfinished.unlink(missing_ok=True)
    card = trained.model.card
    results = card.record["results"]
    return StoredStain(
        path=job.place,
        scores=card.metrics.get("stop", {}),
        history=results["history"],
        best_epoch=results["best_epoch"],
        left_out=trained.left_out,
    )
