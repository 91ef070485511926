"""`ClassCourse`: the training of a classifier, from a question to a calibrated model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.models.files import Model
from napari_seewhy.models.networks import build_network
from napari_seewhy.record import make_record
from napari_seewhy.training.fitting.class_lesson import ClassLesson
from napari_seewhy.training.judging import describe_places, fit_temperature
from napari_seewhy.training.learning import Course, Loader

if TYPE_CHECKING:
    from torch import nn

    from napari_seewhy.progress import Task
    from napari_seewhy.training.fitting.options import TrainOptions
    from napari_seewhy.training.fitting.question import Question
    from napari_seewhy.training.learning import Session


@dataclass(frozen=True, eq=False)
class ClassCourse(Course[ClassLesson, Model]):
    """The training of a classifier; see `Course`.

    Attributes
    ----------
    question
        What is asked of which samples.
    training
        How it is trained.
    """

    question: Question
    training: TrainOptions

    @property
    def options(self) -> TrainOptions:
        """How it is trained."""
        return self.training

    def describe(self) -> dict[str, Any]:
        """Say what is trained with what, as JSON: two trainings that say the same are the same."""
        return self.question.describe(self.options)

    def make_lesson(self, rank: int = 0, n_ranks: int = 1) -> ClassLesson:
        """Return what is learned by one of several processes."""
        question, options = self.question, self.options
        train, stop = question.split.train, question.split.stop
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
        return ClassLesson(loader, stop, question.target[stop], question.card, options)

    def build(self) -> nn.Module:
        """Build the network, with pretrained weights where they are asked for."""
        card = self.question.card
        return build_network(card.network, len(card.channels), len(card.classes), card.size_px)

    def finish_steps(self, session: Session[ClassLesson, Model]) -> Task[Model]:
        """Calibrate the best network on the stop set, and write its record."""
        yield from ()  # a task without steps of its own
        network, question = session.best_network, self.question
        logits = session.lesson.say(network, session.runtime)
        card = question.card.change(
            temperature=fit_temperature(logits.numpy(), session.lesson.stop_target),
            record=make_record(
                "train",
                {"network": question.card.network.model_dump(mode="json")}
                | self.options.model_dump(mode="json"),
                question.source.sources,
                split={
                    part: getattr(question.split, part).tolist()
                    for part in ("train", "stop", "report")
                },
                learned_places=self._describe_places(),
                **session.describe(),
            ),
        )
        return Model(network.cpu(), card)

    def _describe_places(self) -> dict[str, Any]:
        split, samples = self.question.split, self.question.source.samples
        learned = np.concatenate([split.train, split.stop])
        is_torn = np.isin(samples.group[split.report], samples.group[learned]).any()
        return describe_places(samples, learned, keeps_groups=not is_torn)
