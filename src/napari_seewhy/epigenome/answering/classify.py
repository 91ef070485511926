"""Classify: which class every picture of a gene is, as a tree of decisions says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.epigenome.answering.options import ClassifyGenesOptions
from napari_seewhy.epigenome.sampling import GeneReader
from napari_seewhy.epigenome.trees import HALVES, DecisionTree, find_tree, half_name
from napari_seewhy.models.files import load_model, read_card
from napari_seewhy.progress import Step, blocking, finish
from napari_seewhy.samples.storing import read_ahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureSet
    from napari_seewhy.epigenome.sampling import GeneBlock, InputKind
    from napari_seewhy.epigenome.trees import Node
    from napari_seewhy.models.files import Model
    from napari_seewhy.models.running import PredictOptions
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.importing import Failure

ABOUT = (
    "file", "gene", "compound", "exposure", "chromosome", "start", "end", "tss", "strand",
    "is_mirrored",
)  # fmt: skip
"""Columns of the picture set that go before the answers."""

_DEFAULTS = ClassifyGenesOptions()
_BLOCK = 256


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
    pictures: PictureSet, tree: Path, options: ClassifyGenesOptions = _DEFAULTS
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

    Raises
    ------
    FileError
        If the tree cannot be read, or its tracks are missing.
    NoDividingLineError
        If the panels of the pictures are not known and cannot be found.
    """
    trained = OpenTree(tree)
    said = {name: np.full(len(pictures), np.nan) for name in trained.models}
    failures: list[Failure] = []
    rows = split_rows(len(pictures))
    blocks = read_ahead(trained.reader(pictures).read, rows)
    n_done = 0
    for wanted, block in zip(rows, blocks, strict=True):
        for name, positive in trained.ask(block, trained.nodes, options).items():
            said[name][block.rows] = positive
        failures += block.failures
        n_done += len(wanted)
        yield Step(n_done, len(pictures), "Classifying")
    return ClassifiedGenes(tabulate_classes(pictures, trained.tree, said), tuple(failures))


classify_genes = blocking(classify_genes_steps)


def split_rows(n: int) -> list[NDArray[np.int64]]:
    """Split the rows of a picture set into blocks that are read at once."""
    return np.array_split(np.arange(n), max(1, -(-n // _BLOCK)))


@dataclass
class OpenTree:
    """A tree of decisions with its networks, read when they are first asked for.

    Attributes
    ----------
    path
        Its folder or file.
    """

    path: Path

    @cached_property
    def tree(self) -> DecisionTree:
        """The decisions."""
        return DecisionTree.load(Path(self.path))

    @cached_property
    def models(self) -> dict[str, Model]:
        """Name of each decision, also of those of the halves -> its model."""
        folder = find_tree(Path(self.path)).parent
        return {node.name: load_model(folder / node.model) for node in self.nodes}

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All decisions, those of the halves last."""
        return (*self.tree.nodes, *self.tree.halves)

    def reader(self, pictures: PictureSet) -> GeneReader:
        """Return what reads pictures as the networks take them."""
        folder = find_tree(Path(self.path)).parent
        sizes: dict[InputKind, tuple[int, int]] = {
            node.input: read_card(folder / node.model).size_px for node in self.nodes
        }
        return GeneReader(pictures, sizes)

    def ask(
        self, block: GeneBlock, nodes: Sequence[Node], options: PredictOptions
    ) -> dict[str, NDArray[np.float64]]:
        """Ask some networks about a block; probability of the positive answer ``(n,)`` each."""
        from napari_seewhy.models.running import predict_steps

        said = {}
        for node in nodes if len(block.rows) else ():
            pixels = block.pixels[node.input]
            task = predict_steps(self.models[node.name], pixels, options)
            said[node.name] = finish(task)[:, 1].astype(np.float64)
        return said


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
