"""Fine-tune: train a segmenter further on corrected labels, and say what that has brought.

A window must not import torch, so what needs it is imported when a task runs, in the child process.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.segmenting.nuclei_segmenter import drop_unsure
from napari_seewhy.cells.segmenting.options import SegmentOptions
from napari_seewhy.models.files import read_card_of, user_folder
from napari_seewhy.nuclei import SegmenterCard, SegmenterOptions, plan_training
from napari_seewhy.progress import Step
from napari_seewhy.training.fitting import LibraryJob
from napari_seewhy.training.learning import checkpoint_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.images import Box
    from napari_seewhy.nuclei import LabelledImage, Pair, TrainPlan
    from napari_seewhy.progress import Task

OVERLAP = 0.7
"""Overlap (IoU) from which a nucleus that was found counts as the one that a person labelled."""


@dataclass(frozen=True, slots=True, eq=False)
class FineTuneJob(LibraryJob):
    """One training on corrected labels, as a person planned it.

    Attributes
    ----------
    pairs
        Images and their labels.
    start
        Model that is trained further; it stays as it is.
    name
        Of the new model in the library.
    options
        How it is trained; gentler than from nothing where nothing else was chosen.
    library
        Folder of the library, that of the person if not given.
    """

    pairs: tuple[Pair, ...]
    start: Path
    name: str
    options: SegmenterOptions = field(default_factory=SegmenterOptions)
    library: Path = field(default_factory=user_folder)


@dataclass(frozen=True, slots=True)
class FineTuned:
    """A model that was trained further.

    Attributes
    ----------
    path
        Its file in the library.
    n_judged
        Labelled nuclei in the parts that were spared; 0 where nothing could be spared.
    before, after
        How well the old and the new model agree with those labels: nuclei that both have over
        nuclei that either has; NaN where nothing could be spared.
    best_epoch, n_epochs
        Epoch whose weights it has, from 1, and how many there were.
    """

    path: Path
    n_judged: int
    before: float
    after: float
    best_epoch: int
    n_epochs: int

    @property
    def is_better(self) -> bool:
        """Whether the new model is not known to be worse."""
        return not self.after < self.before


def fine_tune_steps(job: FineTuneJob) -> Task[FineTuned]:
    """Train a segmenter further; the new model enters the library at the very end.

    A quadrant of each image, or whole images where there are several, is not learned from. It says
    when to stop, and there the old and the new model are compared.

    Parameters
    ----------
    job
        What to train.

    Raises
    ------
    SeewhyError
        As `train_segmenter` does, or if the name cannot be one of a model.
    """
    from napari_seewhy.nuclei import train_segmenter_steps

    # One of an earlier training would be taken for what this one has learned.
    checkpoint_path(job.unfinished).unlink(missing_ok=True)
    return (yield from _tune_steps(job, train_segmenter_steps))


def finish_tuning_steps(job: FineTuneJob) -> Task[FineTuned]:
    """Take the best network so far of a training that was stopped, and judge it.

    Parameters
    ----------
    job
        What was trained; the same as then.

    Raises
    ------
    OptionError
        If the checkpoint is of another training.
    FileError
        If there is none.
    """
    from napari_seewhy.nuclei import finish_segmenter_steps

    return (yield from _tune_steps(job, finish_segmenter_steps))


def _tune_steps(job: FineTuneJob, train: Callable[..., Task[Any]]) -> Task[FineTuned]:
    out = job.unfinished
    card = read_card_of(job.start, SegmenterCard)
    options = job.options.for_fine_tuning().change(data=_describe_data(job, card.name, card.data))
    segmenter = yield from train(job.pairs, options, out=out, start=job.start)
    spared = _find_spared(plan_training(job.pairs, options, job.start))
    judge = _Judge(spared, options)
    before = yield from judge.score_steps(job.start, "Judging the old model")
    after = yield from judge.score_steps(out, "Judging the new model")
    metrics = {"agreement": {"before": before, "after": after, "nuclei": judge.n_nuclei}}
    if judge.n_nuclei:
        segmenter = segmenter._replace(card=segmenter.card.change(metrics=metrics))
    stored = job.store(*segmenter)
    return FineTuned(
        stored.path, judge.n_nuclei, before, after, stored.best_epoch, len(stored.history)
    )


def _describe_data(job: FineTuneJob, name: str, data: str) -> str:
    images = ", ".join(pair.name for pair in job.pairs)
    return f"{name} ({data or 'data not known'}), then corrected labels of {images}"


def _find_spared(plan: TrainPlan) -> list[tuple[LabelledImage, list[Box]]]:
    """Read again what was not learned from."""
    channel = plan.options.channel
    if plan.stop:
        images = [pair.read(channel) for pair in plan.stop]
        return [(image, [image.whole]) for image in images]
    if not plan.spares_quadrants:
        return []
    images = [pair.read(channel) for pair in plan.train]
    return [(image, image.spare_quadrant()[1]) for image in images]


class _Judge:
    """Compares what models find with the labels of what was spared."""

    def __init__(
        self, spared: Sequence[tuple[LabelledImage, list[Box]]], options: SegmenterOptions
    ) -> None:
        self._options = options
        self._frames = [
            (image.pixels[t], image.labels[t], box)
            for image, boxes in spared
            for t in range(len(image.labels))
            for box in boxes
        ]
        self.n_nuclei = sum(_count(labels[box]) for _, labels, box in self._frames)

    def score_steps(self, path: Path, message: str) -> Task[float]:
        """Say how well a model agrees with the labels, all nuclei together.

        Nuclei are found as *Segment cells* finds them with its usual options.
        """
        from napari_seewhy.cells.labels import average_precision
        from napari_seewhy.nuclei import Finder

        if not self.n_nuclei:
            return float("nan")
        finder = Finder.open(path, self._options)
        n_both = n_either = 0.0
        for i, (pixels, labels, box) in enumerate(self._frames):
            yield Step(i, len(self._frames), message)
            nuclei = yield from finder.find_steps(pixels, None)
            drop_unsure(nuclei, SegmentOptions().min_confidence)
            found = nuclei.labels[box]
            # With s = TP / (TP + FP + FN), and all objects together being 2 TP + FP + FN.
            score = float(average_precision(labels[box], found, (OVERLAP,))[0])
            n_all = _count(labels[box]) + _count(found)
            n_both += n_all * score / (1 + score)
            n_either += n_all / (1 + score)
        return n_both / n_either if n_either else 1.0


def _count(labels: NDArray[np.integer]) -> int:
    return len(np.setdiff1d(labels, [0]))
