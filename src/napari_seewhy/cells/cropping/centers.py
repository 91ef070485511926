"""Where the cells of labels are: all that cutting crops needs of a table of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.cells.labels import check_labels, find_runs
from napari_seewhy.cells.measuring import measure_boxes, measure_centers

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.images import CellImage


def find_centers(
    image: CellImage, labels: ArrayLike, cell_labels: ArrayLike | None = None
) -> pd.DataFrame:
    """Find the middle of every object, much faster than by measuring it.

    Parameters
    ----------
    image
        The image, any axes.
    labels
        ``(Y, X)``, or ``(T, Y, X)`` for a time series.
    cell_labels
        Whole cells with the numbers of their nuclei.

    Returns
    -------
    DataFrame
        Columns ``t`` for a time series, ``label``, ``y``, ``x``, ``touches_border``, and with
        whole cells ``y_cell`` and ``x_cell``: as `measure_cells` gives them. A nucleus without a
        cell takes its own centre.

    Raises
    ------
    DataError
        If the labels are not those of the image.
    """
    import pandas as pd

    nuclei = check_labels(labels, image)
    cells = None if cell_labels is None else check_labels(cell_labels, image)
    frames = nuclei.reshape(-1, *nuclei.shape[-2:])
    cell_frames = [None] * len(frames) if cells is None else cells.reshape(frames.shape)
    tables = []
    for t, (of_nuclei, of_cells) in enumerate(zip(frames, cell_frames, strict=True)):
        table = _find_in_frame(of_nuclei, of_cells)
        if "T" in image.axes:
            table.insert(0, "t", t)
        tables.append(table)
    return pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)


def _find_in_frame(labels: NDArray[np.int32], cells: NDArray[np.int32] | None) -> pd.DataFrame:
    import pandas as pd

    runs = find_runs(labels)
    y, x = measure_centers(runs)
    box = measure_boxes(runs)
    touches = (box["y_min"] == 0) | (box["x_min"] == 0)
    touches |= (box["y_max"] == labels.shape[0]) | (box["x_max"] == labels.shape[1])
    table = {"label": runs.numbers, "y": y, "x": x, "touches_border": touches}
    if cells is not None:
        y_cell, x_cell = measure_centers(find_runs(cells, runs.numbers))
        table["y_cell"] = np.where(np.isnan(y_cell), y, y_cell)
        table["x_cell"] = np.where(np.isnan(x_cell), x, x_cell)
    return pd.DataFrame(table)
