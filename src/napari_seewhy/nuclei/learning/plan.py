"""Which images teach a segmenter, which say when to stop, and which are never opened."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import DataError
from napari_seewhy.files import hash_file
from napari_seewhy.nuclei.learning.pairs import hold_out

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from napari_seewhy.nuclei.learning.options import SegmenterOptions
    from napari_seewhy.nuclei.learning.pairs import Pair

_FEW = 5
"""Fewer images are not divided into those that teach and those that say when to stop."""


@dataclass(frozen=True)
class TrainPlan:
    """What is trained with what.

    Attributes
    ----------
    train, stop, held_out
        Which pairs teach, say when to stop, and are never opened; no image is in two of them.
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

    @property
    def spares_quadrants(self) -> bool:
        """Whether a quadrant of each image says when to stop, because no whole image can."""
        return not self.stop and bool(self.options.stop_share)

    @cached_property
    def hashes(self) -> dict[str, str]:
        """Say by hashes which images and which model it begins with."""
        files = [[pair.hash() for pair in pairs] for pairs in (self.train, self.stop)]
        return {
            "images": hashlib.sha256(repr(files).encode()).hexdigest(),
            "start": "" if self.start is None else hash_file(self.start),
        }

    def describe(self) -> dict[str, Any]:
        """Say what is trained with what, as JSON: two trainings that say the same are the same."""
        return self.hashes | self.options.model_dump(mode="json")

    def split(self) -> dict[str, list[str]]:
        """Name the images of each part."""
        parts = {"train": self.train, "stop": self.stop, "held_out": self.held_out}
        return {part: [pair.name for pair in pairs] for part, pairs in parts.items()}

    @property
    def files(self) -> list[Path]:
        """All files that are read."""
        start = [] if self.start is None else [self.start]
        return start + [file for pair in (*self.train, *self.stop) for file in pair.files]


def plan_training(
    pairs: Sequence[Pair], options: SegmenterOptions, start: Path | None = None
) -> TrainPlan:
    """Decide which images teach; the same pairs and options always give the same plan.

    Of the images that are not held out, evenly spread ones say when to stop.

    Raises
    ------
    DataError
        If no image is left to learn from.
    """
    kept, held_out = hold_out(pairs, options.hold_out)
    if not kept:
        raise DataError("There is no image to learn from; give at least one with its labels.")
    share = options.stop_share
    places = range(0, len(kept), round(1 / share)) if share and len(kept) >= _FEW else range(0)
    train = tuple(pair for i, pair in enumerate(kept) if i not in places)
    stop = tuple(kept[i] for i in places)
    return TrainPlan(train, stop, tuple(held_out), start, options)
