"""The crops of one image: cut in memory, to be looked at, given targets, and saved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from pydantic import Field

from napari_seewhy.cells.cropping.crop import CropOptions, crop_geometry, cut_blocks
from napari_seewhy.cells.cropping.table import make_origin
from napari_seewhy.cells.cropping.targets import Decision, leave_out, part_by_threshold
from napari_seewhy.cells.measuring import MeasureOptions, measure_cells_steps
from napari_seewhy.errors import DataError
from napari_seewhy.options import Options
from napari_seewhy.progress import Step
from napari_seewhy.record import make_record
from napari_seewhy.samples.storing import SampleWriter
from napari_seewhy.samples.targeting import target_from_names

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.images import CellImage
    from napari_seewhy.progress import Task


class ColumnTargetOptions(Options):
    """The class that a network should predict for each crop, as far as the table contains it."""

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


_ROWS_AT_ONCE = 256


@dataclass(frozen=True, slots=True, eq=False)
class Crops:
    """The crops of one image.

    Attributes
    ----------
    pixels
        ``(N, C, H, W)``.
    cells
        One row per crop, with everything that is known of its cell.
    channels
        One name per channel.
    pixel_size_um
        Edge of a crop's pixel in micrometres, None where it is not known.
    source, scene
        Where the image came from.
    options
        How they were cut.
    assumed
        What was assumed of the image when it was read.
    """

    pixels: NDArray[Any]
    cells: pd.DataFrame
    channels: tuple[str, ...]
    pixel_size_um: float | None
    source: str
    scene: str
    options: CropOptions
    assumed: tuple[str, ...] = ()


class SavedCrops(NamedTuple):
    """Where crops were saved, and how many."""

    path: Path
    n_crops: int


def cut_crops_steps(
    image: CellImage,
    labels: NDArray[Any],
    cells: pd.DataFrame | None,
    options: CropOptions,
    cell_labels: NDArray[Any] | None = None,
) -> Task[Crops]:
    """Cut one crop about each cell, with a `Step` per block of crops.

    Parameters
    ----------
    image
        The channels to keep.
    labels
        ``(Y, X)`` or ``(T, Y, X)``.
    cells
        Table of the cells; where it is None, or lacks the place of a cell, they are measured first.
    options
        How to cut.
    cell_labels
        Whole cells with the numbers of their nuclei; where given, neighbours are masked as cells.

    Raises
    ------
    DataError
        If there is no cell, or a crop would be larger than the image.
    """
    places = ["y", "x"] if options.center == "nucleus" else ["y_cell", "x_cell"]
    if cells is None or not set(places) <= set(cells) or cells[places].isna().to_numpy().any():
        plain = MeasureOptions(background="none", z_plane=options.z_plane)
        cells = yield from measure_cells_steps(image, labels, plain, cell_labels=cell_labels)
    if len(cells) == 0:
        raise DataError("There is no cell in these labels; segment the image first.")
    geometry = crop_geometry(image, options)
    shape = (len(cells), len(image.channels), geometry.size_px, geometry.size_px)
    pixels = np.empty(shape, image.pixels.dtype)
    around = labels if cell_labels is None else cell_labels
    n_done = 0
    for block in cut_blocks(image, cells, options, labels=around):
        pixels[block.rows] = block.pixels
        n_done += len(block.rows)
        yield Step(n_done, len(cells), "Cutting crops")
    known = (image.channels, geometry.pixel_size_um, image.source, image.scene)
    return Crops(pixels, cells, *known, options, image.assumed)


def save_crops_steps(
    path: Path, crops: Crops, options: ColumnTargetOptions, group: str
) -> Task[SavedCrops]:
    """Write crops as a sample set, with a `Step` per some hundred of them.

    Parameters
    ----------
    path
        Sample set (HDF5); what stood there before is replaced at the end.
    crops
        From `cut_crops_steps`.
    options
        Where the targets come from.
    group
        What must stay together when splitting: dish, well, day.

    Raises
    ------
    FileError
        If the file cannot be written.
    DataError
        If no target can be made, or nothing is left without the marker.
    """
    # It reads formats of images, which a window needs not before it saves.
    from napari_seewhy.images import find_image_files

    found = find_target(crops.cells, options)
    marker = None if options.keep_marker else marker_of(options.column, crops.channels)
    names = leave_out(marker, crops.channels)
    kept = [crops.channels.index(name) for name in names]
    chosen = {"crop": crops.options.model_dump(mode="json"), "target": options.model_dump()}
    is_file = crops.source and Path(crops.source).is_file()
    inputs = find_image_files(Path(crops.source), with_description=True) if is_file else ()
    n_crops = len(crops.pixels)
    results: dict[str, Any] = {
        "n_samples": n_crops,
        "threshold": found.threshold,
        "warnings": list(crops.assumed),
    }
    record = make_record("crop", chosen, inputs, **results)
    origin = make_origin(crops.cells, crops.source, crops.scene)
    writer = SampleWriter(
        path,
        channels=names,
        size_px=crops.pixels.shape[-2:],
        dtype=crops.pixels.dtype,
        classes=found.classes,
        pixel_size_um=crops.pixel_size_um,
        record=record,
    )
    with writer:
        for start in range(0, n_crops, _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            pixels = crops.pixels[rows][:, kept]
            writer.append(pixels, found.target[rows], group, origin.iloc[rows])
            yield Step(min(rows.stop, n_crops), n_crops, "Saving crops")
    return SavedCrops(path, n_crops)
