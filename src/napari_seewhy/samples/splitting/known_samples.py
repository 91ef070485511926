"""The samples whose class is known: all that a split shares out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.samples.targeting import count_classes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.samples.splitting.options import SplitOptions


@dataclass(frozen=True, slots=True, eq=False)
class KnownSamples:
    """The samples whose class is known, among all.

    Attributes
    ----------
    all_target, all_group
        ``(N,)`` of all samples.
    classes
        Names of the classes.
    rows
        ``(n,)`` which samples are meant here, ascending.
    unit
        ``(n,)`` number of what is kept whole: of each sample's group, or of the sample itself.
    """

    all_target: NDArray[np.int64]
    all_group: NDArray[np.object_]
    classes: tuple[str, ...]
    rows: NDArray[np.int64]
    unit: NDArray[np.int64]

    @property
    def target(self) -> NDArray[np.int64]:
        """``(n,)`` classes of these samples."""
        return self.all_target[self.rows]

    @property
    def n_units(self) -> int:
        """Number of groups, or of samples where each stands for itself."""
        return len(np.unique(self.unit))

    def take(self, places: NDArray[np.int64]) -> KnownSamples:
        """Return some of these samples alone."""
        return replace(self, rows=self.rows[places], unit=self.unit[places])

    def check_units(self, n_wanted: int) -> None:
        """Refuse fewer groups (or samples) than are wanted.

        Raises
        ------
        DataError
            If there are fewer.
        """
        if self.n_units < n_wanted:
            raise DataError(
                f"The samples that have a class are of {self.n_units} "
                f"group{'s' if self.n_units != 1 else ''}, and {n_wanted} or more are wanted; add "
                "samples of another field, well or day, or split by sample."
            )


def find_known(
    target: ArrayLike, group: ArrayLike, options: SplitOptions, classes: Sequence[str]
) -> KnownSamples:
    """Find the samples whose class is known, refuse those that no network can learn from.

    Parameters
    ----------
    target, group, options, classes
        As in `split_samples`.

    Raises
    ------
    DataError
        If no target is known, there is one class only, or a class has no or one sample.
    """
    targets, groups = np.asarray(target, np.int64), np.asarray(group, object)
    if targets.shape != groups.shape or targets.ndim != 1:
        raise DataError(
            f"There are {targets.size} targets and {groups.size} groups; give each sample one of "
            "both."
        )
    _check_classes(targets, classes)
    rows = np.flatnonzero(targets >= 0)
    unit = np.arange(len(rows))
    if options.by == "group":
        unit = np.unique(groups[rows].astype(str), return_inverse=True)[1]
    return KnownSamples(targets, groups, tuple(classes), rows, unit)


def _check_classes(target: NDArray[np.int64], classes: Sequence[str]) -> None:
    balance = count_classes(target, classes)
    if not balance.n_known:
        raise DataError(
            f"None of the {len(target)} samples has a class; say what they show, by a marker, a "
            "table or by hand."
        )
    if balance.n_known == balance.counts[balance.majority]:
        raise DataError(
            f"All samples that have a class are {balance.majority}; a network needs two classes."
        )
    rare = [f"{name} ({n})" for name, n in balance.counts.items() if n < 2]
    if rare:
        raise DataError(
            f"There are too few samples of {', '.join(rare)}; two or more are wanted of each "
            "class: add some, merge the class with another, or leave it out."
        )
