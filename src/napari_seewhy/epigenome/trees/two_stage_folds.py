"""Cross-validation of a tree: every gene said by networks that never saw its group."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.epigenome.trees.report import TreeReport, judge_tree
from napari_seewhy.epigenome.trees.thresholds import measure_recall
from napari_seewhy.epigenome.trees.two_stage import TrainedTree, TreeTraining, train_two_stage_steps
from napari_seewhy.progress import blocking, name_steps
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.trees.decision_tree import DecisionTree
    from napari_seewhy.epigenome.trees.inputs import TreeInputs
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.splitting import Split


class FoldedTree(NamedTuple):
    """What came of a cross-validation.

    Attributes
    ----------
    report
        Of the answers of all folds together.
    table
        One row per sample that was said: its ``row``, ``fold``, ``target``, ``class``,
        ``p_<class>`` and, for every decision and half, ``p <name>``.
    """

    report: TreeReport
    table: pd.DataFrame


def cross_validate_two_stage_steps(
    inputs: TreeInputs, what: TreeTraining, folds: Sequence[Split], *, out: Path
) -> Task[FoldedTree]:
    """Train a tree once per fold, and judge all answers together.

    Parameters
    ----------
    inputs
        The samples of every input that the tree takes.
    what
        The decisions, the network, and how it is trained.
    folds
        As `fold_samples` makes them; the thresholds of each come from its own stop set.
    out
        Folder for a folder per fold, ``cross_validation.csv`` and ``cross_validation.json``. What
        stands there finished is kept, so that a run that was stopped continues.

    Raises
    ------
    SeewhyError
        As `train_two_stage`.
    """
    import pandas as pd

    trained, tables = [], []
    for number, split in enumerate(folds, start=1):
        folder = out / f"fold_{number}"
        task = train_two_stage_steps(inputs, what, split, out=folder, resume=True)
        one = yield from name_steps(task, f"Fold {number} of {len(folds)}")
        trained.append(one)
        tables.append(tabulate_answers(one.tree, one.positive, split).assign(fold=number))
    table = pd.concat(tables, ignore_index=True)
    report = _judge_folds(trained, folds)
    write_table(out / "cross_validation.csv", table)
    report.save(out / "cross_validation.json")
    return FoldedTree(report, table)


cross_validate_two_stage = blocking(cross_validate_two_stage_steps)


def tabulate_answers(
    tree: DecisionTree, positive: dict[str, NDArray[np.float64]], split: Split
) -> pd.DataFrame:
    """Put the predictions of a tree for its report set into a table, see `FoldedTree`."""
    import pandas as pd

    names = np.array(tree.classes)
    composed = tree.compose(positive)
    return pd.DataFrame(
        {
            "row": split.report,
            "target": names[split.target[split.report]],
            "class": names[tree.decide(positive)],
            **{f"p_{name}": composed[:, place] for place, name in enumerate(names)},
            **{f"p {name}": values for name, values in positive.items()},
        }
    )


def _judge_folds(trained: Sequence[TrainedTree], folds: Sequence[Split]) -> TreeReport:
    """Judge the answers of all folds together, each given with the thresholds of its own tree."""
    said = [one.tree.answer(one.positive) for one in trained]
    targets = [split.target[split.report] for split in folds]
    rows = np.concatenate([split.report for split in folds])
    tree = trained[0].tree
    for place in range(len(tree.nodes)):
        mean = np.mean([one.tree.nodes[place].threshold for one in trained])
        tree = tree.with_threshold(place, float(mean))
    answers = {name: np.concatenate([one[name] for one in said]) for name in said[0]}
    report = judge_tree(tree, answers, np.concatenate(targets), folds[0].group[rows])
    each = zip(targets, said, strict=True)
    recalls = tuple(measure_recall(target, tree.follow(one)).mean for target, one in each)
    return report.change(folds=recalls)
