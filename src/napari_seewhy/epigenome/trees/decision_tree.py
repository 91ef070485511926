"""`DecisionTree`: trained decisions, one after the other, and the probabilities they compose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from pydantic import Field

from napari_seewhy.epigenome.sampling import PictureLook
from napari_seewhy.epigenome.trees.options import NodeOptions, check_nodes, leaves
from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.models.cards import JsonObject
from napari_seewhy.options import Options

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

TREE_FILE = "tree.json"
"""Name of the tree in the folder of its models."""


class Node(NodeOptions):
    """A trained decision."""

    model: str = Field(title="Model", description="File of its network, beside the tree.")
    threshold: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Threshold",
        description="From this probability of the positive answer on it is taken.",
    )


class DecisionTree(Options):
    """Trained decisions; written as ``tree.json`` into the folder of their models.

    Attributes
    ----------
    nodes
        The decisions, the first one first.
    halves
        The same questions, each put to one half of the picture alone; they decide nothing, and say
        which half speaks for an answer.
    metrics, record
        How good it is on the report set, and how it was trained.
    look
        What the pictures that it was trained on look like; None where that is not known.
    data, licence
        What it was trained on, in words; "" where nobody said.
    """

    schema_version: Literal[1] = 1
    kind: Literal["napari-seewhy decision tree"] = "napari-seewhy decision tree"
    nodes: tuple[Node, ...] = Field(min_length=1)
    halves: tuple[Node, ...] = ()
    metrics: JsonObject = Field(default_factory=dict)
    record: JsonObject = Field(default_factory=dict)
    look: PictureLook | None = None
    data: str = ""
    licence: str = ""

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes in the order of the tree."""
        return leaves(self.nodes, self.nodes[0].name)

    @property
    def inputs(self) -> tuple[str, ...]:
        """What of a picture the networks see, each once."""
        return tuple(dict.fromkeys(node.input for node in (*self.nodes, *self.halves)))

    def compose(self, positive: Mapping[str, ArrayLike]) -> NDArray[np.float64]:
        """Compose the probabilities of the classes from those of the decisions.

        Parameters
        ----------
        positive
            Name of each decision -> ``(N,)`` probability of its positive answer.

        Returns
        -------
        ndarray, shape ``(N, K)``
            In the order of `classes`; rows sum to 1, since every decision shares out what reached
            it.
        """
        reached: dict[str, NDArray[np.float64]] = {}
        for node in self.nodes:
            said = np.asarray(positive[node.name], np.float64)
            here = reached.get(node.name, np.ones_like(said))
            reached[node.negative], reached[node.positive] = here * (1 - said), here * said
        return np.stack([reached[name] for name in self.classes], axis=1)

    def answer(self, positive: Mapping[str, ArrayLike]) -> dict[str, NDArray[np.bool_]]:
        """Say for every decision whose answer is positive, each by its own threshold."""
        return {node.name: np.asarray(positive[node.name]) >= node.threshold for node in self.nodes}

    def follow(self, answers: Mapping[str, ArrayLike], first: int = 0) -> NDArray[np.int64]:
        """Follow the answers of the decisions from one to the next.

        Parameters
        ----------
        answers
            Name of each decision -> ``(N,)`` whether its answer is positive.
        first
            Place of the decision that is taken first: 1 takes all for passed on by the one before.

        Returns
        -------
        ndarray, shape ``(N,)``
            Places in `classes`.
        """
        start = self.nodes[first].name
        reached = np.full(len(np.asarray(answers[start])), start, object)
        for node in self.nodes[first:]:
            here = reached == node.name
            is_positive = np.asarray(answers[node.name])[here]
            reached[here] = np.where(is_positive, node.positive, node.negative)
        place = {name: number for number, name in enumerate(self.classes)}
        return np.array([place[name] for name in reached], np.int64)

    def decide(self, positive: Mapping[str, ArrayLike], first: int = 0) -> NDArray[np.int64]:
        """Decide about every gene, decision after decision; see `follow`."""
        return self.follow(self.answer(positive), first)

    def below(self, name: str) -> tuple[str, ...]:
        """Return the classes that an answer or a decision leads to."""
        return leaves(self.nodes, name)

    def with_threshold(self, place: int, threshold: float) -> Self:
        """Return a copy in which one decision has another threshold."""
        nodes = list(self.nodes)
        nodes[place] = nodes[place].change(threshold=threshold)
        return self.model_copy(update={"nodes": tuple(nodes)})

    def save(self, path: Path) -> None:
        """Write the tree; a folder gets it as ``tree.json``."""
        super().save(path / TREE_FILE if path.is_dir() else path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a tree from its folder or file.

        Raises
        ------
        FileError
            If there is none, or a model of it is missing.
        OptionError
            If it is no tree.
        """
        path = find_tree(path)
        if not path.exists():
            raise FileError(
                f"{path.parent} holds no {path.name}; choose the folder that seewhy epigenome "
                "train wrote."
            )
        tree = super().load(path)
        try:
            check_nodes(tree.nodes)
        except ValueError as error:
            raise OptionError(f"{path} holds no tree of decisions: {error}.") from error
        missing = [
            node.model
            for node in (*tree.nodes, *tree.halves)
            if not (path.parent / node.model).is_file()
        ]
        if missing:
            raise FileError(
                f"{path} needs {', '.join(missing)} beside it; copy the whole folder of the tree."
            )
        return tree


def find_tree(path: Path) -> Path:
    """Return the file of a tree, given it or its folder."""
    return path / TREE_FILE if path.is_dir() else path
