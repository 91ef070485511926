"""Measuring one frame: its strips, their regions and their channels become one table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.backgrounds import Background, measure_backgrounds
from napari_seewhy.cells.intensities import measure_intensities
from napari_seewhy.cells.regions import Region, cut_strips, find_regions
from napari_seewhy.cells.shapes import measure_boxes, measure_shapes
from napari_seewhy.errors import DataError
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.cells.measure_options import MeasureOptions
    from napari_seewhy.cells.shapes import Columns
    from napari_seewhy.images import CellImage
    from napari_seewhy.progress import Task


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One time point with its labels.

    Attributes
    ----------
    image
        Axes ``CYX``.
    labels, cell_labels
        What was segmented, and whole cells where there are any; shape ``(Y, X)``.
    """

    image: CellImage
    labels: NDArray[np.int32]
    cell_labels: NDArray[np.int32] | None

    def read_rows(self, channel: int, rows: slice) -> NDArray[Any]:
        """Read some rows of a channel, shape ``(rows, X)``.

        Raises
        ------
        DataError
            If a pixel is not finite.
        """
        pixels: NDArray[Any] = np.asarray(self.image.pixels[channel, rows])
        if pixels.dtype.kind == "f" and not np.isfinite(pixels).all():
            raise DataError(
                f"The channel {self.image.channels[channel]} has pixels that are NaN or infinite; "
                "replace them by numbers before measuring."
            )
        return pixels

    @property
    def all_labels(self) -> list[NDArray[np.int32]]:
        """The label images there are."""
        return [self.labels] if self.cell_labels is None else [self.labels, self.cell_labels]


def measure_frame_steps(frame: Frame, options: MeasureOptions) -> Task[pd.DataFrame]:
    """Measure the objects of one frame, one `Step` per strip and channel.

    Returns
    -------
    DataFrame
        Sorted by label; all columns but ``t``.
    """
    import pandas as pd

    channels = frame.image.channels
    ring_px = options.ring_width_in_pixels(frame.image.pixel_size_um)
    margin_px = 0 if ring_px is None else math.ceil(ring_px)
    strips = cut_strips(frame.labels, frame.cell_labels, margin_px=margin_px)
    total = 1 + len(strips) * len(channels)
    yield Step(0, total, "Measuring the background")
    backgrounds = _find_backgrounds(frame, options)
    tables = []
    for i, strip in enumerate(strips):
        regions = find_regions(strip, frame.labels, frame.cell_labels, ring_px)
        columns = [_describe(region, frame, strip.rows) for region in regions]
        center = columns[0]["y"], columns[0]["x"]
        for channel, name in enumerate(channels):
            yield Step(1 + i * len(channels) + channel, total, f"Measuring {name}")
            pixels = frame.read_rows(channel, strip.rows)
            for region, of_region in zip(regions, columns, strict=True):
                measured = measure_intensities(region.pixels, pixels)
                if backgrounds and region.suffix != "_ring":
                    level = backgrounds[channel].at(*center)
                    measured |= _integrate(measured, level, of_region["area_px"], region.suffix)
                of_region.update(_rename(measured, f"_{name}"))
        named = zip(regions, columns, strict=True)
        tables.append(_join([_rename(of_region, region.suffix) for region, of_region in named]))
    return pd.concat(tables, ignore_index=True).sort_values("label", ignore_index=True)


def _find_backgrounds(frame: Frame, options: MeasureOptions) -> list[Background]:
    """Find the background of every channel; an empty list where none is wanted."""
    if options.background == "none":
        return []
    backgrounds = measure_backgrounds(
        frame.read_rows, len(frame.image.channels), frame.all_labels, options.background_size_px
    )
    if options.background == "field":
        return [background.flatten() for background in backgrounds]
    return backgrounds


def _describe(region: Region, frame: Frame, rows: slice) -> Columns:
    """Measure what does not depend on a channel: the whole form, but only the area of a ring."""
    if region.suffix == "_ring":
        shape: Columns = {"area_px": region.runs.areas()}
    else:
        shape = measure_shapes(region.labels, region.runs)
        shape["y"] += rows.start
    shape = add_um_columns(shape, frame.image.pixel_size_um)
    if region.suffix:
        return shape
    box = measure_boxes(region.runs)
    box["y_min"] += rows.start
    box["y_max"] += rows.start
    height, width = frame.image.shape_yx
    touches = (box["y_min"] == 0) | (box["x_min"] == 0)
    touches |= (box["y_max"] == height) | (box["x_max"] == width)
    place = {"label": region.runs.numbers, "y": shape.pop("y"), "x": shape.pop("x")}
    return place | box | {"touches_border": touches} | shape


def _integrate(
    measured: Columns, level: NDArray[np.float64], area: NDArray[np.int64], suffix: str
) -> Columns:
    """Take the background off the sum; the background itself is told once, of the object."""
    integrated: Columns = {"integrated": measured["sum"] - area * level}
    return integrated if suffix else {"background": level} | integrated


def add_um_columns(columns: Columns, pixel_size_um: float | None) -> Columns:
    """Add, after every column in pixels, the same in micrometres, if the pixel size is known."""
    if pixel_size_um is None:
        return columns
    in_both: Columns = {}
    for name, values in columns.items():
        in_both[name] = values
        if name.endswith("area_px"):
            in_both[name.removesuffix("px") + "um2"] = values * pixel_size_um**2
        elif name.endswith("_px"):
            in_both[name.removesuffix("px") + "um"] = values * pixel_size_um
    return in_both


def _rename(columns: Columns, ending: str) -> Columns:
    return {f"{name}{ending}": values for name, values in columns.items()}


def _join(of_regions: list[Columns]) -> pd.DataFrame:
    """Put the columns of all regions side by side.

    Raises
    ------
    DataError
        If the names of the channels make two columns the same, as "DNA" and "DNA_cell" would.
    """
    import pandas as pd

    names = [name for columns in of_regions for name in columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(
            f"Two columns of the table would be called {twice[0]}; "
            "rename the channel that ends like the name of a region."
        )
    return pd.DataFrame(
        {name: values for columns in of_regions for name, values in columns.items()}
    )
