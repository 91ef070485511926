"""`Session`: one training from its first batch to the finished model, the same for every lesson."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import torch

from napari_seewhy.errors import FileError
from napari_seewhy.files import remove_file
from napari_seewhy.models.files import read_card_of, save_network
from napari_seewhy.progress import Step
from napari_seewhy.training.learning.checkpoint import (
    Checkpoint,
    checkpoint_path,
    find_checkpoint,
    save_checkpoint,
)
from napari_seewhy.training.learning.learner import Learner
from napari_seewhy.training.learning.lesson import Lesson
from napari_seewhy.training.learning.loop import Progress, loop_steps, resume_learner
from napari_seewhy.training.learning.runtimes import find_runtime, make_fabric
from napari_seewhy.training.learning.seeds import seeded
from napari_seewhy.training.learning.several import is_one_of_several, run_on_several_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from torch import nn

    from napari_seewhy.models.cards import BaseCard
    from napari_seewhy.models.running import Runtime
    from napari_seewhy.options import Options
    from napari_seewhy.progress import Task
    from napari_seewhy.training.learning.loop_options import LoopOptions


class TrainedNetwork(Protocol):
    """A network and its card: what a training gives, and what a model file holds."""

    @property
    def network(self) -> nn.Module:
        """What was trained."""

    @property
    def card(self) -> BaseCard:
        """Its description."""


L = TypeVar("L", bound=Lesson)
M = TypeVar("M", bound=TrainedNetwork)
M_co = TypeVar("M_co", bound=TrainedNetwork, covariant=True)


class Training(Protocol[M_co]):
    """A training that is ready to begin, or to continue."""

    @property
    def runtime(self) -> Runtime:
        """Where and how it runs."""

    @property
    def is_first(self) -> bool:
        """Whether this process writes the files, where several share the training."""

    def steps(self, keep: Callable[[Checkpoint], object]) -> Task[M_co]:
        """Train to the end; `keep` is called with a checkpoint now and then."""


class Trainable(Protocol[M_co]):
    """What is to be trained with what."""

    def describe(self) -> dict[str, Any]:
        """Say what is trained with what, as JSON: two trainings that say the same are the same."""

    def open(self, checkpoint: Checkpoint | None = None) -> Training[M_co]:
        """Make everything ready for a training, or for continuing one."""


class Course(ABC, Generic[L, M]):
    """What one kind of model brings to a training: its lesson, its network, and how it ends."""

    @property
    @abstractmethod
    def options(self) -> LoopOptions:
        """How it is trained."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """Say what is trained with what, as JSON: two trainings that say the same are the same."""

    @abstractmethod
    def make_lesson(self, rank: int = 0, n_ranks: int = 1) -> L:
        """Return what is learned by one of several processes; by all of it where it is alone."""

    @abstractmethod
    def build(self) -> nn.Module:
        """Build the network; the seed of the options is set."""

    @abstractmethod
    def finish_steps(self, session: Session[L, M]) -> Task[M]:
        """Calibrate the best network of a session and write its card."""

    def open(self, checkpoint: Checkpoint | None = None) -> Session[L, M]:
        """Make everything ready for a training, or for continuing one.

        Raises
        ------
        OptionError
            If device or network are not there.
        """
        options = self.options
        runtime = find_runtime(options, checkpoint)
        fabric = make_fabric(runtime, options)
        lesson = self.make_lesson(fabric.global_rank, fabric.world_size)
        with seeded(options.seed):
            network = self.build()
        learner = Learner(network, lesson.loss, runtime, options, fabric)
        progress = Progress() if checkpoint is None else resume_learner(checkpoint, learner)
        return Session(self, lesson, learner, progress)


@dataclass(slots=True, eq=False)
class Session(Generic[L, M]):
    """A training of a course that is ready to begin, or to continue; see `Training`.

    Attributes
    ----------
    course
        What is trained with what.
    lesson, learner, progress
        What is learned, what learns it, and how far it is.
    """

    course: Course[L, M]
    lesson: L
    learner: Learner
    progress: Progress

    @property
    def runtime(self) -> Runtime:
        """Where and how it runs."""
        return self.learner.runtime

    @property
    def is_first(self) -> bool:
        """Whether this process writes the files, where several share the training."""
        return self.learner.is_first

    @property
    def best_network(self) -> nn.Module:
        """The network with the weights of the best epoch, on the device, in evaluation mode."""
        network = self.learner.average
        network.load_state_dict(self.progress.best)
        return network

    def steps(self, keep: Callable[[Checkpoint], object]) -> Task[M]:
        """Train to the end; return the network of the best epoch with its card.

        Parameters
        ----------
        keep
            Called with a checkpoint after every epoch, in the first process.
        """
        self.progress = yield from loop_steps(
            self.lesson, self.learner, self.course.options, progress=self.progress, keep=keep
        )
        return (yield from self.course.finish_steps(self))

    def describe(self) -> dict[str, Any]:
        """Say how the training went, for the record."""
        return {
            "history": self.progress.history,
            "best_epoch": self.progress.best_epoch,
            "device": self.runtime.describe(),
            "torch": torch.__version__,
        }


def train_to_file_steps(
    prepare: Callable[[], Task[Trainable[M]]],
    *,
    out: Path,
    place: Path | None = None,
    load: Callable[[Path], M],
    n_devices: int = 1,
    resume: bool = False,
) -> Task[M]:
    """Train and write the model file, one `TrainStep` per batch; may be stopped at any of them.

    While training, ``<out>.checkpoint`` stands beside the file. It is rewritten after every epoch
    and stays when the training is stopped or killed.

    Parameters
    ----------
    prepare
        Reads what is trained with what; pickled where there are several devices.
    out
        Model file to write; its checkpoint stands beside it.
    place
        Where the model is written instead, until its evaluation is in its card; None for `out`.
    load
        Reads a model file; pickled likewise.
    n_devices
        Number of devices that share the training.
    resume
        Whether to continue from the checkpoint where there is one.

    Raises
    ------
    OptionError
        If the device is not there, or the checkpoint is of another training.
    FileError
        If a file cannot be read or written; the checkpoint before stays.
    TaskError
        If there is not enough memory for one sample.
    """
    if n_devices > 1 and not is_one_of_several():
        task = partial(
            train_to_file_steps,
            prepare,
            out=out,
            place=place,
            load=load,
            n_devices=n_devices,
            resume=resume,
        )
        yield from run_on_several_steps(task, n_devices)
        return load(place or out)
    trainable = yield from prepare()
    about = trainable.describe()
    training = trainable.open(find_checkpoint(out, about) if resume else None)
    yield Step(0, 0, training.runtime.describe())

    def keep(checkpoint: Checkpoint) -> None:
        save_checkpoint(checkpoint_path(out), replace(checkpoint, about=about))

    model = yield from training.steps(keep)
    if training.is_first:
        save_network(place or out, model.network, model.card)
        remove_file(checkpoint_path(out))
    return model


def unreported_path(out: Path) -> Path:
    """Return where the model `out` stands between its training and its evaluation.

    So that a kill in between leaves no model without its figures under the final name.
    """
    return out.with_name(f".{out.stem}.unreported{out.suffix}")


def is_finished(
    out: Path, kind: type[BaseCard], options: Options, hashes: Mapping[str, str]
) -> bool:
    """Say whether a model file is of this very training, which was finished before.

    Parameters
    ----------
    out
        Where the model would stand.
    kind
        Its card.
    options
        How it is trained.
    hashes
        What is learned from: entries of the results in its record.
    """
    try:
        record = read_card_of(out, kind).record
    except FileError:
        return False
    is_same: bool = (
        record.get("options") == options.model_dump(mode="json")
        and hashes.items() <= record.get("results", {}).items()
    )
    return is_same


def keep_nothing(_: Checkpoint) -> None:
    """Keep no checkpoint, as where a network is asked once and thrown away."""
