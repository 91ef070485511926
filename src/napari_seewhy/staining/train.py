"""Train virtual staining on pairs of phase contrast and marker, with the loop of the house."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from napari_seewhy.errors import FileError, SeewhyWarning
from napari_seewhy.progress import Step, finish
from napari_seewhy.staining.stain_file import StainModel, load_stain, read_stain_card, save_stain
from napari_seewhy.staining.stain_plan import StainPlan, StainSource, plan_stain
from napari_seewhy.staining.stain_session import open_stain_session
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

    from napari_seewhy.progress import Task
    from napari_seewhy.staining.stain_field import StainField
    from napari_seewhy.staining.stain_options import StainOptions


def train_stain(
    fields: Sequence[StainField],
    options: StainOptions,
    *,
    out: Path,
    source: StainSource | None = None,
    resume: bool = False,
) -> StainModel:
    """Train a network to paint a virtual immunostaining.

    Parameters
    ----------
    fields
        Phase contrast with what the marker shows of it.
    options
        How it is trained.
    out
        Model file to write. While training, ``<out>.checkpoint`` stands beside it, written anew
        after every epoch; it stays when the training is stopped or killed.
    source
        Where the fields come from, for the card and the record.
    resume
        Whether to go on from the checkpoint where there is one. In float32 on the CPU the weights
        are then, to the last bit, those of a training that was never stopped.

    Returns
    -------
    StainModel
        The network of the best epoch and its card; also in `out`.

    Raises
    ------
    DataError
        If the fields cannot be learned from: no block is positive, channels differ ...
    OptionError
        If device or network are not there, or the checkpoint is of another training.
    FileError
        If a file cannot be read or written; the checkpoint before stays.
    TaskError
        If there is not enough memory for one window.
    """
    return finish(train_stain_steps(fields, options, out=out, source=source, resume=resume))


def train_stain_steps(
    fields: Sequence[StainField],
    options: StainOptions,
    *,
    out: Path,
    source: StainSource | None = None,
    resume: bool = False,
) -> Task[StainModel]:
    """Train as `train_stain` does, one `TrainStep` per batch; may be stopped at any of them."""
    out = Path(out)
    plan = plan_stain(fields, options, source)
    if options.n_devices > 1 and not is_one_of_several():
        task = partial(train_stain_steps, fields, options, out=out, source=source, resume=resume)
        yield from run_on_several_steps(task, options.n_devices)
        return load_stain(out)
    if resume and (finished := _find_finished(out, plan)):
        return finished
    if not plan.split.stop:
        warnings.warn(
            "Nothing is set aside to say when to stop, so the losses are those of what is learned "
            "from and say nothing of other fields.",
            SeewhyWarning,
            stacklevel=2,
        )
    yield Step(0, 0, "Making the fields ready")
    checkpoint = find_checkpoint(out, plan.describe()) if resume else None
    session = open_stain_session(plan, out.stem, checkpoint)
    yield Step(0, 0, session.learner.runtime.describe())

    def keep(made: Checkpoint) -> None:
        save_checkpoint(checkpoint_path(out), replace(made, about=plan.describe()))

    model = yield from session.steps(keep)
    if session.learner.is_first:
        save_stain(out, model)
        checkpoint_path(out).unlink(missing_ok=True)
    return model


def _find_finished(out: Path, plan: StainPlan) -> StainModel | None:
    """Return the model of this very training where it was finished before."""
    try:
        record = read_stain_card(out).record
    except FileError:
        return None
    is_same = (
        record.get("options") == plan.options.model_dump(mode="json")
        and plan.hashes.items() <= record.get("results", {}).items()
    )
    return load_stain(out) if is_same else None
