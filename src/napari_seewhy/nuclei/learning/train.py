"""Train a segmenter on images and labels, with the loop that trains classifiers too."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import FileError, SeewhyWarning
from napari_seewhy.models.files import read_card_of, save_network
from napari_seewhy.nuclei.card import Segmenter, SegmenterCard, load_segmenter
from napari_seewhy.nuclei.confidence import fit_confidence
from napari_seewhy.nuclei.learning.examples import describe_examples, read_examples_steps
from napari_seewhy.nuclei.learning.lesson import NucleiLesson
from napari_seewhy.nuclei.learning.plan import plan_training
from napari_seewhy.nuclei.network import NucleiNetwork
from napari_seewhy.nuclei.plane import Eye
from napari_seewhy.progress import Step, blocking
from napari_seewhy.record import make_record
from napari_seewhy.training.learning import (
    Course,
    checkpoint_path,
    find_checkpoint,
    is_finished,
    keep_nothing,
    train_to_file_steps,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

    from napari_seewhy.nuclei.learning.examples import Examples
    from napari_seewhy.nuclei.learning.options import SegmenterOptions
    from napari_seewhy.nuclei.learning.pairs import Pair
    from napari_seewhy.nuclei.learning.plan import TrainPlan
    from napari_seewhy.progress import Task
    from napari_seewhy.training.learning import Session


def train_segmenter_steps(
    pairs: Sequence[Pair],
    options: SegmenterOptions,
    *,
    out: Path,
    start: Path | None = None,
    resume: bool = False,
) -> Task[Segmenter]:
    """Train a network to find nuclei.

    Parameters
    ----------
    pairs
        Images and labels, in the order in which some are held out.
    options
        How it is trained.
    out
        Model file to write. While training, ``<out>.checkpoint`` stands beside it, rewritten
        after every epoch; it stays when the training is stopped or killed.
    start
        Model that is trained further; it is left as it is. None begins with fresh weights.
    resume
        Whether to continue from an existing checkpoint. In float32 on the CPU the weights
        are then, to the last bit, those of a training that was never stopped.

    Returns
    -------
    Segmenter
        The network of the best epoch and its card; also in `out`.

    Raises
    ------
    DataError
        If the images cannot be learned from.
    OptionError
        If the device is not there, or the checkpoint is of another training.
    FileError
        If a file cannot be read or written; the checkpoint before stays.
    TaskError
        If there is not enough memory for one cut-out.
    """
    out = Path(out)
    plan = plan_training(pairs, options, start)
    if resume and is_finished(out, SegmenterCard, options, plan.hashes):
        return load_segmenter(out)
    if resume:
        find_checkpoint(out, plan.describe())  # another training's is refused before all is read
    return (
        yield from train_to_file_steps(
            partial(_prepare_steps, plan, out.stem),
            out=out,
            load=load_segmenter,
            n_devices=options.n_devices,
            resume=resume,
        )
    )


train_segmenter = blocking(train_segmenter_steps)


def finish_segmenter_steps(
    pairs: Sequence[Pair], options: SegmenterOptions, *, out: Path, start: Path | None = None
) -> Task[Segmenter]:
    """Take the best network so far of a training that was stopped, as if it had been planned so.

    Parameters
    ----------
    pairs, options, out, start
        The same as of the training.

    Raises
    ------
    OptionError
        If the checkpoint is of another training.
    FileError
        If there is none.
    """
    plan = plan_training(pairs, options, start)
    checkpoint = find_checkpoint(out, plan.describe())
    if checkpoint is None:
        raise FileError(f"No network of {out.stem} was kept; train it from the beginning.")
    course = yield from _prepare_steps(plan, out.stem)
    shorter = options.change(epochs=len(checkpoint.state["history"]))
    early = replace(course, plan=replace(plan, options=shorter))
    segmenter = yield from early.open(checkpoint).steps(keep_nothing)
    save_network(out, *segmenter)
    checkpoint_path(out).unlink(missing_ok=True)
    return segmenter


def _prepare_steps(plan: TrainPlan, name: str) -> Task[NucleiCourse]:
    """Read the images and describe them for the card."""
    examples = yield from read_examples_steps(plan)
    if not examples.stop:
        warnings.warn(
            "No image is set aside to say when to stop, so the losses are those of the images that "
            "are learned from and say nothing of others.",
            SeewhyWarning,
            stacklevel=2,
        )
    options = plan.options
    known = describe_examples(examples)
    if plan.start is not None:
        # Stays where the images hold too few mistakes to fit it again.
        known["confidence"] = read_card_of(plan.start, SegmenterCard).confidence
    card = SegmenterCard(name=name, data=options.data, licence=options.licence, **known)
    return NucleiCourse(plan, examples, card)


@dataclass(frozen=True, eq=False)
class NucleiCourse(Course[NucleiLesson, Segmenter]):
    """The training of a segmenter; see `Course`.

    Attributes
    ----------
    plan
        What is trained with what.
    examples
        What is learned from.
    card
        Of the model to be, without its training.
    """

    plan: TrainPlan
    examples: Examples
    card: SegmenterCard

    @property
    def options(self) -> SegmenterOptions:
        """How it is trained."""
        return self.plan.options

    def describe(self) -> dict[str, Any]:
        """Say what is trained with what, as JSON: two trainings that say the same are the same."""
        return self.plan.describe()

    def make_lesson(self, rank: int = 0, n_ranks: int = 1) -> NucleiLesson:
        """Return what is learned by one of several processes."""
        examples = self.examples
        return NucleiLesson(
            [example.picture for example in examples.train],
            # Where nothing can be spared, the loss is that of what is learned from.
            [example.picture for example in examples.stop or examples.train],
            self.options,
            rank,
            n_ranks,
        )

    def build(self) -> nn.Module:
        """Build a network with fresh weights, or with those of the model to start from."""
        return NucleiNetwork() if self.plan.start is None else load_segmenter(self.plan.start)[0]

    def finish_steps(self, session: Session[NucleiLesson, Segmenter]) -> Task[Segmenter]:
        """Find out how sure the best network may be, and write its record."""
        yield Step(0, 0, "Learning how sure it may be")
        plan, network = self.plan, session.best_network
        spared = [example.picture for example in self.examples.stop]
        confidence = fit_confidence(Eye(network, session.runtime), spared, self.card.confidence)
        record = make_record(
            "train-segmenter",
            plan.options,
            plan.files,
            **plan.hashes,
            split=plan.split(),
            stop_by="image" if plan.stop else "quadrant" if spared else "nothing",
            warnings=self.examples.warnings,
            **session.describe(),
        )
        return Segmenter(network.cpu(), self.card.change(confidence=confidence, record=record))
