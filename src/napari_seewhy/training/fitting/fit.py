"""Fit: train a network on samples and give back a model that describes itself."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from napari_seewhy.models.files import load_model
from napari_seewhy.progress import blocking
from napari_seewhy.samples.annotating import open_annotated
from napari_seewhy.samples.storing import SampleSet
from napari_seewhy.training.fitting.course import ClassCourse
from napari_seewhy.training.fitting.question import pose_question_steps
from napari_seewhy.training.learning import train_to_file_steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from napari_seewhy.models.files import Model
    from napari_seewhy.models.networks import NetworkOptions
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.splitting import Split
    from napari_seewhy.samples.targeting import ClassMap
    from napari_seewhy.training.fitting.options import TrainOptions


def fit_steps(  # noqa: PLR0913  (what, with what, how, on which rows, and where to)
    samples: SampleSet | Path | str,
    network: NetworkOptions,
    options: TrainOptions,
    split: Split,
    *,
    out: Path,
    channels: Sequence[str] | None = None,
    classes: ClassMap | None = None,
    resume: bool = False,
    place: Path | None = None,
) -> Task[Model]:
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
        Model file to write. While training, ``<out>.checkpoint`` stands beside it, rewritten
        after every epoch; it stays when the training is stopped or killed.
    channels
        Names of the channels to train on; None takes all.
    classes
        How to merge and rename classes; None takes them as they are.
    resume
        Whether to continue from an existing checkpoint. In float32 on the CPU the weights
        are then, to the last bit, those of a training that was never stopped.
    place
        Where the model is written instead of to `out`; None for `out`.

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
    with _opening(samples) as opened:
        prepare = partial(
            _prepare_steps, opened, network, options, split, channels, classes, Path(out).stem
        )
        return (
            yield from train_to_file_steps(
                prepare,
                out=Path(out),
                place=place,
                load=load_model,
                n_devices=options.n_devices,
                resume=resume,
            )
        )


fit = blocking(fit_steps)


def _prepare_steps(
    samples: SampleSet,
    network: NetworkOptions,
    options: TrainOptions,
    split: Split,
    channels: Sequence[str] | None,
    classes: ClassMap | None,
    name: str,
) -> Task[ClassCourse]:
    question = yield from pose_question_steps(samples, network, split, channels, classes, name=name)
    return ClassCourse(question, options)


@contextlib.contextmanager
def _opening(samples: SampleSet | Path | str) -> Iterator[SampleSet]:
    """Open a file of samples for a while, or leave an open sample set as it is."""
    if isinstance(samples, SampleSet):
        yield samples
    else:
        with open_annotated(samples) as opened:
            yield opened
