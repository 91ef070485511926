"""Classes: merging, renaming and leaving out, and how many samples there are of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.samples.storing import UNKNOWN
from napari_seewhy.samples.targeting.targets import NameTarget

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

_HINT = 'write it as "G1/S=G1,S; G2=G2": new name = its classes'


@dataclass(frozen=True, slots=True)
class ClassMap:
    """Which classes of the samples make up each class that a network should predict.

    Attributes
    ----------
    sources
        New name and the names that it gathers, in the order of the new classes. Classes that are
        not named are left out.

    Raises
    ------
    OptionError
        If there are fewer than two new classes, or a name stands twice.

    Examples
    --------
    >>> ClassMap({"early": ["G1", "S"], "late": ["G2"]}).to_text()
    'early=G1,S; late=G2'
    """

    sources: Mapping[str, Sequence[str]]

    def __post_init__(self) -> None:
        if len(self.sources) < 2:
            raise OptionError(
                f"The classes are {', '.join(self.sources) or 'none'}; a network needs two or more."
            )
        gathered = [name for names in self.sources.values() for name in names]
        twice = sorted({name for name in gathered if gathered.count(name) > 1})
        if twice:
            raise OptionError(f"{', '.join(twice)} is in two classes; name every class once.")

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the new classes, in order."""
        return tuple(self.sources)

    def to_text(self) -> str:
        """Write it as `parse_classes` reads it."""
        return "; ".join(f"{new}={','.join(old)}" for new, old in self.sources.items())


def parse_classes(text: str) -> ClassMap:
    """Read which classes to merge, rename or leave out, as a person types it.

    Parameters
    ----------
    text
        New classes parted by semicolons, each as ``new=old,old``; ``new`` alone keeps the class of
        that name as it is.

    Raises
    ------
    OptionError
        If it cannot be read so.

    Examples
    --------
    >>> parse_classes("G1/S=G1,S_phase; G2").sources
    {'G1/S': ('G1', 'S_phase'), 'G2': ('G2',)}
    """
    sources: dict[str, tuple[str, ...]] = {}
    for piece in filter(None, map(str.strip, text.split(";"))):
        new, is_given, old = (part.strip() for part in piece.partition("="))
        names = tuple(name.strip() for name in old.split(",")) if is_given else (new,)
        if not new or not all(names):
            raise OptionError(f"The classes hold {piece!r}, where a name is missing; {_HINT}.")
        if new in sources:
            raise OptionError(f"The new class {new} stands twice; {_HINT}.")
        sources[new] = names
    return ClassMap(sources)


def apply_class_map(
    target: NDArray[np.int64], classes: Sequence[str], class_map: ClassMap
) -> NameTarget:
    """Merge, rename and leave out classes; samples of those left out become unknown.

    Parameters
    ----------
    target
        ``(N,)`` places in `classes`, -1 where unknown.
    classes
        The classes of the samples.
    class_map
        Which of them make up each new class.

    Raises
    ------
    DataError
        If the samples have no such class.

    Examples
    --------
    >>> apply_class_map(np.array([0, 1, 2, -1]), ["G1", "S", "G2"], parse_classes("a=G1,S; b=G2"))
    NameTarget(target=array([ 0,  0,  1, -1]), classes=('a', 'b'))
    """
    new_of = {old: place for place, names in enumerate(class_map.sources.values()) for old in names}
    absent = [name for name in new_of if name not in classes]
    if absent:
        raise DataError(
            f"The samples have no class {', '.join(absent)}; their classes are "
            f"{', '.join(classes) or 'none'}."
        )
    # One place more than there are classes: -1 takes the last one, and unknown stays unknown.
    place = np.array([*(new_of.get(name, UNKNOWN) for name in classes), UNKNOWN], np.int64)
    return NameTarget(place[target], class_map.classes)


@dataclass(frozen=True, slots=True)
class ClassBalance:
    """How many samples there are of each class; to be read before training.

    Attributes
    ----------
    counts
        Class -> number of samples, in the order of the classes.
    n_unknown
        Samples without a class; they are neither learned from nor reported on.
    """

    counts: Mapping[str, int]
    n_unknown: int

    @property
    def n_known(self) -> int:
        """Number of samples that have a class."""
        return sum(self.counts.values())

    @property
    def majority(self) -> str:
        """The most frequent class; the first of several."""
        return max(self.counts, key=self.counts.__getitem__)

    @property
    def baseline(self) -> float:
        """Share of right answers of who always names the most frequent class; 0 without samples."""
        return self.counts[self.majority] / self.n_known if self.n_known else 0.0

    @property
    def imbalance(self) -> float:
        """Samples of the most frequent class per sample of the rarest; infinite if it has none."""
        rarest = min(self.counts.values())
        return self.counts[self.majority] / rarest if rarest else float("inf")

    def describe(self) -> str:
        """Say it in words.

        Examples
        --------
        >>> print(count_classes([0, 0, 0, 1, -1], ["G1", "G2"]).describe())
        G1 3, G2 1, unknown 1. Always saying G1 would be right in 75 % of the samples; the most \
frequent class has 3.0 times the samples of the rarest.
        """
        counts = ", ".join(f"{name} {n}" for name, n in self.counts.items())
        unknown = f", unknown {self.n_unknown}" if self.n_unknown else ""
        empty = [name for name, n in self.counts.items() if not n]
        if empty:
            return f"{counts}{unknown}. No sample is of class {', '.join(empty)}."
        return (
            f"{counts}{unknown}. Always saying {self.majority} would be right in "
            f"{100 * self.baseline:.0f} % of the samples; the most frequent class has "
            f"{self.imbalance:.1f} times the samples of the rarest."
        )


def count_classes(target: ArrayLike, classes: Sequence[str]) -> ClassBalance:
    """Count the samples of each class, before training.

    Parameters
    ----------
    target
        ``(N,)`` places in `classes`, -1 where unknown.
    classes
        Names of the classes.

    Raises
    ------
    DataError
        If there are no classes.
    """
    if not classes:
        raise DataError("The samples have no classes; say what they show, by a marker or a table.")
    numbers = np.bincount(np.asarray(target, np.int64) + 1, minlength=len(classes) + 1)
    counts = dict(zip(classes, map(int, numbers[1:]), strict=True))
    return ClassBalance(counts, int(numbers[0]))
