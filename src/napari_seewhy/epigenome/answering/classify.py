"""Classify: which class every picture of a gene is, as a tree of decisions says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.epigenome.answering.asking import AskWork, ask_steps, gather_answers
from napari_seewhy.epigenome.answering.options import ClassifyGenesOptions
from napari_seewhy.epigenome.trees import HALVES, half_name
from napari_seewhy.progress import blocking

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureSet
    from napari_seewhy.epigenome.trees import DecisionTree
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.importing import Failure

ABOUT = (
    "file", "gene", "compound", "exposure", "chromosome", "start", "end", "tss", "strand",
    "is_mirrored",
)  # fmt: skip
"""Columns of the picture set that go before the answers."""

_DEFAULTS = ClassifyGenesOptions()


class ClassifiedGenes(NamedTuple):
    """The predictions of a tree for every picture.

    Attributes
    ----------
    table
        One row per picture: what is known of it, ``class`` ("" where it could not be read),
        ``confidence`` (its probability), ``most_probable`` (may be another class, as decisions
        are taken by thresholds), ``p_<class>``, and where the tree has models of the halves,
        ``p_<class>_chromatin`` and ``p_<class>_methylation``.
    failures
        Pictures that could not be read, and why.
    """

    table: pd.DataFrame
    failures: tuple[Failure, ...]


def classify_genes_steps(
    pictures: PictureSet,
    tree: Path,
    options: ClassifyGenesOptions = _DEFAULTS,
    *,
    executor: Executor | None = None,
) -> Task[ClassifiedGenes]:
    """Predict the class of every picture.

    The class is what the decisions say one after the other, each by its threshold; the confidence
    is the composed probability of that class.

    Parameters
    ----------
    pictures
        The pictures.
    tree
        Folder of the tree.
    options
        Batch size, device, precision.
    executor
        Where blocks of pictures are worked on, several at once; None works here.

    Raises
    ------
    FileError
        If the tree cannot be read, or its tracks are missing.
    NoDividingLineError
        If the panels of the pictures are not known and cannot be found.
    TaskError
        If no block could be worked on in the executor.
    """
    work = AskWork(pictures.path, pictures.names, Path(tree), options)
    answers = yield from ask_steps(pictures, work, "Classifying", executor)
    failures = tuple(one for answer in answers for one in answer.failures)
    said = gather_answers(answers, work.trained.nodes, len(pictures))
    table = tabulate_classes(pictures, work.trained.tree, said)
    return ClassifiedGenes(table, failures)


classify_genes = blocking(classify_genes_steps)


def tabulate_classes(
    pictures: PictureSet, tree: DecisionTree, said: dict[str, NDArray[np.float64]]
) -> pd.DataFrame:
    """Put the answers of all decisions into a table, see `ClassifiedGenes`."""
    table = pictures.table[list(ABOUT)].copy()
    composed = tree.compose(said)
    is_known = ~np.isnan(composed).any(axis=1)
    place = tree.decide({name: np.nan_to_num(values) for name, values in said.items()})
    table["class"] = np.where(is_known, np.array(tree.classes, object)[place], "")
    best = np.array(tree.classes, object)[np.nan_to_num(composed).argmax(axis=1)]
    table["most_probable"] = np.where(is_known, best, "")
    table["confidence"] = composed[np.arange(len(place)), place]
    for number, name in enumerate(tree.classes):
        table[f"p_{name}"] = composed[:, number]
    for half in HALVES if tree.halves else ():
        of_half = {node.name: said[half_name(node.name, half)] for node in tree.nodes}
        for number, name in enumerate(tree.classes):
            table[f"p_{name}_{half}"] = tree.compose(of_half)[:, number]
    return table
