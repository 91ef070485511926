"""Thresholds of a tree, chosen on the stop set: from which probability on an answer is positive."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.epigenome.trees.decision_tree import DecisionTree

_CANDIDATES = np.linspace(0.02, 0.98, 97)


class Recall(NamedTuple):
    """Mean over the classes of the share of their samples that was found, and how sure it is.

    Attributes
    ----------
    mean
        The mean recall of the classes that are present.
    error
        Its standard error; of each recall from one success and one failure more (Agresti and Coull
        1998), so that three of three are not taken for certainty.
    """

    mean: float
    error: float


def choose_thresholds(
    tree: DecisionTree, positive: Mapping[str, ArrayLike], target: ArrayLike
) -> DecisionTree:
    """Choose for every decision the threshold with the highest mean recall of the classes below it.

    The last decision comes first, so that the first one is chosen knowing what follows. Every class
    counts alike, however rare it is. Of the thresholds that are within one standard error of the
    best (Breiman et al. 1984) the one nearest to 1/2 is taken: a few samples of a rare class in the
    stop set must not carry it away.

    Parameters
    ----------
    tree
        Its thresholds are replaced.
    positive
        Name of each decision -> ``(N,)`` probability of its positive answer, on the stop set.
    target
        ``(N,)`` true places in ``tree.classes``.
    """
    truth = np.asarray(target, np.int64)
    for place in reversed(range(len(tree.nodes))):
        below = [tree.classes.index(name) for name in tree.below(tree.nodes[place].name)]
        rows = np.flatnonzero(np.isin(truth, below))
        said = {name: np.asarray(values)[rows] for name, values in positive.items()}
        recalls = [
            measure_recall(truth[rows], tree.with_threshold(place, value).decide(said, place))
            for value in _CANDIDATES.tolist()
        ]
        best = max(recalls)
        good = _CANDIDATES[[one.mean >= best.mean - best.error for one in recalls]]
        tree = tree.with_threshold(place, float(good[np.abs(good - 0.5).argmin()]))
    return tree


def measure_recall(target: NDArray[np.int64], said: NDArray[np.int64]) -> Recall:
    """Measure the mean recall of the classes that are present.

    Examples
    --------
    >>> measure_recall(np.array([0, 0, 1]), np.array([0, 1, 1])).mean
    0.75
    """
    n = np.bincount(target)
    found = np.bincount(target[said == target], minlength=len(n))[n > 0]
    n = n[n > 0]
    doubted = (found + 1) / (n + 2)
    errors = doubted * (1 - doubted) / (n + 2)
    return Recall(float((found / n).mean()), float(np.sqrt(errors.sum()) / len(n)))
