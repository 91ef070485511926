"""Measuring one frame: its strips, their regions and their channels become one table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from napari_seewhy.cells.measuring.channels import measure_channel, prepare_channels
from napari_seewhy.cells.measuring.regions import cut_strips, find_regions
from napari_seewhy.cells.measuring.shapes import measure_boxes, measure_shapes, with_um
from napari_seewhy.errors import DataError
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    import pandas as pd

    from napari_seewhy.cells.measuring.frame import Frame
    from napari_seewhy.cells.measuring.options import MeasureOptions
    from napari_seewhy.cells.measuring.regions import Region
    from napari_seewhy.cells.measuring.shapes import Columns
    from napari_seewhy.progress import Task


def measure_frame_steps(frame: Frame, options: MeasureOptions) -> Task[pd.DataFrame]:
    """Measure the objects of one frame, one `Step` per strip and channel.

    Returns
    -------
    DataFrame
        Sorted by label; all columns but ``t``.
    """
    import pandas as pd

    n_channels = len(frame.image.channels)
    ring_px = options.ring_width_in_pixels(frame.image.pixel_size_um)
    margin_px = 0 if ring_px is None else math.ceil(ring_px)
    strips = cut_strips(frame.labels, frame.cell_labels, margin_px=margin_px)
    total = 1 + len(strips) * n_channels
    yield Step(0, total, "Looking at the background")
    channels = prepare_channels(frame, options)
    tables = []
    for i, strip in enumerate(strips):
        regions = find_regions(strip, frame.labels, frame.cell_labels, ring_px)
        columns = [_describe(region, frame, strip.rows) for region in regions]
        for channel in channels:
            yield Step(1 + i * n_channels + channel.index, total, f"Measuring {channel.name}")
            measured = measure_channel(channel, frame, strip.rows, regions, options)
            for of_region, of_channel in zip(columns, measured, strict=True):
                of_region.update(of_channel)
        tables.append(_join(regions, columns))
    return pd.concat(tables, ignore_index=True).sort_values("label", ignore_index=True)


def _describe(region: Region, frame: Frame, rows: slice) -> Columns:
    """Measure what does not depend on a channel: the whole form, but only the area of a ring."""
    if region.suffix == "_ring":
        shape: Columns = {"area_px": region.runs.areas()}
    else:
        shape = measure_shapes(region.labels, region.runs)
        shape["y"] += rows.start
    shape = with_um(shape, frame.image.pixel_size_um)
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


def _join(regions: list[Region], of_regions: list[Columns]) -> pd.DataFrame:
    """Put the columns of all regions side by side, with the suffix of their region.

    Raises
    ------
    DataError
        If the names of the channels make two columns the same, as "DNA" and "DNA_cell" would.
    """
    import pandas as pd

    joined: Columns = {}
    for region, columns in zip(regions, of_regions, strict=True):
        for name, values in columns.items():
            if name + region.suffix in joined:
                raise DataError(
                    f"Two columns of the table would be called {name + region.suffix}; "
                    "rename the channel that ends like the name of a region."
                )
            joined[name + region.suffix] = values
    return pd.DataFrame(joined)
