"""Targets from a column of the table of cells: a class, or a measurement that parts the cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from napari_seewhy.cells.cropping.targets import Decision, part_by_threshold
from napari_seewhy.options import Options
from napari_seewhy.samples.targeting import target_from_names

if TYPE_CHECKING:
    import pandas as pd


class ColumnTargetOptions(Options):
    """The class that a network shall predict for each crop, as far as the table contains it."""

    column: str = Field(
        "",
        title="Target",
        description="The column of the table with the class of each cell: a class, or a "
        "measurement that is high in one kind of cells and low in the other.",
    )
    threshold: float | None = Field(
        None,
        title="Threshold",
        description="Cells with higher values are of the class above; Otsu finds the value that "
        "parts the cells best.",
    )
    undecided: float = Field(
        0.0,
        ge=0,
        lt=1,
        title="Undecided band",
        description="Width of the band about the threshold that is left out, as a share of the "
        "distance between the means of both sides.",
    )
    negative: str = Field(
        "negative", min_length=1, title="Class below", description="Name of the low class."
    )
    positive: str = Field(
        "positive", min_length=1, title="Class above", description="Name of the high class."
    )
    keep_marker: bool = Field(
        False,
        title="Keep the marker's channel",
        description="A network that sees the marker reads the answer off it, and learns nothing.",
    )


def find_target(cells: pd.DataFrame, options: ColumnTargetOptions) -> Decision:
    """Say what each crop is of, as far as a column of the table knows it.

    Raises
    ------
    DataError
        If no threshold can be found, or no cell has a class.
    """
    if not options.column:
        return Decision(np.full(len(cells), -1), ())
    values = cells[options.column]
    if is_measurement(values):
        sides = (options.negative, options.positive)
        known = values.to_numpy(float)
        return part_by_threshold(known, options.threshold, options.undecided, sides)
    return Decision(*target_from_names(values.to_numpy(object)))


def is_measurement(values: pd.Series[Any]) -> bool:
    """Whether a column holds numbers to be parted by a threshold, and not names of classes."""
    return values.dtype.kind in "if"


def marker_of(column: str, channels: tuple[str, ...]) -> str | None:
    """Return the channel that a measurement was taken in, None if it is of none.

    Examples
    --------
    >>> marker_of("mean_PH3_cell", ("DNA", "PH3"))
    'PH3'
    >>> marker_of("area_px", ("DNA", "PH3")) is None
    True
    """
    for channel in sorted(channels, key=len, reverse=True):
        if re.search(rf"_{re.escape(channel)}(_cell|_ring)?$", column):
            return channel
    return None
