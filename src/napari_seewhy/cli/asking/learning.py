"""What `train` and `tune` share: which channels and classes, the split, what is said before."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cyclopts import Group, Parameter

from napari_seewhy.batch import gather_warnings
from napari_seewhy.cli.telling import Reporting, flags
from napari_seewhy.files import check_output
from napari_seewhy.models.files import SUFFIX
from napari_seewhy.progress import Step, Task, finish
from napari_seewhy.samples.splitting import Split, SplitOptions, split_samples
from napari_seewhy.samples.storing import SampleSet, find_channels
from napari_seewhy.samples.targeting import (
    ClassBalance,
    ClassMap,
    apply_class_map,
    count_classes,
    parse_classes,
)
from napari_seewhy.training.learning import TrainStep

if TYPE_CHECKING:
    from napari_seewhy.training.judging import Evaluation

T = TypeVar("T")

SPLIT_FLAGS = flags("Splitting", sort_key=30, names={"by": "split-by", "seed": "split-seed"})
_WHAT = Group("What is learned", sort_key=1)


@Parameter(name="*", group=_WHAT)
@dataclass(frozen=True)
class Subject:
    """What is learned of the samples.

    Attributes
    ----------
    channels
        Channels to learn from, such as DNA,Golgi; all if not given.
    classes
        Classes: "G1/S=G1,S; G2=G2" merges and renames, classes that are not named are
        left out. All as they are if not given.
    """

    channels: tuple[str, ...] = ()
    classes: str = ""


DEFAULT_SUBJECT = Subject()


@dataclass(frozen=True)
class ChosenSamples:
    """What is learned from which samples, as it is said before it begins.

    Attributes
    ----------
    channels
        Names of the channels, None for all.
    class_map
        How classes are merged and renamed, None for as they are.
    balance
        How many samples there are of each class.
    split
        Which samples are learned from, stopped by and reported on.
    """

    channels: tuple[str, ...] | None
    class_map: ClassMap | None
    balance: ClassBalance
    split: Split

    def describe(self) -> str:
        """Say what is to be known before training: classes, baseline, split."""
        return f"{self.balance.describe()}\n\n{self.split.summary().to_string()}\n"

    def to_json(self) -> dict[str, Any]:
        """Say the same as plain values."""
        counts = self.split.summary().to_dict("index")
        return {
            "classes": dict(self.balance.counts),
            "n_unknown": self.balance.n_unknown,
            "majority": self.balance.majority,
            "baseline": self.balance.baseline,
            "split": {str(part): {**columns} for part, columns in counts.items()},
        }


def choose_samples(samples: SampleSet, subject: Subject, splitting: SplitOptions) -> ChosenSamples:
    """Find the channels, count the classes and split the samples.

    Raises
    ------
    DataError
        If there is no such channel or class, or the samples cannot be learned from.
    OptionError
        If the classes cannot be read.
    """
    channels = tuple(_read_names(",".join(subject.channels))) or None
    find_channels(samples.channels, channels or ())
    class_map = parse_classes(subject.classes) if subject.classes else None
    target, classes = samples.target, samples.classes
    if class_map is not None:
        target, classes = apply_class_map(target, classes, class_map)
    balance = count_classes(target, classes)
    split = split_samples(target, samples.group, splitting, classes=classes)
    return ChosenSamples(channels, class_map, balance, split)


def run_learning(task: Task[T], chosen: ChosenSamples, reporting: Reporting) -> T:
    """Say what is to be known before training, train, and show live how it goes."""
    reporting.say(chosen.describe())
    for sentence in chosen.split.warnings:
        reporting.warn(f"Warning: {sentence}")
    with gather_warnings() as sentences, reporting.progress() as bar:
        result = finish(task, lambda step: bar.step(with_figures(step)))
    for sentence in sentences:
        reporting.warn(f"Warning: {sentence}")
    return result


def check_model_path(out: Path) -> Path:
    """Return the absolute path of a model to write.

    Raises
    ------
    OptionError
        If it can be none; better now than after an hour's work.
    """
    return check_output(out, SUFFIX)


def with_figures(step: Step) -> Step:
    """Put the live figures of a training into what is shown of its step."""
    return replace(step, message=", ".join([step.message, *_figures(step)]))


def describe_report(evaluation: "Evaluation", out: Path) -> str:
    """Say how good a new model is, and where all of it stands."""
    from napari_seewhy.training.reporting import report_paths

    beside = ", ".join(str(path) for path in report_paths(out))
    return f"{evaluation.describe()}\n\nModel: {out}\nEvaluation: {beside}"


def _figures(step: Step) -> Iterator[str]:
    if not isinstance(step, TrainStep):
        return
    if isfinite(step.loss):
        yield f"loss {step.loss:.3f}"
    # The most telling first: a narrow terminal cuts the rest off.
    if isfinite(step.stop_metric):
        yield f"{step.metric.replace('_', ' ')} {step.stop_metric:.3f}"
    if isfinite(step.stop_loss):
        yield f"stop loss {step.stop_loss:.3f}"


def _read_names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
