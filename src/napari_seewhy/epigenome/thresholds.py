"""Thresholds of a tree, chosen on the stop set: from which probability on an answer is positive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.epigenome.decision_tree import DecisionTree

_CANDIDATES = np.linspace(0.02, 0.98, 97)
_SMOOTH = 5
"""Neighbouring candidates over which the mean recall is averaged: few stop samples make it jump."""


def choose_thresholds(
    tree: DecisionTree, positive: Mapping[str, ArrayLike], target: ArrayLike
) -> DecisionTree:
    """Choose for every decision the threshold with the highest mean recall of the classes below it.

    The last decision comes first, so that the first one is chosen knowing what follows. Every class
    counts alike, however rare it is.

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
        recalls = []
        below = np.array([tree.classes.index(name) for name in tree.below(tree.nodes[place].name)])
        rows = np.flatnonzero(np.isin(truth, below))
        said = {name: np.asarray(values)[rows] for name, values in positive.items()}
        for threshold in _CANDIDATES:
            changed = tree.with_threshold(place, float(threshold))
            recalls.append(mean_recall(truth[rows], changed.decide(said, place)))
        tree = tree.with_threshold(place, float(_CANDIDATES[_smooth(recalls).argmax()]))
    return tree


def mean_recall(target: NDArray[np.int64], said: NDArray[np.int64]) -> float:
    """Return the mean over the classes present of the share of their samples that was found.

    Examples
    --------
    >>> mean_recall(np.array([0, 0, 1]), np.array([0, 1, 1]))
    0.75
    """
    n = np.bincount(target)
    found = np.bincount(target[said == target], minlength=len(n))
    return float((found[n > 0] / n[n > 0]).mean())


def _smooth(values: list[float]) -> NDArray[np.float64]:
    padded = np.pad(np.array(values), _SMOOTH // 2, mode="edge")
    return np.convolve(padded, np.full(_SMOOTH, 1 / _SMOOTH), mode="valid")
