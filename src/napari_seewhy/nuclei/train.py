"""Train a segmenter on images and labels, with the loop that trains classifiers too."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from napari_seewhy.errors import FileError, SeewhyWarning
from napari_seewhy.models.cards import SegmenterCard
from napari_seewhy.nuclei.card import describe_examples
from napari_seewhy.nuclei.examples import read_examples_steps
from napari_seewhy.nuclei.nuclei_file import load_segmenter, read_segmenter_card, save_segmenter
from napari_seewhy.nuclei.train_plan import plan_training
from napari_seewhy.nuclei.train_session import NucleiSession, Segmenter, open_nuclei_session
from napari_seewhy.progress import Step, finish
from napari_seewhy.training.learning import (
    Checkpoint,
    checkpoint_path,
    find_checkpoint,
    is_one_of_several,
    run_on_several_steps,
    save_checkpoint,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.nuclei.pairs import Pair
    from napari_seewhy.nuclei.train_options import SegmenterOptions
    from napari_seewhy.nuclei.train_plan import TrainPlan
    from napari_seewhy.progress import Task


def train_segmenter(
    pairs: Sequence[Pair],
    options: SegmenterOptions,
    *,
    out: Path,
    start: Path | None = None,
    resume: bool = False,
) -> Segmenter:
    """Train a network to find nuclei.

    Parameters
    ----------
    pairs
        Images and labels, in the order in which some are held out.
    options
        How it is trained.
    out
        Model file to write. While training, ``<out>.checkpoint`` stands beside it, written anew
        after every epoch; it stays when the training is stopped or killed.
    start
        Model that is trained further; it is left as it is. None begins with fresh weights.
    resume
        Whether to go on from the checkpoint where there is one. In float32 on the CPU the weights
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
    return finish(train_segmenter_steps(pairs, options, out=out, start=start, resume=resume))


def train_segmenter_steps(
    pairs: Sequence[Pair],
    options: SegmenterOptions,
    *,
    out: Path,
    start: Path | None = None,
    resume: bool = False,
) -> Task[Segmenter]:
    """Train as `train_segmenter` does, one `TrainStep` per batch; may be stopped at any of them."""
    out = Path(out)
    if options.n_devices > 1 and not is_one_of_several():
        task = partial(train_segmenter_steps, pairs, options, out=out, start=start, resume=resume)
        yield from run_on_several_steps(task, options.n_devices)
        return Segmenter(*load_segmenter(out))
    plan = plan_training(pairs, options, start)
    if resume and (finished := _find_finished(out, plan)):
        return finished
    session = yield from _open_steps(plan, out, resume=resume)
    yield Step(0, 0, session.learner.runtime.describe())

    def keep(checkpoint: Checkpoint) -> None:
        save_checkpoint(checkpoint_path(out), replace(checkpoint, about=plan.describe()))

    segmenter = yield from session.steps(keep)
    if session.learner.is_first:
        save_segmenter(out, *segmenter)
        checkpoint_path(out).unlink(missing_ok=True)
    return segmenter


def _open_steps(plan: TrainPlan, out: Path, *, resume: bool) -> Task[NucleiSession]:
    """Read the images and make everything ready."""
    checkpoint = find_checkpoint(out, plan.describe()) if resume else None
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
        # Stays where the images hold too few mistakes to find it anew.
        known["confidence"] = read_segmenter_card(plan.start).confidence
    card = SegmenterCard(name=out.stem, data=options.data, licence=options.licence, **known)
    return open_nuclei_session(plan, examples, card, checkpoint)


def _find_finished(out: Path, plan: TrainPlan) -> Segmenter | None:
    """Return the model of this very training where it was finished before."""
    try:
        record = read_segmenter_card(out).record
    except FileError:
        return None
    is_same = (
        record.get("options") == plan.options.model_dump(mode="json")
        and plan.hashes.items() <= record.get("results", {}).items()
    )
    return Segmenter(*load_segmenter(out)) if is_same else None
