"""`Session`: one training of a classifier from its first batch to the finished model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from napari_seewhy.models.files import Model
from napari_seewhy.models.networks import build_network
from napari_seewhy.record import make_record
from napari_seewhy.training.fitting.class_lesson import ClassLesson
from napari_seewhy.training.judging import describe_places, fit_temperature
from napari_seewhy.training.learning import (
    Learner,
    Loader,
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

    from napari_seewhy.progress import Task
    from napari_seewhy.training.fitting.options import TrainOptions
    from napari_seewhy.training.fitting.question import Question
    from napari_seewhy.training.learning import Checkpoint


@dataclass(slots=True, eq=False)
class Session:
    """A training that is ready to begin, or to go on.

    Attributes
    ----------
    question
        What is asked of which samples.
    options
        How it is trained.
    lesson, learner, progress
        What is learned, what learns it, and how far it is.
    """

    question: Question
    options: TrainOptions
    lesson: ClassLesson
    learner: Learner
    progress: Progress

    @property
    def is_first(self) -> bool:
        """Whether this process writes the files, where several share the training."""
        return self.learner.is_first

    def steps(self, keep: Callable[[Checkpoint], object]) -> Task[Model]:
        """Train to the end; return the network of the best epoch, calibrated, with its record.

        Parameters
        ----------
        keep
            Called with a checkpoint after every epoch, in the first process.
        """
        self.progress = yield from loop_steps(
            self.lesson, self.learner, self.options, progress=self.progress, keep=keep
        )
        return self._finish()

    def _finish(self) -> Model:
        network = self.learner.average
        network.load_state_dict(self.progress.best)
        logits = self.lesson.say(network, self.learner.runtime)
        card = self.question.card.change(
            temperature=fit_temperature(logits.numpy(), self.lesson.stop_target),
            record=self._make_record(),
        )
        return Model(network.cpu(), card)

    def _make_record(self) -> dict[str, Any]:
        split = self.question.split
        return make_record(
            "train",
            {"network": self.question.card.network.model_dump(mode="json")}
            | self.options.model_dump(mode="json"),
            [self.question.source.path],
            history=self.progress.history,
            best_epoch=self.progress.best_epoch,
            split={
                "train": split.train.tolist(),
                "stop": split.stop.tolist(),
                "report": split.report.tolist(),
            },
            learned_places=self._describe_places(),
            device=self.learner.runtime.describe(),
            torch=torch.__version__,
        )

    def _describe_places(self) -> dict[str, Any]:
        split, samples = self.question.split, self.question.source.samples
        learned = np.concatenate([split.train, split.stop])
        is_torn = np.isin(samples.group[split.report], samples.group[learned]).any()
        return describe_places(samples, learned, keeps_groups=not is_torn)


def open_session(
    question: Question, options: TrainOptions, checkpoint: Checkpoint | None = None
) -> Session:
    """Make everything ready for a training, or for going on with one.

    Raises
    ------
    OptionError
        If device or network are not there.
    """
    lesson = _make_lesson(question, options)
    network = _build(question, options)
    runtime = find_runtime(options, checkpoint)
    fabric = make_fabric(runtime, options)
    if fabric.world_size > 1:
        lesson = _make_lesson(question, options, fabric.global_rank, fabric.world_size)
    learner = Learner(network, lesson.loss, runtime, options, fabric)
    progress = Progress() if checkpoint is None else resume_learner(checkpoint, learner)
    return Session(question, options, lesson, learner, progress)


def _make_lesson(
    question: Question, options: TrainOptions, rank: int = 0, n_ranks: int = 1
) -> ClassLesson:
    train = question.split.train
    loader = Loader(
        question.source,
        train,
        question.target[train],
        options.batch_size,
        seed=options.seed,
        is_balanced=options.balance in ("sampler", "sources"),
        origin=question.source.samples.target[train] if options.balance == "sources" else None,
        rank=rank,
        n_ranks=n_ranks,
    )
    stop = question.split.stop
    return ClassLesson(loader, stop, question.target[stop], question.card, options)


def _build(question: Question, options: TrainOptions) -> nn.Module:
    card = question.card
    with seeded(options.seed):
        return build_network(card.network, len(card.channels), len(card.classes), card.size_px)
