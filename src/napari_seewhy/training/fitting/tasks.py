"""What windows have the child process do with networks.

A window must not import torch, so these functions import what needs it when they run, which is in
the child.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from itertools import chain, count
from typing import TYPE_CHECKING, Generic

from napari_seewhy.errors import SeewhyWarning
from napari_seewhy.files import remove_file
from napari_seewhy.models.cards import CardT
from napari_seewhy.models.files import SUFFIX, ModelLibrary, load_model, save_network, user_folder
from napari_seewhy.models.networks import NetworkOptions
from napari_seewhy.models.running import PredictOptions
from napari_seewhy.samples.annotating import Proposals, open_annotated
from napari_seewhy.samples.storing import SampleSet
from napari_seewhy.training.fitting.options import TrainOptions
from napari_seewhy.training.learning import check_same, checkpoint_path, load_checkpoint

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from napari_seewhy.models.files import Model
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.splitting import Split
    from napari_seewhy.samples.targeting import ClassMap
    from napari_seewhy.training.judging import Evaluation


UNFINISHED = "unfinished"
"""Folder in the library in which a model stands until it is trained and judged."""


@dataclass(frozen=True, slots=True)
class StoredModel(Generic[CardT]):
    """A model that is in the library now.

    Attributes
    ----------
    path
        Its file.
    card
        What the file says of it: its figures, and how it was trained.
    """

    path: Path
    card: CardT

    @property
    def history(self) -> list[dict[str, float]]:
        """One entry per epoch: ``loss``, ``stop_loss``, and a metric such as ``stop_pearson``."""
        return list(self.card.record["results"]["history"])

    @property
    def best_epoch(self) -> int:
        """Epoch whose weights it has, from 1."""
        return int(self.card.record["results"]["best_epoch"])


class LibraryJob:
    """A training of a model of the library, as a person planned it.

    Attributes
    ----------
    name
        Of the model in the library.
    library
        Folder of the library.
    """

    __slots__ = ()
    name: str
    library: Path

    @property
    def place(self) -> Path:
        """Where the finished model should stand.

        Raises
        ------
        OptionError
            If the name cannot be one of a model.
        """
        return ModelLibrary(self.library).place_of(self.name)

    @property
    def unfinished(self) -> Path:
        """Where the model stands until it is finished, its checkpoint beside it."""
        return self.place.parent / UNFINISHED / f"{self.name}{SUFFIX}"

    @property
    def can_go_on(self) -> bool:
        """Whether a training of this name was stopped, so that its best network is kept."""
        return checkpoint_path(self.unfinished).exists()

    def store(self, network: nn.Module, card: CardT) -> StoredModel[CardT]:
        """Put a finished network into the library, and remove what stood for it until now."""
        save_network(self.place, network, card)
        remove_file(self.unfinished)
        return StoredModel(self.place, card)


def free_name(stem: str, library: Path | None = None) -> str:
    """Return a name that no model of the library has yet: `stem`, or with a number behind it.

    Examples
    --------
    >>> from pathlib import Path
    >>> free_name("jurkat", Path("nowhere"))
    'jurkat'
    """
    models = ModelLibrary(library)
    names = chain([stem], (f"{stem} {number}" for number in count(2)))
    return next(name for name in names if not (models.folder / f"{name}{SUFFIX}").exists())


@dataclass(frozen=True, slots=True, eq=False)
class TrainJob(LibraryJob):
    """One training, as a person planned it.

    Attributes
    ----------
    samples
        The sample set.
    name
        Of the model in the library.
    split
        Rows to train on, to stop by, and to report on.
    channels
        Names of the channels to learn from.
    classes
        How classes are merged, renamed and left out.
    network, options
        Which network, and how it is trained.
    library
        Folder of the library, that of the person if not given.
    """

    samples: Path
    name: str
    split: Split
    channels: tuple[str, ...]
    classes: ClassMap
    network: NetworkOptions = field(default_factory=NetworkOptions)
    options: TrainOptions = field(default_factory=TrainOptions)
    library: Path = field(default_factory=user_folder)


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A model that is in the library now.

    Attributes
    ----------
    path
        Its file.
    evaluation
        How good it is.
    history
        One entry per epoch: ``loss``, ``stop_loss``, ``stop_balanced_accuracy``.
    best_epoch
        Epoch whose weights it has, from 1.
    page
        The same as a page for the browser.
    """

    path: Path
    evaluation: Evaluation
    history: list[dict[str, float]]
    best_epoch: int
    page: Path


def train_steps(job: TrainJob, *, resume: bool = False) -> Task[Trained]:
    """Train and judge a network; it enters the library at the very end.

    Parameters
    ----------
    job
        What to train.
    resume
        Whether to continue from the checkpoint of a training that was stopped.

    Raises
    ------
    SeewhyError
        As `fit` and `evaluate` do.
    """
    from napari_seewhy.training.fitting.fit import fit_steps

    model = yield from fit_steps(
        job.samples,
        job.network,
        job.options,
        job.split,
        out=job.unfinished,
        channels=job.channels,
        classes=job.classes,
        resume=resume,
    )
    return (yield from _report_steps(job, model))


def finish_early_steps(job: TrainJob) -> Task[Trained]:
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
    from napari_seewhy.training.fitting.course import ClassCourse
    from napari_seewhy.training.fitting.question import pose_question_steps
    from napari_seewhy.training.learning import keep_nothing

    place = checkpoint_path(job.unfinished)
    checkpoint = load_checkpoint(place)
    with open_annotated(job.samples) as samples:
        question = yield from pose_question_steps(
            samples, job.network, job.split, job.channels, job.classes, name=job.name
        )
        check_same(place, checkpoint.about, question.describe(job.options))
        # As if it had been planned to end here.
        options = job.options.change(epochs=len(checkpoint.state["history"]))
        model = yield from ClassCourse(question, options).open(checkpoint).steps(keep_nothing)
    return (yield from _report_steps(job, model))


def _report_steps(job: TrainJob, model: Model) -> Task[Trained]:
    """Judge a model on its report set, put both into the library, and clear up."""
    from napari_seewhy.training.judging import EvaluateOptions
    from napari_seewhy.training.reporting import report_paths, report_steps

    page = report_paths(job.place)[1]
    options = EvaluateOptions(device=job.options.device, precision=job.options.precision)
    with open_annotated(job.samples) as samples:
        reported = yield from report_steps(model, samples, job.place, options, classes=job.classes)
    for path in (job.unfinished, checkpoint_path(job.unfinished)):
        remove_file(path)
    results = reported.model.card.record["results"]
    return Trained(
        path=job.place,
        evaluation=reported.evaluation,
        history=results["history"],
        best_epoch=results["best_epoch"],
        page=page,
    )


def propose_steps(
    model_path: Path, samples_path: Path, options: PredictOptions | None = None
) -> Task[Proposals]:
    """Say of every sample what a model takes it for.

    Samples that differ from those of the training are adapted where that can be done, and a
    warning says so.

    Parameters
    ----------
    model_path, samples_path
        The model and the sample set.
    options
        Device, precision, batch size.

    Raises
    ------
    DataError
        If the model refuses the samples; the reasons are said.
    FileError
        If a file cannot be read.
    """
    from napari_seewhy.models.preflight import AdaptedSamples, check_fit, gather_facts_steps
    from napari_seewhy.models.running import predict_steps

    model = load_model(model_path)
    with SampleSet(samples_path) as samples:
        facts = yield from gather_facts_steps(samples)
        preflight = check_fit(model.card, facts)
        adaptation = preflight.check()
        if preflight.level == "amber":
            warnings.warn(preflight.describe(), SeewhyWarning, stacklevel=1)
        with AdaptedSamples(samples, model.card, adaptation) as adapted:
            probability = yield from predict_steps(model, adapted, options or PredictOptions())
    return Proposals(model.card.classes, probability)
