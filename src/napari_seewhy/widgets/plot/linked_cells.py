"""The same cells in table and image: one selection, outlined, clicked and shared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QEvent, QObject, Qt, QTimer, Signal
from qtpy.QtWidgets import QApplication, QWidget

from napari_seewhy.widgets.parts.cells import go_to
from napari_seewhy.widgets.parts.layers import is_seen, turn_to_image
from napari_seewhy.widgets.parts.tasks import state_of
from napari_seewhy.widgets.parts.viewer import follow, is_open
from napari_seewhy.widgets.plot.clicked_cells import ClickedCells
from napari_seewhy.widgets.plot.plotted_cells import PlottedCells
from napari_seewhy.widgets.plot.selected_cells import SelectedCells

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
        self._widget = widget
        widget.installEventFilter(self)
        self._shared = state_of(viewer).selection
        self._cells = PlottedCells.of_layers([])
        self._is_selected = np.zeros(0, bool)
        self._is_selecting = False
        self._outlines = SelectedCells(viewer)
        self._clicks = ClickedCells(viewer, lambda: self._cells.layers, widget)
        self._clicks.clicked.connect(self._on_clicked)
        self._prepare_timer = QTimer(self)
        self._prepare_timer.setSingleShot(True)
        self._prepare_timer.timeout.connect(self._prepare)
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
        """Take other cells; those whose image, time point and label are selected stay so."""
        for layer in set(self._cells.layers) - set(cells.layers):
            self._outlines.hide(layer)
        for layer in cells.layers:
            follow(layer.events.visible, self._on_shown)
        self._cells = cells
        self._show(cells.find(self._shared.keys))
        # Not now: a layer may just be on its way into the viewer.
        self._prepare_timer.start(0)

    def select(self, rows: NDArray[np.intp], is_added: bool = False) -> None:
        """Select the cells of these rows, or add them to those that are selected."""
        is_selected = self._is_selected.copy() if is_added else np.zeros(len(self._cells), bool)
        is_selected[rows] = True
        self._show(is_selected)
        self._is_selecting = True
        self._shared.select(self._cells.keys(is_selected))
        self._is_selecting = False
        self.changed.emit()

    def go_to(self, row: int) -> None:
        """Move the camera, and the time, to a cell; show its image if another one is seen."""
        layer, cell = self.layer_of(row), self._cells.table.iloc[row]
        turn_to_image(self._viewer, layer, set(self._cells.layers) - {layer})
        if np.isfinite([cell.get("y", np.nan), cell.get("x", np.nan)]).all():
            go_to(self._viewer, layer, cell["y"], cell["x"], int(self._cells.t[row]))

    def layer_of(self, row: int) -> Any:
        """Labels layer of a cell."""
        return self._cells.layers[self._cells.place[row]]

    def _on_shared(self) -> None:
        if not self._is_selecting:
            self._show(self._cells.find(self._shared.keys))
            self.changed.emit()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Outline what was selected while the widget was closed."""
        if event is not None and event.type() == QEvent.Type.Show:
            self._show(self._cells.find(self._shared.keys))
            self._prepare_timer.start(0)
        return super().eventFilter(watched, event)

    def _prepare(self) -> None:
        """Have the outlines ready where cells are seen, so that selecting does not wait for it."""
        if not is_open(self._widget):
            return
        for layer in self._cells.layers:
            if layer.visible and layer in self._viewer.layers:
                self._outlines.prepare(layer)

    def _on_shown(self) -> None:
        """Show outlines where cells are selected and their image is seen."""
        n_selected = np.bincount(self._cells.place[self._is_selected], minlength=1)
        for i, layer in enumerate(self._cells.layers):
            has_any = i < len(n_selected) and n_selected[i] > 0
            self._outlines.set_visible(layer, bool(has_any) and is_seen(self._viewer, layer))

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
        if not is_open(self._widget):
            return
        for i, layer in enumerate(self._cells.layers):
            chosen = is_selected & (self._cells.place == i)
            t, label = self._cells.t[chosen], self._cells.label[chosen]
            self._outlines.show(layer, t, label, by_frame=bool(self._cells.by_frame[i]))
        self._on_shown()
