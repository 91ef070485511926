"""Which images teach a segmenter, which say when to stop, and which are never opened."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import DataError
from napari_seewhy.files import hash_file
from napari_seewhy.nuclei.pairs import hold_out

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from napari_seewhy.nuclei.pairs import Pair
    from napari_seewhy.nuclei.train_options import SegmenterOptions


@dataclass(frozen=True, slots=True)
class TrainPlan:
    """Which images teach, which say when to stop, and which are never opened.

    Attributes
    ----------
    train, stop, held_out
        Pairs, no image in two of them.
    start
        Model that is trained further, None for fresh weights.
    options
        How it is trained.
    """

    train: tuple[Pair, ...]
    stop: tuple[Pair, ...]
    held_out: tuple[Pair, ...]
    start: Path | None
    options: SegmenterOptions

    def describe(self) -> dict[str, Any]:
        """Say what is trained with what, as JSON: two trainings that say the same are the same."""
        files = [[pair.to_json() for pair in pairs] for pairs in (self.train, self.stop)]
        return {
            "images": hashlib.sha256(json.dumps(files).encode()).hexdigest(),
            "start": "" if self.start is None else hash_file(self.start),
            **self.options.model_dump(mode="json"),
        }

    def split(self) -> dict[str, list[str]]:
        """Name the images of each part."""
        parts = {"train": self.train, "stop": self.stop, "held_out": self.held_out}
        return {part: [pair.name for pair in pairs] for part, pairs in parts.items()}


def plan_training(
    pairs: Sequence[Pair], options: SegmenterOptions, start: Path | None = None
) -> TrainPlan:
    """Decide which images teach; the same pairs and options always give the same plan.

    Of the images that are not held out, evenly spread ones become the stop set.

    Raises
    ------
    DataError
        If no image is left to learn from.
    """
    kept, held_out = hold_out(pairs, options.hold_out)
    if not kept:
        raise DataError(f"There are {len(pairs)} images, and none is left to learn from; add some.")
    stop = kept[:: max(2, round(1 / options.stop_share))] if options.stop_share else []
    if len(kept) < 2:
        stop = []
    train = tuple(pair for pair in kept if pair not in stop)
    return TrainPlan(train, tuple(stop), tuple(held_out), start, options)
