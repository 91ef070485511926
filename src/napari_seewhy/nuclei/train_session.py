"""`NucleiSession`: one training of a segmenter from its first batch to the finished model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import torch

from napari_seewhy.nuclei.confidence import fit_confidence
from napari_seewhy.nuclei.lesson import NucleiLesson
from napari_seewhy.nuclei.network import NucleiNetwork
from napari_seewhy.nuclei.nuclei_file import load_segmenter
from napari_seewhy.nuclei.plane import Eye
from napari_seewhy.nuclei.shared_lesson import SharedLesson
from napari_seewhy.progress import Step
from napari_seewhy.record import make_record
from napari_seewhy.training.learning import (
    Learner,
    Progress,
    find_runtime,
    loop_steps,
    make_fabric,
    resume_learner,
    seeded,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

    from napari_seewhy.models.cards import SegmenterCard
    from napari_seewhy.nuclei.examples import Examples
    from napari_seewhy.nuclei.pictures import Picture
    from napari_seewhy.nuclei.train_options import SegmenterOptions
    from napari_seewhy.nuclei.train_plan import TrainPlan
    from napari_seewhy.progress import Task
    from napari_seewhy.training.learning import Checkpoint


StopBy: TypeAlias = Literal["image", "quadrant", "nothing"]


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
    stop_by
        What says when to stop: images, a quadrant of each image, or nothing.
    spared
        The pictures of those, from which nothing is learned.
    lesson, learner, progress
        What is learned, what learns it, and how far it is.
    """

    plan: TrainPlan
    card: SegmenterCard
    stop_by: StopBy
    spared: list[Picture]
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
        yield Step(0, 0, "Learning how sure it may be")
        eye = Eye(network, self.learner.runtime)
        confidence = fit_confidence(eye, self.spared, self.card.confidence)
        card = self.card.change(confidence=confidence, record=self._make_record())
        return Segmenter(network.cpu(), card)

    def _make_record(self) -> dict[str, Any]:
        plan = self.plan
        return make_record(
            "train-segmenter",
            plan.options,
            plan.files,
            **plan.hashes,
            history=self.progress.history,
            best_epoch=self.progress.best_epoch,
            split=plan.split(),
            stop_by=self.stop_by,
            device=self.learner.runtime.describe(),
            torch=torch.__version__,
        )


def open_nuclei_session(
    plan: TrainPlan,
    examples: Examples,
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
    whole = _make_lesson(examples, options)
    runtime = find_runtime(options, checkpoint)
    fabric = make_fabric(runtime, options)
    lesson = (
        SharedLesson(whole, fabric.global_rank, fabric.world_size)
        if fabric.world_size > 1
        else whole
    )
    learner = Learner(network, lesson.loss, runtime, options, fabric)
    progress = Progress() if checkpoint is None else resume_learner(checkpoint, learner)
    stop_by: StopBy = "image" if plan.stop else "quadrant" if examples.stop else "nothing"
    spared = [example.picture for example in examples.stop]
    return NucleiSession(plan, card, stop_by, spared, lesson, learner, progress)


def _make_lesson(examples: Examples, options: SegmenterOptions) -> NucleiLesson:
    return NucleiLesson(
        [example.picture for example in examples.train],
        # Where nothing can be spared, the loss is that of what is learned from.
        [example.picture for example in examples.stop or examples.train],
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
