"""Fit: train a network on samples and give back a model that describes itself."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from napari_seewhy.models.cards import ModelCard
from napari_seewhy.models.files import Model, load_model, save_model
from napari_seewhy.progress import Step, finish
from napari_seewhy.samples.storing import SampleSet
from napari_seewhy.training.fitting.question import pose_question_steps
from napari_seewhy.training.fitting.session import open_session
from napari_seewhy.training.learning import (
    Checkpoint,
    checkpoint_path,
    find_checkpoint,
    is_one_of_several,
    load_checkpoint,
    run_on_several_steps,
    save_checkpoint,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from napari_seewhy.models.networks import NetworkOptions
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.splitting import Split
    from napari_seewhy.samples.targeting import ClassMap
    from napari_seewhy.training.fitting.options import TrainOptions


def fit(  # noqa: PLR0913  (what, with what, how, on which rows, and where to)
    samples: SampleSet | Path | str,
    network: NetworkOptions,
    options: TrainOptions,
    split: Split,
    *,
    out: Path,
    channels: Sequence[str] | None = None,
    classes: ClassMap | None = None,
    resume: bool = False,
) -> Model:
    """Train a network on samples.

    Parameters
    ----------
    samples
        A sample set or its file.
    network
        Which network.
    options
        How it is trained.
    split
        Rows to train on, to stop by, and to report on; the last are not looked at.
    out
        Model file to write. While training, ``<out>.checkpoint`` stands beside it, written anew
        after every epoch; it stays when the training is stopped or killed.
    channels
        Names of the channels to train on; None takes all.
    classes
        How to merge and rename classes; None takes them as they are.
    resume
        Whether to go on from the checkpoint where there is one. In float32 on the CPU the weights
        are then, to the last bit, those of a training that was never stopped.

    Returns
    -------
    Model
        The network of the best epoch, calibrated on the stop set, with its record; also in `out`.

    Raises
    ------
    DataError
        If the samples cannot be learned from.
    OptionError
        If device or network are not there, or the checkpoint is of another training.
    FileError
        If a file cannot be read or written; the checkpoint before stays.
    TaskError
        If there is not enough memory for one sample.
    """
    task = fit_steps(
        samples,
        network,
        options,
        split,
        out=out,
        channels=channels,
        classes=classes,
        resume=resume,
    )
    return finish(task)


def fit_steps(  # noqa: PLR0913  (as `fit`)
    samples: SampleSet | Path | str,
    network: NetworkOptions,
    options: TrainOptions,
    split: Split,
    *,
    out: Path,
    channels: Sequence[str] | None = None,
    classes: ClassMap | None = None,
    resume: bool = False,
) -> Task[Model]:
    """Train as `fit` does, one `TrainStep` per batch; may be stopped at any of them."""
    out = Path(out)
    if options.n_devices > 1 and not is_one_of_several():
        path = samples.path if isinstance(samples, SampleSet) else Path(samples)
        task = partial(
            fit_steps,
            path,
            network,
            options,
            split,
            out=out,
            channels=channels,
            classes=classes,
            resume=resume,
        )
        yield from run_on_several_steps(task, options.n_devices)
        return load_model(out)
    with _opening(samples) as opened:
        question = yield from pose_question_steps(
            opened, network, split, channels, classes, name=out.stem
        )
        about = question.describe(options)
        session = open_session(question, options, find_checkpoint(out, about) if resume else None)
        yield Step(0, 0, session.learner.runtime.describe())

        def keep(checkpoint: Checkpoint) -> None:
            state = checkpoint.state | {"card": question.card.model_dump_json()}
            save_checkpoint(checkpoint_path(out), replace(checkpoint, state=state, about=about))

        model = yield from session.steps(keep)
    if session.is_first:
        save_model(out, model)
        checkpoint_path(out).unlink(missing_ok=True)
    return model


def load_best(out: Path) -> Model:
    """Return the best network so far of a training that was stopped; it is not calibrated.

    Parameters
    ----------
    out
        The model file that the training would have written.

    Raises
    ------
    FileError
        If there is no checkpoint, or it is damaged.
    """
    checkpoint = load_checkpoint(checkpoint_path(out))
    model = Model.from_card(ModelCard.model_validate_json(checkpoint.state["card"]))
    model.network.load_state_dict(checkpoint.best)
    return model


@contextlib.contextmanager
def _opening(samples: SampleSet | Path | str) -> Iterator[SampleSet]:
    """Open a file of samples for a while, or leave an open sample set as it is."""
    if isinstance(samples, SampleSet):
        yield samples
    else:
        with SampleSet(samples) as opened:
            yield opened
