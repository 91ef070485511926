"""What is trained with what: checked before anything begins."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.staining.split import StainSplit, count_blocks, split_fields

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from napari_seewhy.staining.stain_field import StainField
    from napari_seewhy.staining.stain_options import StainOptions


@dataclass(frozen=True, slots=True)
class StainSource:
    """Where the fields come from, for the card and the record.

    Attributes
    ----------
    channels
        Names of the channels, in order; numbers from 0 where none are given.
    threshold
        How the marker's threshold was found.
    files
        What was read.
    warnings
        What was assumed of them, one sentence each.
    """

    channels: tuple[str, ...] = ()
    threshold: dict[str, Any] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class StainPlan:
    """What is trained with what.

    Attributes
    ----------
    fields
        All of them.
    split
        Which pieces of them teach, and which say when to stop.
    options
        How it is trained.
    source
        Where the fields come from.
    """

    fields: tuple[StainField, ...]
    split: StainSplit
    options: StainOptions
    source: StainSource

    @property
    def n_channels(self) -> int:
        """Channels of every field."""
        return int(self.fields[0].phase.shape[0])

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels."""
        return self.source.channels or tuple(str(i) for i in range(self.n_channels))

    @cached_property
    def hashes(self) -> dict[str, str]:
        """Say by a hash which pixels are learned from."""
        digest = hashlib.sha256()
        for one in self.fields:
            for plane in (one.phase, one.positive, one.marker, one.known):
                digest.update(b"none" if plane is None else np.ascontiguousarray(plane).tobytes())
        return {"fields": digest.hexdigest()}

    def describe(self) -> dict[str, Any]:
        """Say what is trained with what, as JSON: two trainings that say the same are the same."""
        return self.hashes | self.options.model_dump(mode="json")


def plan_stain(
    fields: Sequence[StainField], options: StainOptions, source: StainSource | None = None
) -> StainPlan:
    """Check the fields, and decide which of them teach.

    Raises
    ------
    DataError
        If there is no field, they have different channels, blocks do not fit in, no block is
        positive or all are, or predicted fluorescence is wanted and a marker is missing.
    """
    if not fields:
        raise DataError("There is no field to learn from; give at least one pair.")
    source = source or StainSource()
    _check_channels(fields, source)
    _check_blocks(fields, options)
    if options.predicted_fluorescence and any(one.marker is None for one in fields):
        raise DataError(
            "Predicted fluorescence is learned from the marker's brightness, and a field has only "
            "a mask; give the marker, or leave predicted fluorescence off."
        )
    return StainPlan(tuple(fields), split_fields(fields, options), options, source)


def _check_channels(fields: Sequence[StainField], source: StainSource) -> None:
    numbers = {one.phase.shape[0] for one in fields}
    if len(numbers) > 1:
        raise DataError(
            f"The fields have {' and '.join(map(str, sorted(numbers)))} channels of phase "
            "contrast; give fields with the same."
        )
    if source.channels and len(source.channels) not in numbers:
        raise DataError(
            f"{len(source.channels)} channels are named and the fields have {numbers.pop()}; name "
            "each."
        )


def _check_blocks(fields: Sequence[StainField], options: StainOptions) -> None:
    n_blocks, n_positives = count_blocks(fields, options)
    if not n_blocks:
        raise DataError(
            f"No block of {options.block_px} px fits into the fields; choose smaller blocks or "
            "larger fields."
        )
    if not n_positives:
        raise DataError(
            f"None of the {n_blocks} blocks is positive, so there is nothing to learn; look "
            "whether the marker is blank, lower its threshold, or lower the positive area."
        )
    if n_positives == n_blocks:
        raise DataError(
            f"All {n_blocks} blocks are positive, so there are no two classes; raise the "
            "marker's threshold or the positive area."
        )
