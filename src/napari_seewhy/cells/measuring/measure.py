"""Measuring: an image and its labels become the table of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.cells.labels import check_labels
from napari_seewhy.cells.measuring.frame import Frame
from napari_seewhy.cells.measuring.measure_frame import measure_frame_steps
from napari_seewhy.cells.measuring.options import MeasureOptions
from napari_seewhy.progress import Step, blocking, map_steps

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.images import CellImage
    from napari_seewhy.progress import Task

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
