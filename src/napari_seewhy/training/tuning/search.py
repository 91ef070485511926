"""`Search`: one trial after the other, until the budget is used up."""

from __future__ import annotations

import json
import math
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import OptionError, TaskError
from napari_seewhy.models.networks import NetworkOptions, build_network
from napari_seewhy.training.fitting import ClassCourse, Question, TrainOptions, pose_question_steps
from napari_seewhy.training.learning import TrainStep, keep_nothing, loop_steps
from napari_seewhy.training.tuning.budget import Budget, make_budget
from napari_seewhy.training.tuning.space import (
    BackboneSpace,
    SearchSpace,
    choose_space,
    to_training,
)
from napari_seewhy.training.tuning.study import StudyFile, Winner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import optuna

    from napari_seewhy.progress import Task
    from napari_seewhy.samples.splitting import Split
    from napari_seewhy.samples.storing import SampleSet
    from napari_seewhy.samples.targeting import ClassMap
    from napari_seewhy.training.tuning.options import TuneOptions


@dataclass(frozen=True, slots=True)
class TuneStep(TrainStep):
    """One report from a running search; how its trial trains is said as by a `TrainStep`.

    ``done`` and ``total`` say how much of the budget is used up.

    Attributes
    ----------
    trial
        Number of the running trial, from 0.
    n_finished
        Trials that came to an end so far, given up ones included.
    best_trial
        Number of the best one; -1 before the first.
    best_balanced_accuracy
        Its balanced accuracy on the stop set; NaN before the first.
    """

    trial: int = 0
    n_finished: int = 0
    best_trial: int = -1
    best_balanced_accuracy: float = float("nan")


_MOST_FRUITLESS = 8
"""Trials in a row that may break off before the search does."""


@dataclass(slots=True, eq=False)
class Search:
    """A search that is ready to begin, or to continue.

    Attributes
    ----------
    question
        What is asked of which samples.
    options
        What is searched, and for how long.
    space
        What may be tried.
    study
        The trials so far.
    """

    question: Question
    options: TuneOptions
    space: SearchSpace
    study: StudyFile

    def to_options(self, point: Mapping[str, Any]) -> tuple[NetworkOptions, TrainOptions]:
        """Return the network that a trial tries, and how it is trained."""
        return self.space.to_network(point), to_training(point, self.options)

    def steps(self, *, leaves_time: bool) -> Task[Winner]:
        """Try until the budget is used up; return the best trial.

        Parameters
        ----------
        leaves_time
            Whether time is kept back in which the winner can be trained once more.

        Raises
        ------
        TaskError
            If one trial after the other breaks off.
        """
        budget = make_budget(self.options, _now())
        n_fruitless = 0
        while True:
            winner = self.study.find_best()
            reserve = winner.duration if winner and leaves_time else timedelta()
            if winner and budget.is_used_up(self.study.n_finished, _now(), reserve):
                return winner
            watch = _Watch(budget, winner, self.study.n_finished, reserve)
            problem = yield from self._try_steps(watch)
            n_fruitless = n_fruitless + 1 if problem else 0
            if n_fruitless == _MOST_FRUITLESS:
                raise TaskError(f"{n_fruitless} trials in a row broke off, the last so: {problem}")

    def _try_steps(self, watch: _Watch) -> Task[str]:
        """Try one point; return why it broke off, or "" where it did not."""
        trial = self.study.ask(self.space.distributions())
        is_told = False
        try:
            is_told = yield from self._train_steps(trial, watch)
        except (OptionError, TaskError) as error:
            # A network too large for this computer says nothing about the next one.
            return str(error)
        finally:
            if not is_told:
                self.study.fail(trial)
        return ""

    def _train_steps(self, trial: optuna.Trial, watch: _Watch) -> Task[bool]:
        """Train a trial's network; return whether the study has the result."""
        network, training = self.to_options(trial.params)
        question = replace(self.question, card=self.question.card.change(network=network))
        session = ClassCourse(question, training).open()
        loop = loop_steps(
            session.lesson, session.learner, training, progress=session.progress, keep=keep_nothing
        )
        value, loss, epoch = math.nan, math.nan, 0
        with closing(loop):
            for step in loop:
                yield watch.describe(step, trial.number)
                if watch.is_over():
                    return False
                if not isinstance(step, TrainStep) or step.epoch == epoch:
                    continue
                epoch = step.epoch
                if step.best_epoch == epoch:
                    value, loss = step.stop_metric, step.stop_loss
                is_hopeless = self.study.is_hopeless(trial, epoch, step.stop_metric)
                if epoch < training.epochs and (is_hopeless or not math.isfinite(step.stop_loss)):
                    self.study.give_up(trial)
                    return True
        if not math.isfinite(loss):
            self.study.give_up(trial)
        else:
            self.study.tell(trial, value, loss)
        return True


@dataclass(frozen=True, slots=True)
class _Watch:
    """Looks at the clock during one trial, and says how the whole search goes."""

    budget: Budget
    winner: Winner | None
    n_finished: int
    reserve: timedelta

    def is_over(self) -> bool:
        """Whether the time is up; never during the first trial."""
        end = self.budget.end
        return self.winner is not None and end is not None and _now() + self.reserve >= end

    def describe(self, step: Any, number: int) -> TuneStep:
        """Turn a step of the trial's training into one of the search."""
        best = self.winner
        share = self.budget.share_used(self.n_finished, _now())
        so_far = f"; best {best.value:.3f}" if best else ""
        return TuneStep(
            **asdict(step)
            | {
                "done": round(1000 * share),
                "total": 1000,
                "message": f"Trial {number}, {step.message[:1].lower()}{step.message[1:]}{so_far}",
            },
            trial=number,
            n_finished=self.n_finished,
            best_trial=best.number if best else -1,
            best_balanced_accuracy=best.value if best else math.nan,
        )


def open_search_steps(
    samples: SampleSet,
    study_path: Path,
    options: TuneOptions,
    split: Split,
    *,
    channels: Sequence[str] | None = None,
    classes: ClassMap | None = None,
) -> Task[Search]:
    """Look at the samples and open the study, as `tune` takes them.

    Raises
    ------
    DataError, OptionError, FileError
        As in `tune`.
    """
    question = yield from pose_question_steps(samples, NetworkOptions(), split, channels, classes)
    space = choose_space(options, question.card.size_px)
    if isinstance(space, BackboneSpace):
        _check_backbones(space, question)
    study = StudyFile(study_path, _describe(question, options, space), options)
    return Search(question, options, space, study)


def _check_backbones(space: BackboneSpace, question: Question) -> None:
    """Refuse at once what would break off in the middle of the night."""
    card = question.card
    for network in space.list_networks():
        build_network(network, len(card.channels), len(card.classes), card.size_px)


def _describe(question: Question, options: TuneOptions, space: SearchSpace) -> dict[str, Any]:
    """Say what is searched with what: two searches that say the same may share a study."""
    from optuna.distributions import distribution_to_json

    asked = question.describe(TrainOptions())
    shared = ("search", "epochs", "batch_size", "balance", "augmentation", "pruning", "seed")
    return (
        {name: asked[name] for name in ("samples", "rows", "channels", "classes")}
        | {name: getattr(options, name) for name in shared}
        | {
            name: json.loads(distribution_to_json(distribution))["attributes"]
            for name, distribution in space.distributions().items()
        }
    )


def _now() -> datetime:
    return datetime.now().astimezone()
