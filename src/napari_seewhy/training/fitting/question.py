"""`Question`: what a training asks of a sample set: which rows, channels and classes."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.files import hash_file
from napari_seewhy.models.cards import ModelCard
from napari_seewhy.models.preflight import gather_facts_steps
from napari_seewhy.samples.storing import PixelSource
from napari_seewhy.samples.targeting import apply_class_map

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.models.networks import NetworkOptions
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.splitting import Split
    from napari_seewhy.samples.storing import SampleSet
    from napari_seewhy.samples.targeting import ClassMap
    from napari_seewhy.training.fitting.options import TrainOptions


CONSTANT = "constant_channels"
"""Entry of a card's samples: channels that were left out because they are the same everywhere."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is asked of which samples.

    Attributes
    ----------
    source
        Where pixels are read, in the channels of the card.
    target
        ``(N,)`` classes of all samples, merged and renamed as asked for; -1 = unknown.
    split
        Rows to train on, to stop by, and to report on.
    card
        The card of the model to be, without its training.
    """

    source: PixelSource
    target: NDArray[np.int64]
    split: Split
    card: ModelCard

    def describe(self, options: TrainOptions) -> dict[str, Any]:
        """Say what is trained with what, as JSON: two trainings that say the same are the same."""
        rows = np.concatenate([self.split.train, [-1], self.split.stop]).astype("<i8")
        return {
            "samples": hash_file(self.source.path),
            **self._describe_annotations(),
            "rows": hashlib.sha256(rows.tobytes()).hexdigest(),
            "channels": list(self.card.channel_names),
            "classes": list(self.card.classes),
            **self.card.network.model_dump(mode="json"),
            **options.model_dump(mode="json"),
        }

    def _describe_annotations(self) -> dict[str, str]:
        """Return nothing where there are none, as in checkpoints from before they counted."""
        _, *annotations = self.source.sources
        return {"annotations": hash_file(annotations[0])} if annotations else {}


def pose_question_steps(
    samples: SampleSet,
    network: NetworkOptions,
    split: Split,
    channels: Sequence[str] | None = None,
    classes: ClassMap | None = None,
    *,
    name: str = "model",
) -> Task[Question]:
    """Check that samples can be learned from, and measure their channels.

    Parameters
    ----------
    samples
        Open sample set.
    network
        Which network will learn.
    split
        Its rows; none may be of an unknown class.
    channels
        Names of the channels; None takes all.
    classes
        How to merge and rename classes; None takes them as they are.
    name
        Name of the model to be.

    Raises
    ------
    DataError
        If a part of the split is empty, holds samples of unknown class or one class only, or the
        pixels do not do.

    Warns
    -----
    SeewhyWarning
        If a channel is the same everywhere and is left out.
    """
    target, names = samples.target, samples.classes
    if classes is not None:
        target, names = apply_class_map(target, names, classes)
    for part, rows in (("training", split.train), ("stop", split.stop)):
        _check_part(part, target[rows])
    # Of the training samples alone: the others must not be looked at.
    facts = yield from gather_facts_steps(samples, split.train, channels)
    constant = [channel.name for channel in facts.channels if channel.is_empty]
    told = _tell_making(samples)
    if 0 < len(constant) < len(facts.channels):
        _warn_constant(constant)
        told[CONSTANT] = constant
        channels = [name for name in facts.channel_names if name not in constant]
        facts = facts.keep(channels)
    card = ModelCard(
        name=name,
        network=network,
        classes=names,
        samples=told,
        **facts.to_card_fields(),
    )
    return Question(PixelSource(samples, channels), target, split, card)


def _warn_constant(names: Sequence[str]) -> None:
    """Say which channels cannot be learned from, and that the others can."""
    are = "channels {} are" if len(names) > 1 else "channel {} is"
    warnings.warn(
        f"The {are.format(', '.join(names))} the same everywhere in the training samples, so there "
        "is nothing to learn; the model does without.",
        SeewhyWarning,
        stacklevel=3,
    )


def _tell_making(samples: SampleSet) -> dict[str, Any]:
    """Say how samples were made, so that those to come can be made alike."""
    options = samples.record.get("options", {})
    told = {"verb": samples.record.get("verb"), "crop": options.get("crop")}
    return {key: value for key, value in told.items() if value}


def _check_part(part: str, target: NDArray[np.int64]) -> None:
    n_classes = len(np.unique(target[target >= 0]))
    if n_classes < 2:
        raise DataError(
            f"The {part} samples are of {n_classes} known class{'es' * (n_classes != 1)}; wanted "
            "two or more."
        )
    if (target < 0).any():
        raise DataError(
            f"{np.count_nonzero(target < 0)} of the {part} samples are of unknown class; split the "
            "samples again with the classes that are trained."
        )
