"""The table of cells that crops are cut by: where their middles are, and in which frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from napari_seewhy.cells.labels import check_labels, find_runs
from napari_seewhy.cells.measuring import measure_boxes, measure_centers
from napari_seewhy.errors import DataError, OptionError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.cells.labels import LabelledCells
    from napari_seewhy.images import CellImage

Center: TypeAlias = Literal["nucleus", "cell"]
"""What stands in the middle of a crop."""


def read_centers(cells: pd.DataFrame, image: CellImage, center: Center) -> NDArray[np.float64]:
    """Read where the middle of each crop is.

    Returns
    -------
    ndarray, shape ``(N, 2)``
        y and x in pixels.

    Raises
    ------
    DataError
        If a column is missing, or a cell lies outside the image.
    """
    names = ["y", "x"] if center == "nucleus" else ["y_cell", "x_cell"]
    missing = [name for name in names if name not in cells]
    if missing:
        measured = "nuclei" if center == "nucleus" else "nuclei together with the cells"
        raise DataError(
            f"The table of cells has no column {' and '.join(missing)}; measure the {measured} "
            "first."
        )
    centers = cells[names].to_numpy(np.float64)
    is_inside = ((centers >= -0.5) & (centers <= np.subtract(image.shape_yx, 0.5))).all(axis=1)
    if not is_inside.all():
        y, x = centers[~is_inside][0]
        raise DataError(
            f"A cell of the table is at y {y:.4g}, x {x:.4g}, outside the image of "
            f"{image.shape_yx[0]} x {image.shape_yx[1]} pixels; choose the table of this image."
        )
    return centers


def read_frames(cells: pd.DataFrame, image: CellImage) -> NDArray[np.int64]:
    """Read at which time point each cell is, ``(N,)``; 0 where there is no time axis.

    Raises
    ------
    DataError
        If the image has several and the table does not say which.
    """
    if "t" in cells:
        return cells["t"].to_numpy(np.int64)
    if image.n_frames > 1:
        raise DataError(
            f"The image has {image.n_frames} time points and the table of cells no column t; "
            "measure the whole time series first."
        )
    return np.zeros(len(cells), np.int64)


def check_masking(
    image: CellImage, cells: pd.DataFrame, labels: NDArray[Any] | None
) -> NDArray[np.int32]:
    """Return the labels as int32 if neighbours can be masked by them; once for all crops.

    Raises
    ------
    OptionError
        If there are no labels.
    DataError
        If they do not fit the image, or the table does not name its cells.
    """
    if labels is None:
        raise OptionError("Masking neighbours needs the labels; give them, or leave masking off.")
    if "label" not in cells:
        raise DataError("The table of cells has no column label, which masking neighbours needs.")
    return check_labels(labels, image)


def make_origin(cells: pd.DataFrame, source: str, scene: str) -> pd.DataFrame:
    """Say of each crop which file, scene, frame, label and place it came from."""
    import pandas as pd

    return pd.DataFrame(
        {
            "source": source,
            "scene": scene,
            "t": cells["t"].to_numpy(np.int64) if "t" in cells else 0,
            "label": cells["label"].to_numpy(np.int64),
            "y": cells["y"].to_numpy(np.float64),
            "x": cells["x"].to_numpy(np.float64),
        },
        index=pd.RangeIndex(len(cells)),
    )


def find_centers(cells: LabelledCells) -> pd.DataFrame:
    """Find the middle of every object, much faster than by measuring it.

    Parameters
    ----------
    cells
        With labels that were checked.

    Returns
    -------
    DataFrame
        Columns ``t`` for a time series, ``label``, ``y``, ``x``, ``touches_border``, and with
        whole cells ``y_cell`` and ``x_cell``: as `measure_cells` gives them. A nucleus without a
        cell takes its own centre.
    """
    import pandas as pd

    frames = cells.labels.reshape(-1, *cells.labels.shape[-2:])
    whole = cells.cell_labels
    cell_frames = [None] * len(frames) if whole is None else whole.reshape(frames.shape)
    tables = []
    for t, (of_nuclei, of_cells) in enumerate(zip(frames, cell_frames, strict=True)):
        table = _find_in_frame(of_nuclei, of_cells)
        if "T" in cells.image.axes:
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
