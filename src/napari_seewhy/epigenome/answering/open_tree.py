"""`OpenTree`: a tree of decisions with its networks, ready to be asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.epigenome.sampling import GeneReader
from napari_seewhy.epigenome.trees import DecisionTree, find_tree
from napari_seewhy.models.files import load_model, read_card
from napari_seewhy.progress import finish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureSet
    from napari_seewhy.epigenome.sampling import GeneBlock, InputKind
    from napari_seewhy.epigenome.trees import Node
    from napari_seewhy.models.files import Model
    from napari_seewhy.models.running import PredictOptions


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
