"""One Labels layer that is corrected by hand: its labels and its table change together."""

from __future__ import annotations

import weakref
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.cells.tidying import (
    EditHistory,
    delete_cells,
    draw_cell,
    follow_edit,
    merge_cells,
    renumber_cells,
    split_cell,
)
from napari_seewhy.layers import label_colors
from napari_seewhy.widgets.parts.layers import note_correction

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.cells.tidying import Edit

CLASS = "class"


def why_not_editable(layer: Any | None) -> str:
    """Say why the labels of a layer cannot be corrected; "" where they can."""
    if layer is None:
        return "No labels layer yet: run Segment cells first."
    if layer.multiscale or not isinstance(layer.data, np.ndarray):
        return "These labels are read from their file piece by piece; open a smaller image."
    return ""


class _Tables(NamedTuple):
    before: pd.DataFrame
    after: pd.DataFrame


class TidiedLayer:
    """Corrects the labels of a layer, with an undo of its own.

    A number is one cell throughout the layer, as for napari: cells of a time series that are merged
    or deleted are so at every time point. Every verb returns what it did, for the person to read.

    Parameters
    ----------
    layer
        Labels layer with an array in memory; only a weak reference to it is kept.

    Raises
    ------
    DataError
        By each verb, if it cannot be done to these labels; nothing is changed then.
    """

    def __init__(self, layer: Any) -> None:
        self._ref = weakref.ref(layer)
        self._edits = EditHistory()
        # None where the table was changed by others since, so that those kept here are outdated.
        self._done: list[_Tables | None] = []
        self._undone: list[_Tables | None] = []
        self._shown: pd.DataFrame | None = None
        # Of napari's brush: before the first edit, and after each that is done.
        self._n_strokes = [0]
        layer.events.paint.connect(self._on_painted)

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self._edits.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether an edit was taken back and can be done again."""
        return self._edits.can_redo

    def merge(self, picked: Collection[int]) -> str:
        """Make one cell of the picked ones."""
        return self._do(merge_cells(self._labels(), picked))

    def delete(self, picked: Collection[int]) -> str:
        """Turn the picked cells into background."""
        return self._do(delete_cells(self._labels(), picked))

    def renumber(self) -> str:
        """Give the cells the numbers 1, 2, 3 ... without gaps."""
        return self._do(renumber_cells(self._labels()))

    def split(self, points: NDArray[np.float64]) -> str:
        """Cut the cell of which a line ``(N, ndim)`` covers most."""
        rows = self._rows_at(points)
        frame = self._labels()[rows]
        line = points[:, -2:]
        return self._do(self._lift(split_cell(frame, cell_under(frame, line), line), rows))

    def draw(self, points: NDArray[np.float64]) -> str:
        """Fill an outline ``(N, ndim)`` on the background with a new cell."""
        rows = self._rows_at(points)
        return self._do(self._lift(draw_cell(self._labels()[rows], points[:, -2:]), rows))

    def undo(self) -> str:
        """Take the last edit back."""
        self._notice_others()
        edit = self._edits.undo(self._labels())
        tables = self._done.pop()
        n_strokes = self._n_strokes.pop()
        self._n_strokes[-1] += n_strokes
        self._undone.append(tables)
        return self._show(edit, self._follow(edit.inverse) if tables is None else tables.before)

    def redo(self) -> str:
        """Do the last undone edit again."""
        self._notice_others()
        edit = self._edits.redo(self._labels())
        tables = self._undone.pop()
        self._done.append(tables)
        self._n_strokes.append(0)
        return self._show(edit, self._follow(edit) if tables is None else tables.after)

    def undo_latest(self) -> str:
        """Take back the last edit, or "" for a stroke of napari's brush that came after it."""
        if self.can_undo and not self._n_strokes[-1]:
            return self.undo()
        self._n_strokes[-1] = max(0, self._n_strokes[-1] - 1)
        self._layer.undo()
        return ""

    def redo_latest(self) -> str:
        """Do the last undone edit again, or "" for a stroke of napari's brush if none is left."""
        if self.can_redo:
            return self.redo()
        self._layer.redo()
        return ""

    @property
    def _layer(self) -> Any:
        return self._ref()

    def _labels(self) -> NDArray[Any]:
        """Labels with all frames one below the other, sharing the layer's memory."""
        layer = self._layer
        flags = layer.data.flags
        if not (flags.writeable and flags.c_contiguous):
            # As labels are that came from the child process or are part of another array.
            layer.data = np.array(layer.data, order="C")
        labels: NDArray[Any] = layer.data.reshape(-1, layer.data.shape[-1])
        return labels

    def _rows_at(self, points: NDArray[np.float64]) -> slice:
        """Rows of `_labels` that are the frame in which something was drawn."""
        *leading, height, _ = self._layer.data.shape
        if not leading:
            return slice(0, height)
        index = np.clip(np.rint(points[0, :-2]).astype(int), 0, np.subtract(leading, 1))
        first = int(np.ravel_multi_index(tuple(index), tuple(leading))) * height
        return slice(first, first + height)

    def _lift(self, edit: Edit, rows: slice) -> Edit:
        """Turn an edit of one frame into one of all, with new numbers that are new in all."""
        labels = self._labels()
        highest = int(labels[rows].max(initial=0))
        shift = int(labels.max(initial=0)) - highest
        is_new = edit.after > highest
        text = edit.description
        for number in np.unique(edit.after[is_new]).tolist():
            text = text.replace(str(number), str(number + shift))
        y, x = edit.box[-2:]
        return replace(
            edit,
            box=(slice(y.start + rows.start, y.stop + rows.start), x),
            after=edit.after + shift * is_new.astype(edit.after.dtype),
            description=text,
        )

    def _do(self, edit: Edit) -> str:
        self._notice_others()
        before = self._layer.features
        self._edits.do(self._labels(), edit)
        after = self._follow(edit)
        self._done = [*self._done, _Tables(before, after)][-self._edits.limit :]
        self._n_strokes = [*self._n_strokes, 0][-self._edits.limit - 1 :]
        self._undone.clear()
        note_correction(self._layer)
        return self._show(edit, after)

    def _on_painted(self) -> None:
        self._n_strokes[-1] += 1

    def _follow(self, edit: Edit) -> pd.DataFrame:
        shape = self._layer.data.shape
        rows_per_t = int(np.prod(shape[1:-1])) if len(shape) > 2 else None
        return follow_edit(self._layer.features, edit, self._labels(), rows_per_t=rows_per_t)

    def _notice_others(self) -> None:
        """Discard the kept tables where the cells were measured again since the last edit."""
        if self._shown is not None and self._layer.features is not self._shown:
            self._done = [None] * len(self._done)
            self._undone = [None] * len(self._undone)

    def _show(self, edit: Edit, features: pd.DataFrame) -> str:
        layer = self._layer
        layer.features = features
        self._shown = layer.features
        if CLASS in features and None in getattr(layer.colormap, "color_dict", {}):
            layer.colormap = label_colors(features, CLASS)
        layer.refresh()
        return edit.description


def cell_under(labels: NDArray[Any], points: NDArray[np.float64]) -> int:
    """Find the cell of which a line covers most; 0 where it lies on the background.

    Parameters
    ----------
    labels
        ``(Y, X)``.
    points
        ``(N, 2)``, y and x of the line's corners.

    Examples
    --------
    >>> cell_under(np.array([[1, 1, 1, 2, 0, 0]]), np.array([(0.0, 1.0), (0.0, 5.0)]))
    1
    """
    from skimage.measure import profile_line

    start, end = points[0], points[-1]
    met = profile_line(labels, start, end, order=0, mode="constant").astype(int)
    return int(np.bincount(met[met > 0], minlength=1).argmax())
