"""The same cells in table and image: one selection, outlined, clicked and shared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QObject, Qt, Signal
from qtpy.QtWidgets import QApplication, QWidget

from napari_seewhy.widgets._clicked_cells import ClickedCells
from napari_seewhy.widgets._follow import follow
from napari_seewhy.widgets._picked_cells import go_to
from napari_seewhy.widgets._plotted_cells import PlottedCells
from napari_seewhy.widgets._selected_cells import SelectedCells
from napari_seewhy.widgets._state import state_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


class LinkedCells(QObject):
    """Keeps the selection of a table's cells in step with the image and with other widgets.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    widget
        Whose cells these are.
    """

    changed = Signal()
    """Other cells are selected."""

    clicked = Signal(int, bool)
    """Row of the cell that was clicked in the image, -1 = none; and whether Shift was held."""

    def __init__(self, viewer: Any, widget: QWidget) -> None:
        super().__init__(widget)
        self._viewer = viewer
        self._shared = state_of(viewer).selection
        self._cells = PlottedCells.of_layers([])
        self._is_selected = np.zeros(0, bool)
        self._is_selecting = False
        self._outlines = SelectedCells(viewer)
        self._clicks = ClickedCells(viewer, lambda: self._cells.layers, widget)
        self._clicks.clicked.connect(self._on_clicked)
        follow(self._shared.events.keys, self._on_shared)

    @property
    def cells(self) -> PlottedCells:
        """The cells."""
        return self._cells

    @property
    def is_selected(self) -> NDArray[np.bool_]:
        """``(N,)`` whether a cell is selected."""
        return self._is_selected

    def set_cells(self, cells: PlottedCells) -> None:
        """Take other cells; those that are selected by image, time point and label stay so."""
        for layer in set(self._cells.layers) - set(cells.layers):
            self._outlines.hide(layer)
        self._cells = cells
        self._on_shared()

    def select(self, rows: NDArray[np.intp], *, is_added: bool = False) -> None:
        """Select the cells of these rows, or add them to those that are selected."""
        is_selected = self._is_selected.copy() if is_added else np.zeros(len(self._cells), bool)
        is_selected[rows] = True
        self._show(is_selected)
        self._is_selecting = True
        self._shared.select(self._cells.keys(is_selected))
        self._is_selecting = False

    def go_to(self, row: int) -> None:
        """Move the camera, and the time, to a cell."""
        layer, cell = self.layer_of(row), self._cells.table.iloc[row]
        if np.isfinite([cell.get("y", np.nan), cell.get("x", np.nan)]).all():
            go_to(self._viewer, layer, cell["y"], cell["x"], int(self._cells.t[row]))

    def layer_of(self, row: int) -> Any:
        """Labels layer of a cell."""
        return self._cells.layers[self._cells.place[row]]

    def _on_shared(self) -> None:
        if not self._is_selecting:
            self._show(self._cells.find(self._shared.keys))

    def _on_clicked(self, layer: Any | None, label: int) -> None:
        row = None
        if layer is not None and label:
            steps = self._viewer.dims.current_step[-layer.ndim :]
            row = self._cells.row_of(layer, label, int(steps[0]) if layer.ndim > 2 else 0)
        keys = QApplication.keyboardModifiers()
        is_added = bool(keys & Qt.KeyboardModifier.ShiftModifier)
        self.clicked.emit(-1 if row is None else row, is_added)

    def _show(self, is_selected: NDArray[np.bool_]) -> None:
        self._is_selected = is_selected
        for i, layer in enumerate(self._cells.layers):
            chosen = is_selected & (self._cells.place == i)
            t, label = self._cells.t[chosen], self._cells.label[chosen]
            self._outlines.show(layer, t, label, by_frame=bool(self._cells.by_frame[i]))
        self.changed.emit()
