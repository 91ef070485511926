"""`Split`: the samples to learn from, to stop by and to report on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

Unit = Literal["group", "sample"]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Which samples are learned from, which say when to stop, which are reported on.

    Attributes
    ----------
    train, stop, report
        Rows of the sample set, int64, ascending. Samples without a class are in none.
    target
        ``(N,)`` places in `classes` of all samples, -1 where unknown.
    group
        ``(N,)`` groups of all samples.
    classes
        Names of the classes.
    report_by
        What is whole on one side of the report set: a "group", or only a "sample".
    stop_by
        The same between the sets to learn from and to stop by.
    warnings
        Sentences for the person who reads the figures.
    """

    train: NDArray[np.int64]
    stop: NDArray[np.int64]
    report: NDArray[np.int64]
    target: NDArray[np.int64]
    group: NDArray[np.object_]
    classes: tuple[str, ...]
    report_by: Unit = "group"
    stop_by: Unit = "group"
    warnings: tuple[str, ...] = ()

    @property
    def parts(self) -> dict[str, NDArray[np.int64]]:
        """The three sets by name."""
        return {"train": self.train, "stop": self.stop, "report": self.report}

    def count_classes(self) -> NDArray[np.int64]:
        """Count the samples of each class in each set: ``(3, K)``, in the order of `parts`."""
        n_classes = len(self.classes)
        return np.array(
            [np.bincount(self.target[rows], minlength=n_classes) for rows in self.parts.values()]
        )

    def summary(self) -> pd.DataFrame:
        """Count samples, groups and classes in each set.

        Returns
        -------
        DataFrame
            Rows ``train``, ``stop``, ``report``; columns ``n_samples``, ``n_groups`` and one per
            class.
        """
        import pandas as pd

        counts = self.count_classes()
        n_groups = [len(set(self.group[rows])) for rows in self.parts.values()]
        return pd.DataFrame(
            np.column_stack([counts.sum(axis=1), n_groups, counts]),
            index=pd.Index(self.parts, name="set"),
            columns=["n_samples", "n_groups", *self.classes],
        )
