"""Which half of a picture carries the information: one decision learned from each input in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.epigenome.trees.options import leaves
from napari_seewhy.epigenome.trees.train_node import (
    MODEL_SUFFIX,
    say_positive_steps,
    train_node_steps,
)
from napari_seewhy.files import make_folder
from napari_seewhy.progress import blocking, name_steps
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.sampling import InputKind
    from napari_seewhy.epigenome.trees.inputs import TreeInputs
    from napari_seewhy.epigenome.trees.options import NodeOptions
    from napari_seewhy.epigenome.trees.two_stage import TreeTraining
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.splitting import Split

COLUMNS = (
    "decision", "input", "n", "balanced_accuracy", "low", "high", "baseline", "recall_negative",
    "recall_positive", "roc_auc",
)  # fmt: skip


class HalfTable(NamedTuple):
    """What each input of the pictures is worth for one decision.

    Attributes
    ----------
    table
        One row per input: `COLUMNS`, with the interval of the balanced accuracy.
    positive
        Input -> ``(N,)`` probability of the positive answer for every sample that the decision is
        about, each by a network that never saw its group; NaN for the others.
    verdict
        Which half carries the information, in a sentence.
    """

    table: pd.DataFrame
    positive: dict[InputKind, NDArray[np.float64]]
    verdict: str


def compare_halves_steps(
    inputs: TreeInputs, what: TreeTraining, decision: str, folds: Sequence[Split], *, out: Path
) -> Task[HalfTable]:
    """Learn one decision from each input, by cross-validation, and say which half it stands in.

    Parameters
    ----------
    inputs
        The samples of every input that is to be compared.
    what
        The decisions, the network, and how it is trained.
    decision
        Name of the decision, such as ``significant`` for stage two.
    folds
        As `fold_samples` makes them.
    out
        Folder for a folder per input and ``half_table.csv``; what is finished there is kept.

    Raises
    ------
    SeewhyError
        As `train_two_stage`.
    """
    import pandas as pd

    node = next(node for node in what.options.nodes if node.name == decision)
    positive: dict[InputKind, NDArray[np.float64]] = {}
    rows = []
    for kind in inputs:
        seeing = node.change(input=kind)
        task = _say_each_steps(inputs, what, seeing, folds, out / kind)
        positive[kind] = yield from name_steps(task, kind)
        rows.append(_judge(what, seeing, positive[kind], folds[0]))
    table = pd.DataFrame(rows, columns=COLUMNS)
    write_table(out / "half_table.csv", table)
    return HalfTable(table, positive, describe_halves(table))


compare_halves = blocking(compare_halves_steps)


def describe_halves(table: pd.DataFrame) -> str:
    """Say in a sentence which half carries the information.

    Examples
    --------
    >>> import pandas as pd
    >>> describe_halves(pd.DataFrame({
    ...     "input": ["chromatin", "methylation"],
    ...     "balanced_accuracy": [0.9, 0.7], "low": [0.85, 0.6], "high": [0.95, 0.8],
    ... }))
    'By balanced accuracy the chromatin half (0.900) says more than the methylation half (0.700).'
    """
    halves = table[table["input"].isin(("chromatin", "methylation"))]
    if len(halves) < 2:
        return "Samples of both halves are wanted to say which one carries the information."
    less, more = halves.sort_values("balanced_accuracy").to_dict("records")
    figures = [f"{one['input']} half ({one['balanced_accuracy']:.3f})" for one in (more, less)]
    if less["high"] >= more["low"]:
        return (
            f"By balanced accuracy neither the {figures[0]} nor the {figures[1]} says surely more."
        )
    return f"By balanced accuracy the {figures[0]} says more than the {figures[1]}."


def _say_each_steps(
    inputs: TreeInputs, what: TreeTraining, node: NodeOptions, folds: Sequence[Split], out: Path
) -> Task[NDArray[np.float64]]:
    """Return the probability of the positive answer ``(N,)``, NaN where it is not the question."""
    samples = inputs[node.input]
    positive = np.full(len(samples), np.nan)
    job = what.job(node)
    make_folder(out)
    for number, split in enumerate(folds, start=1):
        file = out / f"{node.name} {number}{MODEL_SUFFIX}"
        model = yield from train_node_steps(job, samples, split, out=file, resume=True)
        rows = job.narrow(split).report
        positive[rows] = yield from say_positive_steps(model, samples, rows, what.training)
    return positive


def _judge(
    what: TreeTraining, node: NodeOptions, positive: NDArray[np.float64], split: Split
) -> list[object]:
    from napari_seewhy.training.judging import evaluate_predictions

    rows = np.flatnonzero(~np.isnan(positive))
    classes = leaves(what.options.nodes, node.positive)
    is_positive = np.isin(split.target[rows], [split.classes.index(name) for name in classes])
    said = np.column_stack([1 - positive[rows], positive[rows]])
    figures = evaluate_predictions(
        said, is_positive.astype(np.int64), split.group[rows], (node.negative, node.positive)
    )
    balanced, auc = figures.balanced_accuracy, figures.roc_auc
    recalls = [one.recall.value if one.recall else np.nan for one in figures.per_class]
    return [
        node.name, node.input, len(rows), balanced.value, balanced.low, balanced.high,
        balanced.baseline, *recalls, auc.value if auc else np.nan,
    ]  # fmt: skip
