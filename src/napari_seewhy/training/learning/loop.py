"""The loop: epochs of batches, judged, kept when better, ended early; the same for every lesson."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from napari_seewhy.training.learning.checkpoint import Checkpoint
from napari_seewhy.training.learning.learner import copy_weights
from napari_seewhy.training.learning.step import TrainStep

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from napari_seewhy.progress import Task
    from napari_seewhy.training.learning import LoopOptions
    from napari_seewhy.training.learning.learner import Learner
    from napari_seewhy.training.learning.lesson import Lesson, Score

_STOP = "stop_"
"""Begins the names of what was measured on the stop set, in the history of a training."""


@dataclass(slots=True, eq=False)
class Progress:
    """How far a training has come.

    Attributes
    ----------
    history
        One entry per finished epoch: ``loss``, ``stop_loss``, and ``stop_<metric>`` of each metric.
    best
        Weights of the epoch with the lowest loss on the stop set.
    best_epoch
        Its number from 1; 0 before the first.
    """

    history: list[dict[str, float]] = field(default_factory=list)
    best: dict[str, torch.Tensor] = field(default_factory=dict)
    best_epoch: int = 0

    def add(self, loss: float, score: Score, learner: Learner) -> None:
        """Note a finished epoch, and its weights if they are the best so far."""
        metrics = {_STOP + name: value for name, value in score.metrics.items()}
        is_better = not self.best_epoch or score.loss < self._best_loss()
        self.history.append({"loss": loss, "stop_loss": score.loss, **metrics})
        if is_better:
            self.best = copy_weights(learner.average.state_dict())
            self.best_epoch = len(self.history)

    def is_over(self, options: LoopOptions) -> bool:
        """Say whether all epochs are done or nothing has become better for long."""
        n_epochs = len(self.history)
        return n_epochs >= options.epochs or n_epochs - self.best_epoch >= options.patience

    def _best_loss(self) -> float:
        return self.history[self.best_epoch - 1]["stop_loss"]

    def to_checkpoint(self, learner: Learner) -> Checkpoint:
        """Return all that is needed to continue."""
        state: dict[str, Any] = {
            "history": list(self.history),
            "best_epoch": self.best_epoch,
            "n_at_once": learner.n_at_once,
            "runtime": asdict(learner.runtime),
        }
        return Checkpoint(learner.weights(), self.best, state)


def resume_learner(checkpoint: Checkpoint, learner: Learner) -> Progress:
    """Put a learner back to where a checkpoint was written."""
    learner.load_weights(checkpoint.weights)
    learner.n_at_once = checkpoint.state["n_at_once"]
    return Progress(
        list(checkpoint.state["history"]), checkpoint.best, checkpoint.state["best_epoch"]
    )


def loop_steps(
    lesson: Lesson,
    learner: Learner,
    options: LoopOptions,
    *,
    progress: Progress,
    keep: Callable[[Checkpoint], object],
) -> Task[Progress]:
    """Train until the epochs are done or the stop set says so, one `TrainStep` per batch.

    Parameters
    ----------
    lesson
        What is learned.
    learner
        What learns.
    options
        Epochs, learning rate, patience, seed.
    progress
        Where to begin; a new one, or from `resume_learner`.
    keep
        Called with a checkpoint after every epoch, in the first process where several share.
    """
    while not progress.is_over(options):
        loss = yield from _epoch_steps(lesson, learner, options, progress=progress)
        judged = learner.within_memory(lambda runtime: lesson.judge(learner.average, runtime))
        score = learner.agree(judged)
        progress.add(loss, score, learner)
        if learner.is_first:
            keep(progress.to_checkpoint(learner))
        yield _make_step(lesson, options, progress, loss=loss)
    return progress


def _epoch_steps(
    lesson: Lesson,
    learner: Learner,
    options: LoopOptions,
    *,
    progress: Progress,
) -> Task[float]:
    """Show every batch once; return the mean loss."""
    epoch, total = len(progress.history), 0.0
    n_at_once = learner.n_at_once
    for i, batch in enumerate(lesson.batches(epoch)):
        step = epoch * lesson.n_batches + i
        share = learning_rate_share(step, options.epochs * lesson.n_batches, options.warmup_share)
        samples, target = learner.within_memory(partial(lesson.prepare, batch))
        rate = share * options.learning_rate
        loss = learner.learn(samples, target, rate, batch.seed)
        total += loss
        note = ""
        if learner.n_at_once < n_at_once:
            n_at_once = learner.n_at_once
            note = f"Memory is short: {n_at_once} samples at once"
        yield _make_step(
            lesson, options, progress, i + 1, loss=loss, learning_rate=rate, message=note
        )
    return total / lesson.n_batches


def _make_step(
    lesson: Lesson,
    options: LoopOptions,
    progress: Progress,
    n_batches_done: int = 0,
    **now: Any,
) -> TrainStep:
    """Say how far the training is, and how good it was after the last finished epoch."""
    n_epochs = len(progress.history)
    last = progress.history[-1] if progress.history else {}
    current = n_epochs + (n_batches_done > 0)
    now["message"] = now.get("message") or f"Epoch {current} of {options.epochs}"
    return TrainStep(
        n_epochs * lesson.n_batches + n_batches_done,
        options.epochs * lesson.n_batches,
        epoch=n_epochs,
        stop_loss=last.get("stop_loss", float("nan")),
        metric=lesson.metric,
        stop_metrics={
            name.removeprefix(_STOP): value
            for name, value in last.items()
            if name.startswith(_STOP) and name != "stop_loss"
        },
        best_epoch=progress.best_epoch,
        **now,
    )


def learning_rate_share(step: int, n_steps: int, warmup_share: float) -> float:
    """Say which share of the highest learning rate a step has: a straight rise, then a cosine.

    Parameters
    ----------
    step
        From 0.
    n_steps
        Steps of the whole training.
    warmup_share
        Share of the steps in which the rate rises.

    Examples
    --------
    >>> [round(learning_rate_share(step, 10, 0.2), 2) for step in (0, 1, 2, 6, 9)]
    [0.5, 1.0, 1.0, 0.5, 0.04]
    """
    n_warmup = round(warmup_share * n_steps)
    if step < n_warmup:
        return (step + 1) / n_warmup
    done = (step - n_warmup) / max(1, n_steps - n_warmup)
    return 0.5 * (1 + math.cos(math.pi * done))
