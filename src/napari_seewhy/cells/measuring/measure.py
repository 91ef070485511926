"""Measuring: an image and its labels become the table of cells."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from napari_seewhy.cells.labels import check_labels
from napari_seewhy.cells.measuring.channels import measure_channel, prepare_channels
from napari_seewhy.cells.measuring.frame import Frame
from napari_seewhy.cells.measuring.options import MeasureOptions
from napari_seewhy.cells.measuring.regions import cut_strips, find_regions
from napari_seewhy.cells.measuring.shapes import measure_boxes, measure_shapes, with_um
from napari_seewhy.errors import DataError
from napari_seewhy.images import release
from napari_seewhy.progress import Step, blocking, map_steps

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.cells.measuring.regions import Region
    from napari_seewhy.cells.measuring.shapes import Columns
    from napari_seewhy.images import CellImage
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
        for array in (frame.labels, *(channel.measured for channel in channels)):
            release(array)
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


__all__ = ["MeasureOptions", "measure_cells", "measure_cells_steps"]


def measure_cells_steps(
    image: CellImage,
    labels: ArrayLike,
    options: MeasureOptions | None = None,
    *,
    cell_labels: ArrayLike | None = None,
) -> Task[pd.DataFrame]:
    """Measure size, form and brightness of every object, one row each.

    Parameters
    ----------
    image
        What the objects were found in; a stack is flattened as `options` say. Pixels that are
        still in the file are read one channel of some rows at a time.
    labels
        Nuclei, or whatever was segmented: one integer per object, 0 = background, shape ``(Y, X)``,
        or ``(T, Y, X)`` where the image has a time axis. They need not be sequential.
    options
        What to measure; None for the defaults.
    cell_labels
        Whole cells with the numbers of their nuclei, same shape. A cell without a nucleus is
        passed over.

    Returns
    -------
    DataFrame
        Sorted by time point and label; columns as in ``docs/reference/definitions.md``. Without
        an object it has all columns and no row.

    Raises
    ------
    DataError
        If the labels do not fit the image, pixels are not finite, or two columns would have the
        same name.
    OptionError
        If an option does not fit the image.

    Examples
    --------
    >>> import numpy as np
    >>> from napari_seewhy.images import CellImage
    >>> image = CellImage(np.full((1, 4, 4), 7, np.uint8), "CYX", ("DNA",), 0.5)
    >>> labels = np.array([[0, 0, 0, 0], [0, 3, 3, 0], [0, 3, 3, 0], [0, 0, 0, 0]])
    >>> cells = measure_cells(image, labels)
    >>> cells[["label", "area_px", "area_um2", "mean_DNA"]]
       label  area_px  area_um2  mean_DNA
    0      3        4       1.0       7.0
    """
    import pandas as pd

    options = options or MeasureOptions()
    flat = image.flatten_z(options.z_plane)
    nuclei = check_labels(labels, flat)
    cells = None if cell_labels is None else check_labels(cell_labels, flat)
    tables = []
    for t in range(flat.n_frames):
        frame = Frame(flat.frame(t), _at(nuclei, t), None if cells is None else _at(cells, t))
        table = yield from _in_series(measure_frame_steps(frame, options), t, flat.n_frames)
        if "T" in flat.axes:
            table.insert(1, "t", t)
        tables.append(table)
    # Empty tables would spoil the types of the columns of the others.
    return pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)


measure_cells = blocking(measure_cells_steps)


def _at(labels: NDArray[np.int32], t: int) -> NDArray[np.int32]:
    return labels[t] if labels.ndim > 2 else labels


def _in_series(task: Task[pd.DataFrame], t: int, n_frames: int) -> Task[pd.DataFrame]:
    """Run the task of one frame, counting its steps on from those of the frames before."""
    return map_steps(
        task, lambda step: Step(t * step.total + step.done, n_frames * step.total, step.message)
    )
