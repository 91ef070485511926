"""Where the targets of crops come from: a marker channel, or a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias

import numpy as np
from pydantic import Field

from napari_seewhy.cells.measuring import MeasureOptions, measure_cells
from napari_seewhy.errors import DataError
from napari_seewhy.options import Options
from napari_seewhy.samples.targeting import target_from_names, target_from_values
from napari_seewhy.tables import check_apart, check_columns, image_column, look_up, read_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.images import CellImage

_SUFFIXES = {"nucleus": "", "cell": "_cell", "ring": "_ring"}


class MarkerTargetOptions(Options):
    """How a stained marker says which cells are positive."""

    channel: str = Field(title="Marker", description="Name or number of the marker's channel.")
    measure: Literal["mean", "sum", "max", "std", "integrated"] = Field(
        "mean", title="Measure", description="Which intensity of the marker decides."
    )
    region: Literal["nucleus", "cell", "ring"] = Field(
        "nucleus", title="Region", description="Where the marker is measured."
    )
    threshold: float | None = Field(
        None,
        title="Threshold",
        description="Cells above it are positive; none finds it by Otsu over all images together.",
    )
    undecided: float = Field(
        0.0,
        ge=0,
        lt=1,
        title="Undecided band",
        description="Width of the band about the threshold that is left unknown, as a share of the "
        "distance between the means of both sides.",
    )
    negative: str = Field(
        "negative",
        min_length=1,
        title="Class below",
        description="Name of the class of cells that are not above the threshold.",
    )
    positive: str = Field(
        "positive",
        min_length=1,
        title="Class above",
        description="Name of the class of cells above the threshold.",
    )
    keep_channel: bool = Field(
        False,
        title="Keep the marker",
        description="Leave the marker's channel in the crops; a network then reads the answer off.",
    )


class TableTargetOptions(Options):
    """How a table says which class each cell is of."""

    path: Path | None = Field(
        None,
        title="Table",
        description="CSV with the columns label and, for several images, image; none takes the "
        "class from the table of cells of each image.",
    )
    column: str = Field("class", min_length=1, title="Column", description="Column of the class.")
    classes: tuple[str, ...] = Field(
        (),
        title="Classes",
        description="Classes, in this order; cells of other classes become unknown. "
        "None takes all.",
    )


TargetOptions: TypeAlias = MarkerTargetOptions | TableTargetOptions


class Decision(NamedTuple):
    """Targets ``(N,)``, -1 for unknown, the names of the classes, and the threshold if any."""

    target: NDArray[np.int64]
    classes: tuple[str, ...]
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class CellsOfImage:
    """One image with its labels and its table of cells."""

    image: CellImage
    cells: pd.DataFrame
    labels: NDArray[Any] | None = None
    cell_labels: NDArray[Any] | None = None


class TargetSource(Protocol):
    """Something that knows the classes of cells: asked image by image, it decides at the end."""

    def look(self, one: CellsOfImage) -> NDArray[Any]:
        """Return what is known of each cell of one image, ``(N,)``."""

    def decide(self, known: NDArray[Any]) -> Decision:
        """Make targets of what is known of the cells of all images, ``(N,)``."""

    def keep_channels(self, image: CellImage, channels: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of `channels` (none means all) that a network may see."""


def open_target(options: TargetOptions, images: Sequence[Path]) -> TargetSource:
    """Return the source of targets that `options` describe.

    Raises
    ------
    FileError, DataError
        If the table cannot be read, or does not say which of several images it means.
    """
    if isinstance(options, MarkerTargetOptions):
        return MarkerTarget(options)
    if options.path is None:
        return TableTarget(options)
    table = read_table(options.path, ["label", options.column], [options.column])
    if len(images) > 1 and image_column(table) is None:
        raise DataError(
            f"{options.path} has no column image, so it does not say which of the {len(images)} "
            "images a label is of; add it."
        )
    check_apart(table, images)
    return TableTarget(options, table)


@dataclass(frozen=True, slots=True)
class MarkerTarget:
    """Positive where a measured intensity of the marker is above a threshold."""

    options: MarkerTargetOptions

    def look(self, one: CellsOfImage) -> NDArray[Any]:
        """Take the intensity from the table of cells, or measure it where it is not there."""
        options = self.options
        marker = one.image.channels[one.image.stain_index(options.channel)]
        column = f"{options.measure}_{marker}{_SUFFIXES[options.region]}"
        if column in one.cells:
            return one.cells[column].to_numpy(np.float64)
        if one.labels is None:
            raise DataError(
                f"The table of cells has no column {column} and there are no labels to measure; "
                "give the labels, or measure the cells first."
            )
        background: Literal["local", "none"] = (
            "local" if options.measure == "integrated" else "none"
        )
        measured = measure_cells(
            one.image.select([marker]),
            one.labels,
            MeasureOptions(background=background),
            cell_labels=one.cell_labels,
        )
        check_columns(measured, [column], "What was measured")
        return look_up(measured, column, one.cells).astype(np.float64)

    def decide(self, known: NDArray[Any]) -> Decision:
        """Part the values of all images by one threshold."""
        options = self.options
        classes = (options.negative, options.positive)
        return part_by_threshold(known, options.threshold, options.undecided, classes)

    def keep_channels(self, image: CellImage, channels: tuple[str, ...]) -> tuple[str, ...]:
        """Leave the marker out, unless it was asked for."""
        if self.options.keep_channel:
            return channels
        marker = image.channels[image.channel_index(self.options.channel)]
        wanted = [image.channel_index(name) for name in channels or image.channels]
        return leave_out(marker, tuple(image.channels[i] for i in wanted))


@dataclass(frozen=True, slots=True)
class TableTarget:
    """The class that stands in a table."""

    options: TableTargetOptions
    table: pd.DataFrame | None = field(default=None)

    def look(self, one: CellsOfImage) -> NDArray[Any]:
        """Look the cells of one image up."""
        column = self.options.column
        if self.table is not None:
            return look_up(self.table, column, one.cells, one.image.source).astype(object)
        check_columns(one.cells, [column], "The table of cells")
        return one.cells[column].to_numpy(object)

    def decide(self, known: NDArray[Any]) -> Decision:
        """Give the classes that were found their numbers."""
        return Decision(*target_from_names(known, self.options.classes))

    def keep_channels(self, image: CellImage, channels: tuple[str, ...]) -> tuple[str, ...]:
        """Keep all: a table is not in the picture."""
        return channels


def leave_out(marker: str | None, channels: tuple[str, ...]) -> tuple[str, ...]:
    """Return the channels of crops without that of the marker, from which the target is read.

    Raises
    ------
    DataError
        If no channel is left.
    """
    kept = tuple(channel for channel in channels if channel != marker)
    if not kept:
        raise DataError(
            f"The marker {marker} is the only channel, so the crops would hold nothing; keep the "
            "marker, or add channels."
        )
    return kept


def part_by_threshold(
    values: NDArray[Any], threshold: float | None, undecided: float, classes: tuple[str, str]
) -> Decision:
    """Part cells by a measurement into the class below and above a threshold; None: Otsu's."""
    target, level = target_from_values(
        values, "otsu" if threshold is None else threshold, undecided
    )
    return Decision(target, classes, level)
