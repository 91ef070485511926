"""Plan: what a training would learn from, to be seen before it begins. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from napari_seewhy.errors import SeewhyError
from napari_seewhy.samples.annotating import open_annotated
from napari_seewhy.samples.splitting import Split, split_samples
from napari_seewhy.samples.targeting import ClassBalance, ClassMap, apply_class_map, count_classes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.samples.splitting import SplitOptions


@dataclass(frozen=True, slots=True, eq=False)
class SampleOverview:
    """What a plan needs to know of a sample set; its file is closed again.

    Attributes
    ----------
    path
        The file.
    channels, classes
        Names.
    target, group
        ``(N,)`` as in the file.
    size_px
        Height and width of a sample.
    """

    path: Path
    channels: tuple[str, ...]
    classes: tuple[str, ...]
    target: NDArray[np.int64]
    group: NDArray[np.object_]
    size_px: tuple[int, int]

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Look into a sample set.

        Raises
        ------
        FileError
            If it cannot be read.
        """
        with open_annotated(path) as samples:
            height, width = samples.pixels.shape[2:]
            return cls(
                path=samples.path,
                channels=samples.channels,
                classes=samples.classes,
                target=samples.target,
                group=samples.group,
                size_px=(height, width),
            )

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return len(set(self.group))

    def count(self, name: str) -> int:
        """Count the samples of a class."""
        return int(np.count_nonzero(self.target == self.classes.index(name)))

    def describe(self) -> str:
        """Say it in one line: "300 samples of 64 x 64 px in 4 groups"."""
        height, width = self.size_px
        groups = f"{self.n_groups:,} group{'' if self.n_groups == 1 else 's'}"
        return f"{len(self.target):,} samples of {height} x {width} px in {groups}"


@dataclass(frozen=True, slots=True, eq=False)
class TrainingPlan:
    """What a training would learn from.

    Attributes
    ----------
    classes
        How classes are merged, renamed and left out; None where they cannot be.
    balance
        Samples of each class; None where there are no classes.
    split
        The three sets; None where there is a problem.
    problem
        Why nothing can be learned so, in a sentence; "" where all is well.
    """

    classes: ClassMap | None
    balance: ClassBalance | None
    split: Split | None
    problem: str = ""


def plan_training(
    samples: SampleOverview, new_names: Mapping[str, str], options: SplitOptions
) -> TrainingPlan:
    """Work out what a training would learn from; a problem is said, not raised.

    Parameters
    ----------
    samples
        The sample set.
    new_names
        Class of the sample set -> what it becomes; classes of one new name are merged, those with
        an empty name are left out.
    options
        How the samples are split.
    """
    classes, balance = None, None
    try:
        classes = gather_classes(new_names)
        target, names = apply_class_map(samples.target, samples.classes, classes)
        balance = count_classes(target, names)
        split = split_samples(target, samples.group, options, classes=names)
    except SeewhyError as error:
        return TrainingPlan(classes, balance, None, str(error))
    return TrainingPlan(classes, balance, split)


def gather_classes(new_names: Mapping[str, str]) -> ClassMap:
    """Gather the classes that get the same new name.

    Raises
    ------
    OptionError
        If fewer than two are left.

    Examples
    --------
    >>> gather_classes({"G1": "G1/S", "S": "G1/S", "G2": "G2", "M": ""}).to_text()
    'G1/S=G1,S; G2=G2'
    """
    sources: dict[str, Sequence[str]] = {}
    for old, new in new_names.items():
        if new:
            sources[new] = [*sources.get(new, ()), old]
    return ClassMap(sources)
