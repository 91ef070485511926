"""From which pixels a model learned, so that its figures are not believed there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from napari_seewhy.files import hash_file

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy as np
    from numpy.typing import NDArray

    from napari_seewhy.blocks.pairing import Pair
    from napari_seewhy.staining import StainCard


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

    def paint(
        self, names: Collection[str], mask: NDArray[np.bool_], *, is_known: bool = True
    ) -> None:
        """Set the pixels of a field that were learned from.

        Parameters
        ----------
        names
            What the field may have been called in the training.
        mask
            ``(Y, X)``, changed in place.
        is_known
            Whether it was learned from for sure: if no field had one of these names then, it counts
            wherever any did.
        """
        named = [piece for piece in self.pieces if piece["name"] in names]
        for piece in named or (self.pieces if is_known else ()):
            mask[slice(*piece["y"]), slice(*piece["x"])] = True
