"""How good a tree of decisions is: the composed answers, each decision, and where errors enter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from napari_seewhy.options import Options
from napari_seewhy.training.judging import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.epigenome.trees.decision_tree import DecisionTree, Node
    from napari_seewhy.training.judging import Judge

_N_BOOTSTRAP = 500
_COVERED = (2.5, 97.5)


class NodeFigures(Options):
    """How good one decision is among the genes that truly are to be decided by it.

    Attributes
    ----------
    name
        The decision.
    n_samples
        How many genes these are.
    accuracy, balanced_accuracy
        Share of right answers; mean recall of both answers.
    threshold
        From which probability on its answer is positive.
    n_errors
        Genes whose first wrong decision is this one: where errors enter.
    """

    name: str
    n_samples: int
    accuracy: float
    balanced_accuracy: float
    threshold: float
    n_errors: int


class TreeReport(Options):
    """How good a tree is on genes it did not learn from.

    Attributes
    ----------
    classes
        In the order of the tree.
    n_samples, n_groups
        On how much the figures stand.
    balanced_accuracy, accuracy
        Mean recall of the classes; share of right answers.
    recalls
        Class -> share of its genes that were found.
    majority
        The most frequent class, which the baseline always names.
    confusion
        ``(K, K)`` number of genes: rows the truth, columns what was said.
    nodes
        Each decision by itself.
    folds
        Balanced accuracy of each fold of a cross-validation; empty without one.
    """

    schema_version: Literal[1] = 1
    classes: tuple[str, ...]
    n_samples: int
    n_groups: int
    balanced_accuracy: Figure
    accuracy: Figure
    recalls: dict[str, Figure]
    majority: str
    confusion: tuple[tuple[int, ...], ...]
    nodes: tuple[NodeFigures, ...]
    folds: tuple[float, ...] = ()

    def describe(self) -> str:
        """Say it in a few lines: balanced accuracy and the rarest class first."""
        n_true = {name: sum(row) for name, row in zip(self.classes, self.confusion, strict=True)}
        rare = sorted(self.recalls, key=lambda name: n_true[name])
        lines = [f"Balanced accuracy {self.balanced_accuracy.describe()}"]
        lines += [f"Recall of {name} {self.recalls[name].describe()}" for name in rare]
        lines.append(f"Accuracy {self.accuracy.describe()}")
        for node in self.nodes:
            lines.append(
                f"{node.name}: accuracy {node.accuracy:.3f}, balanced {node.balanced_accuracy:.3f} "
                f"of {node.n_samples:,} genes, threshold {node.threshold:.2f}; "
                f"{node.n_errors:,} errors enter here"
            )
        if self.folds:
            lines.append(f"Folds: {', '.join(f'{value:.3f}' for value in self.folds)}")
        lines.append(f"Baseline: always {self.majority}.")
        return "\n".join([*lines, "", self.describe_confusion()])

    def describe_confusion(self) -> str:
        """Lay the composed confusion out as a table of text."""
        wide = max(map(len, self.classes)) + 2
        head = "".rjust(wide) + "".join(name.rjust(wide) for name in self.classes)
        rows = [
            name.rjust(wide) + "".join(f"{n:,}".rjust(wide) for n in row)
            for name, row in zip(self.classes, self.confusion, strict=True)
        ]
        return "\n".join(["Rows the truth, columns what was said:", head, *rows])


def judge_tree(
    tree: DecisionTree, answers: Mapping[str, ArrayLike], target: ArrayLike, group: ArrayLike
) -> TreeReport:
    """Judge a tree on genes whose class is known.

    Parameters
    ----------
    tree
        The decisions.
    answers
        Name of each decision -> ``(N,)`` whether its answer is positive, as `DecisionTree.answer`
        says it.
    target
        ``(N,)`` true places in ``tree.classes``, all known.
    group
        ``(N,)`` groups; they are resampled for the intervals.
    """
    from napari_seewhy.training.judging import Judge

    truth = np.asarray(target, np.int64)
    names, unit = np.unique(np.asarray(group).astype(str), return_inverse=True)
    n_classes = len(tree.classes)
    # What is judged is the decision, not the largest probability: thresholds may differ from 1/2.
    judge = Judge(np.eye(n_classes)[tree.follow(answers)], truth, unit)
    figures = _Bootstrapped(judge, np.bincount(truth, minlength=n_classes))
    confusion = judge.confusion(np.ones((1, judge.n_units)))[0].astype(int)
    return TreeReport(
        classes=tree.classes,
        n_samples=len(truth),
        n_groups=len(names),
        balanced_accuracy=figures.of("balanced_accuracy"),
        accuracy=figures.of("accuracy"),
        recalls={
            name: figures.of("recall", place)
            for place, name in enumerate(tree.classes)
            if confusion[place].any()
        },
        majority=tree.classes[int(np.bincount(truth).argmax())],
        confusion=tuple(tuple(row) for row in confusion.tolist()),
        nodes=_judge_nodes(tree, answers, truth),
    )


def _judge_nodes(
    tree: DecisionTree, answers: Mapping[str, ArrayLike], truth: NDArray[np.int64]
) -> tuple[NodeFigures, ...]:
    """Judge each decision by itself, and count the errors that enter there."""
    figures = []
    is_right_so_far = np.ones(len(truth), bool)
    for node in tree.nodes:
        is_true, is_here = true_answers(tree, node, truth)
        is_wrong = is_here & (is_true != np.asarray(answers[node.name]))
        recalls = [_mean(~is_wrong[is_here & (is_true == answer)]) for answer in (False, True)]
        figures.append(
            NodeFigures(
                name=node.name,
                n_samples=int(is_here.sum()),
                accuracy=_mean(~is_wrong[is_here]),
                balanced_accuracy=_mean(recalls),
                threshold=node.threshold,
                n_errors=int((is_wrong & is_right_so_far).sum()),
            )
        )
        is_right_so_far &= ~is_wrong
    return tuple(figures)


def true_answers(
    tree: DecisionTree, node: Node, target: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which genes ``(N,)`` are truly positive in a decision, and which truly reach it."""
    places = {
        answer: [tree.classes.index(name) for name in tree.below(answer)]
        for answer in (node.negative, node.positive)
    }
    is_positive = np.isin(target, places[node.positive])
    return is_positive, is_positive | np.isin(target, places[node.negative])


class _Bootstrapped:
    """Figures with their intervals and what the baseline reaches."""

    def __init__(self, judge: Judge, counts: NDArray[np.int64]) -> None:
        self._once = judge.measure(np.ones((1, judge.n_units)))
        self._often = judge.resample(_N_BOOTSTRAP, 0)
        majority = counts.argmax()
        self._baselines = {
            "balanced_accuracy": 1 / np.count_nonzero(counts),
            "accuracy": counts.max() / counts.sum(),
        }
        self._is_majority = np.arange(len(counts)) == majority

    def of(self, name: str, place: int | None = None) -> Figure:
        once, often = self._once[name][0], self._often[name]
        if place is None:
            baseline = float(self._baselines[name])
        else:
            once, often = once[place], often[:, place]
            baseline = float(self._is_majority[place])
        low, high = np.nanpercentile(often, _COVERED)
        return Figure(value=float(once), low=float(low), high=float(high), baseline=baseline)


def _mean(values: ArrayLike) -> float:
    """Return the mean, 0 of nothing."""
    known = np.asarray(values, float)
    return float(known.mean()) if known.size else 0.0
