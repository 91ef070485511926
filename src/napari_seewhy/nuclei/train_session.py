"""`NucleiSession`: one training of a segmenter from its first batch to the finished model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from napari_seewhy.models.devices import Runtime, choose_device
from napari_seewhy.nuclei.lesson import NucleiLesson
from napari_seewhy.nuclei.network import NucleiNetwork
from napari_seewhy.nuclei.nuclei_file import load_segmenter
from napari_seewhy.nuclei.shared_lesson import SharedLesson
from napari_seewhy.record import make_record
from napari_seewhy.training.learner import Learner
from napari_seewhy.training.loop import Progress, loop_steps, resume_learner
from napari_seewhy.training.runtimes import choose_runtime, make_fabric
from napari_seewhy.training.seeds import seeded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import nn

    from napari_seewhy.models.segmenter_card import SegmenterCard
    from napari_seewhy.nuclei.examples import Example
    from napari_seewhy.nuclei.train_options import SegmenterOptions
    from napari_seewhy.nuclei.train_plan import TrainPlan
    from napari_seewhy.progress import Task
    from napari_seewhy.training.checkpoint import Checkpoint


class Segmenter(NamedTuple):
    """A network that finds nuclei, and its card."""

    network: nn.Module
    card: SegmenterCard


@dataclass(slots=True, eq=False)
class NucleiSession:
    """A training that is ready to begin, or to go on.

    Attributes
    ----------
    plan
        What is trained with what.
    card
        Of the model to be, without its training.
    lesson, learner, progress
        What is learned, what learns it, and how far it is.
    """

    plan: TrainPlan
    card: SegmenterCard
    lesson: NucleiLesson | SharedLesson
    learner: Learner
    progress: Progress

    def steps(self, keep: Callable[[Checkpoint], object]) -> Task[Segmenter]:
        """Train to the end; return the network of the best epoch with its record.

        Parameters
        ----------
        keep
            Called with a checkpoint after every epoch, in the first process.
        """
        self.progress = yield from loop_steps(
            self.lesson, self.learner, self.plan.options, progress=self.progress, keep=keep
        )
        network = self.learner.average
        network.load_state_dict(self.progress.best)
        return Segmenter(network.cpu(), self.card.change(record=self._make_record()))

    def _make_record(self) -> dict[str, Any]:
        plan = self.plan
        inputs = [file for pair in (*plan.train, *plan.stop) for file in (pair.image, pair.labels)]
        return make_record(
            "train-segmenter",
            plan.options,
            inputs if plan.start is None else [plan.start, *inputs],
            history=self.progress.history,
            best_epoch=self.progress.best_epoch,
            split=plan.split(),
            device=self.learner.runtime.describe(),
            torch=torch.__version__,
        )


def open_nuclei_session(
    plan: TrainPlan,
    train: Sequence[Example],
    stop: Sequence[Example],
    card: SegmenterCard,
    checkpoint: Checkpoint | None = None,
) -> NucleiSession:
    """Make everything ready for a training, or for going on with one.

    Raises
    ------
    FileError
        If the model to start from cannot be read.
    OptionError
        If the device is not there.
    """
    options = plan.options
    network = _build(plan)
    whole = _make_lesson(train, stop, options)
    runtime = _find_runtime(checkpoint, options) or choose_runtime(whole, network, options)
    fabric = make_fabric(runtime, options)
    lesson = (
        SharedLesson(whole, fabric.global_rank, fabric.world_size)
        if fabric.world_size > 1
        else whole
    )
    learner = Learner(network, lesson.loss, runtime, options, fabric)
    progress = Progress() if checkpoint is None else resume_learner(checkpoint, learner)
    return NucleiSession(plan, card, lesson, learner, progress)


def _make_lesson(
    train: Sequence[Example], stop: Sequence[Example], options: SegmenterOptions
) -> NucleiLesson:
    # Where no image can be spared, the loss is that of what was learned from, and says little.
    judged = stop or train
    return NucleiLesson(
        [example.picture for example in train],
        [example.picture for example in judged],
        options.augment,
        batch_size=options.batch_size,
        n_batches=options.n_batches,
        edge_px=options.edge_px,
        seed=options.seed,
    )


def _build(plan: TrainPlan) -> nn.Module:
    if plan.start is not None:
        return load_segmenter(plan.start)[0]
    with seeded(plan.options.seed):
        return NucleiNetwork()


def _find_runtime(checkpoint: Checkpoint | None, options: SegmenterOptions) -> Runtime | None:
    """Return the runtime of a checkpoint where this computer has its device."""
    if checkpoint is None:
        return None
    runtime = Runtime(**checkpoint.state["runtime"])
    return runtime if runtime.device == choose_device(options.device) else None
