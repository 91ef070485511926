"""Training a tree of decisions: every network, the thresholds, and how good it all is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.epigenome.trees.decision_tree import DecisionTree, Node
from napari_seewhy.epigenome.trees.inputs import check_augmentation
from napari_seewhy.epigenome.trees.options import NodeOptions, TreeOptions, leaves
from napari_seewhy.epigenome.trees.report import TreeReport, judge_tree
from napari_seewhy.epigenome.trees.thresholds import choose_thresholds
from napari_seewhy.epigenome.trees.train_node import (
    MODEL_SUFFIX,
    NodeJob,
    say_positive_steps,
    train_node_steps,
)
from napari_seewhy.epigenome.trees.train_options import GeneNetworkOptions, GeneTrainOptions
from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.files import make_folder
from napari_seewhy.progress import blocking
from napari_seewhy.record import make_record
from napari_seewhy.samples.targeting import ClassMap, apply_class_map

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.epigenome.sampling import InputKind
    from napari_seewhy.epigenome.trees.inputs import TreeInputs
    from napari_seewhy.models.networks import NetworkOptions
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.splitting import Split
    from napari_seewhy.training.fitting import TrainOptions

GENE_NETWORK = GeneNetworkOptions()
GENE_TRAINING = GeneTrainOptions()

TWO_STAGE_TREE = TreeOptions()

HALVES: tuple[InputKind, ...] = ("chromatin", "methylation")


class TrainedTree(NamedTuple):
    """A tree with its files, its predictions for the report set, and their evaluation."""

    tree: DecisionTree
    positive: dict[str, NDArray[np.float64]]
    report: TreeReport


@dataclass(frozen=True, slots=True)
class TreeTraining:
    """What is to be trained.

    Attributes
    ----------
    options
        The decisions, and how thresholds are chosen.
    network, training
        Which network, and how each is trained.
    with_halves
        Whether every question is also put to each half alone, where there are samples of both.
    """

    options: TreeOptions = TWO_STAGE_TREE
    network: NetworkOptions = GENE_NETWORK
    training: TrainOptions = GENE_TRAINING
    with_halves: bool = False

    def half_nodes(self) -> tuple[NodeOptions, ...]:
        """Every decision once for each half of the pictures."""
        if not self.with_halves:
            return ()
        return tuple(
            node.change(name=half_name(node.name, half), input=half)
            for node in self.options.nodes
            for half in HALVES
        )

    def job(self, node: NodeOptions) -> NodeJob:
        """Say how one of its decisions is trained."""
        return NodeJob(node, self.options.nodes, self.network, self.training)


def half_name(node: str, half: str) -> str:
    """Name the decision of one half.

    Examples
    --------
    >>> half_name("stage one", "chromatin")
    'stage one by chromatin'
    """
    return f"{node} by {half}"


def train_two_stage_steps(
    inputs: TreeInputs, what: TreeTraining, split: Split, *, out: Path, resume: bool = False
) -> Task[TrainedTree]:
    """Train a tree of decisions and judge it once.

    Parameters
    ----------
    inputs
        The samples of every input that the tree takes.
    what
        The decisions, the network, and how it is trained.
    split
        Rows to learn from, to stop by (thresholds are chosen on them), and to report on. Its
        classes are those of the tree, as `tree_target` gives them.
    out
        Folder for ``tree.json``, a model per decision, and ``evaluation.json``.
    resume
        Whether networks that are finished there are kept, and one that was stopped continues.

    Raises
    ------
    OptionError
        If the samples of an input are not given.
    DataError
        If a class of the tree has no samples, or the samples cannot be learned from.
    FileError
        If a file cannot be written.
    """
    nodes, halves = what.options.nodes, what.half_nodes()
    check_inputs(inputs, (*nodes, *halves))
    check_augmentation(inputs, what.training.choose_augmentation())
    make_folder(out)
    rows = np.concatenate([split.stop, split.report])
    said: dict[str, NDArray[np.float64]] = {}
    for node in (*nodes, *halves):
        samples = inputs[node.input]
        file = out / f"{node.name}{MODEL_SUFFIX}"
        model = yield from train_node_steps(what.job(node), samples, split, out=file, resume=resume)
        said[node.name] = yield from say_positive_steps(model, samples, rows, what.training)
    tree = DecisionTree(nodes=_with_files(nodes), halves=_with_files(halves))
    n_stop = len(split.stop)
    stop = {name: values[:n_stop] for name, values in said.items()}
    if what.options.threshold == "recall":
        tree = choose_thresholds(tree, stop, split.target[split.stop])
    positive = {name: values[n_stop:] for name, values in said.items()}
    shown = split.report
    report = judge_tree(tree, tree.answer(positive), split.target[shown], split.group[shown])
    record = make_record(
        "epigenome train",
        {
            "tree": what.options.model_dump(mode="json"),
            "network": what.network.model_dump(mode="json"),
            "training": what.training.model_dump(mode="json"),
        },
        [samples.path for samples in inputs.values()],
        split={part: len(rows) for part, rows in split.parts.items()},
    )
    looks = [samples.record.get("results", {}).get("look") for samples in inputs.values()]
    look = next(filter(None, looks), None)
    tree = tree.change(metrics=report.model_dump(mode="json"), record=record, look=look)
    tree.save(out)
    return TrainedTree(tree, positive, report)


train_two_stage = blocking(train_two_stage_steps)


def tree_target(
    inputs: TreeInputs, options: TreeOptions
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return the class of every sample in the order of the tree, -1 for other classes.

    Raises
    ------
    DataError
        If a class of the tree is not among those of the samples.
    """
    samples = next(iter(inputs.values()))
    wanted = leaves(options.nodes, options.nodes[0].name)
    missing = [name for name in wanted if name not in samples.classes]
    if missing:
        raise DataError(
            f"The samples have the classes {', '.join(samples.classes) or 'none'}, and the tree "
            f"tells {', '.join(wanted)} apart; {', '.join(missing)} is missing."
        )
    return apply_class_map(
        samples.target, samples.classes, ClassMap({name: [name] for name in wanted})
    )


def check_inputs(inputs: TreeInputs, nodes: tuple[NodeOptions, ...]) -> None:
    """Refuse decisions about an input of which there are no samples.

    Raises
    ------
    OptionError
        If there is one.
    """
    for node in nodes:
        if node.input not in inputs:
            raise OptionError(
                f"The decision {node.name} sees the input {node.input}, and the samples given are "
                f"of {', '.join(inputs)}; import the pictures as {node.input} too."
            )


def _with_files(nodes: tuple[NodeOptions, ...]) -> tuple[Node, ...]:
    return tuple(Node(**node.model_dump(), model=f"{node.name}{MODEL_SUFFIX}") for node in nodes)
