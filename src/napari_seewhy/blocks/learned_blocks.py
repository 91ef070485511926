"""From which pixels a model learned, so that its figures are not believed there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from napari_seewhy.files import hash_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from napari_seewhy.blocks.pairs import Pair
    from napari_seewhy.models.stain_card import StainCard


@dataclass(frozen=True, slots=True)
class LearnedBlocks:
    """What the record of a training says of its fields.

    Attributes
    ----------
    hashes
        SHA-256 of the files that were read.
    pieces
        Name, rows and columns of each piece that taught or said when to stop.
    """

    hashes: frozenset[str]
    pieces: tuple[dict[str, Any], ...]

    @classmethod
    def of(cls, card: StainCard) -> LearnedBlocks:
        """Read it from a card; a model that says nothing learned from nothing that is known."""
        inputs = card.record.get("inputs", [])
        split = card.record.get("results", {}).get("split", {})
        return cls(
            frozenset(entry["sha256"] for entry in inputs),
            tuple(split.get("train", [])) + tuple(split.get("stop", [])),
        )

    def knows(self, pair: Pair) -> bool:
        """Whether a file of a pair was learned from."""
        return any(hash_file(path) in self.hashes for path in pair.files)

    def paint(self, name: str, mask: NDArray[np.bool_]) -> None:
        """Set the pixels ``(Y, X)`` of the field of this name that were learned from.

        A field that had another name in the training counts wherever any of its fields did.
        """
        for piece in [piece for piece in self.pieces if piece["name"] == name] or self.pieces:
            mask[slice(*piece["y"]), slice(*piece["x"])] = True
