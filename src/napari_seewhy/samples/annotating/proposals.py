"""Proposals: the predictions of a model for samples, and the order in which to review them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Order: TypeAlias = Literal["file", "uncertain", "doubtful"]
"""As in the file; those first of which the model is least sure; those first whose known class the
model finds least probable, which are often wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class Proposals:
    """The predictions of a model for every sample of a set.

    Attributes
    ----------
    classes
        K classes of the model.
    probability
        ``(N, K)``, rows sum to 1.
    """

    classes: tuple[str, ...]
    probability: NDArray[np.float32]

    def name(self, row: int) -> str:
        """Return the class that the model proposes for a sample."""
        return self.classes[int(self.probability[row].argmax())]

    def confidence(self, row: int) -> float:
        """Return how probable the model finds that class, 0 to 1."""
        return float(self.probability[row].max())

    @property
    def margin(self) -> NDArray[np.float32]:
        """How much more probable the first class is than the second: ``(N,)``, 0 = undecided.

        The smallest margin first is "margin sampling" (Settles 2009, Active Learning Literature
        Survey, section 3.1).
        """
        two = np.sort(self.probability, axis=1)[:, -2:]
        margin: NDArray[np.float32] = two[:, 1] - two[:, 0]
        return margin

    def belief(self, target: NDArray[np.int64], classes: Sequence[str]) -> NDArray[np.float32]:
        """How probable the model finds the known class of each sample.

        Parameters
        ----------
        target
            ``(N,)`` places in `classes`, -1 where unknown.
        classes
            Classes of the samples; the model need not know all of them.

        Returns
        -------
        ndarray, shape ``(N,)``
            2 where the class is unknown, so that those come last.
        """
        belief = np.full(len(target), 2, np.float32)
        for place, name in enumerate(classes):
            rows = np.flatnonzero(target == place)
            known = name in self.classes
            belief[rows] = self.probability[rows, self.classes.index(name)] if known else 1
        return belief


def order_rows(
    order: Order,
    target: NDArray[np.int64],
    classes: Sequence[str],
    proposals: Proposals | None = None,
) -> NDArray[np.int64]:
    """Say in which order a person looks at samples.

    Parameters
    ----------
    order
        Which; without proposals it is that of the file.
    target, classes
        What is known of the samples.
    proposals
        The predictions of a model for them.

    Returns
    -------
    ndarray, shape ``(N,)``
        Rows; with "uncertain" all unknown samples before the known ones.

    Examples
    --------
    >>> sure = Proposals(("a", "b"), np.array([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]], np.float32))
    >>> order_rows("uncertain", np.array([-1, -1, 1]), ["a", "b"], sure)
    array([1, 0, 2])
    """
    if order == "file" or proposals is None:
        return np.arange(len(target))
    if order == "uncertain":
        return np.lexsort((proposals.margin, target >= 0))
    return np.argsort(proposals.belief(target, classes), kind="stable")


def next_unknown(rows: NDArray[np.int64], row: int, target: NDArray[np.int64]) -> int | None:
    """Return the next sample in an order whose class is unknown.

    Parameters
    ----------
    rows
        The order.
    row
        The sample after which to look; the search continues from the first one at the end.
    target
        ``(N,)``, -1 where unknown.

    Returns
    -------
    int or None
        None where every other sample is known.

    Examples
    --------
    >>> next_unknown(np.array([2, 0, 1]), 0, np.array([0, 0, -1]))
    2
    """
    place = int(np.flatnonzero(rows == row)[0])
    coming = np.roll(rows, -place)[1:]
    unknown = coming[target[coming] < 0]
    return int(unknown[0]) if len(unknown) else None
