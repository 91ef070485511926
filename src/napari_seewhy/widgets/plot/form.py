"""The choices for the plot: whose cells, what along the axes, what as colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from napari_seewhy.widgets.parts.forms import tame
from napari_seewhy.widgets.parts.layers import LayerTicks, is_labels, original_of
from napari_seewhy.widgets.parts.viewer import follow
from napari_seewhy.widgets.plot.plotted_cells import PlottedCells, has_cells, image_of

if TYPE_CHECKING:
    from collections.abc import Sequence

ONE_COLOR = "one colour"
_AREAS = ("area_um2", "area_px")
_SUMS = ("integrated_", "sum_", "mean_")


class PlotForm(QWidget):
    """Asks for layers of cells, two measurements and a colour."""

    layers_changed = Signal()
    """Other layers are ticked, or their tables are new."""

    axes_changed = Signal()

    color_changed = Signal()

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._layers = LayerTicks(
            viewer,
            self._has_own_cells,
            describe=lambda layer: f"Image {image_of(layer)}",
            tooltip="Labels whose cells were measured; several are drawn together.",
        )
        self._x_box, self._y_box, self._color_box = QComboBox(), QComboBox(), QComboBox()
        self._is_color_chosen = False
        self._x_log, self._y_log = QCheckBox("log"), QCheckBox("log")
        self._x_box.setToolTip("The measurement along the horizontal axis.")
        self._y_box.setToolTip("The measurement along the upright axis.")
        self._color_box.setToolTip(
            "What colours the points: a class, a probability, or any measurement."
        )
        rows = QFormLayout()
        rows.addRow("Cells of", self._layers.native)
        for name, box, log in (("x", self._x_box, self._x_log), ("y", self._y_box, self._y_log)):
            log.setToolTip("Draws this axis in powers of ten; values of 0 or less are hidden.")
            row = QHBoxLayout()
            row.addWidget(box, 1)
            row.addWidget(log)
            rows.addRow(name, row)
            log.toggled.connect(self.axes_changed)
            box.currentTextChanged.connect(self.axes_changed)
        rows.addRow("Colour", self._color_box)
        for box in (self._x_box, self._y_box, self._color_box):
            tame(box)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(rows)
        layout.addStretch(1)
        self._color_box.currentTextChanged.connect(self._on_color_chosen)
        self._layers.changed.connect(self._on_ticked)
        follow(viewer.layers.events.inserted, self._on_inserted)
        for layer in viewer.layers:
            self._watch(layer)

    @property
    def cells(self) -> PlottedCells:
        """The cells of the ticked layers."""
        return PlottedCells.of_layers(self._layers.value)

    @property
    def axes(self) -> tuple[str, str]:
        """The measurements along both axes, "" where there is none."""
        return self._x_box.currentText(), self._y_box.currentText()

    @property
    def is_log(self) -> tuple[bool, bool]:
        """Which axes are logarithmic."""
        return self._x_log.isChecked(), self._y_log.isChecked()

    @property
    def color(self) -> str:
        """The column that colours the points, "" = one colour for all."""
        name = self._color_box.currentText()
        return "" if name == ONE_COLOR else name

    def offer(self, cells: PlottedCells) -> None:
        """Offer the columns of other cells; what was chosen stays where they have it."""
        numbers = cells.numbers
        x = next((name for name in _AREAS if name in numbers), "")
        sums = [name for start in _SUMS for name in numbers if name.startswith(start)]
        others = [name for name in (*sums, *numbers) if name != x]
        _refill(self._x_box, numbers, [x])
        _refill(self._y_box, numbers, others[:1])
        columns = [ONE_COLOR, *cells.classes, *numbers]
        _refill(self._color_box, columns, cells.classes, keeps=self._is_color_chosen)

    def _on_color_chosen(self) -> None:
        self._is_color_chosen = True
        self.color_changed.emit()

    def choose(self, x: str, y: str | None = None, *, is_log: bool | None = None) -> None:
        """Choose what is along the axes; what is not given stays."""
        blocked = self.blockSignals(True)
        self._x_box.setCurrentText(x)
        if y is not None:
            self._y_box.setCurrentText(y)
        if is_log is not None:
            self._x_log.setChecked(is_log)
            self._y_log.setChecked(is_log)
        self.blockSignals(blocked)
        self.axes_changed.emit()

    def color_by(self, column: str) -> None:
        """Choose the column that colours the points."""
        self._color_box.setCurrentText(column)

    def _has_own_cells(self, layer: Any) -> bool:
        """Whether a layer has cells that no other layer has already."""
        return has_cells(layer) and original_of(self._viewer, layer) is None

    def _on_ticked(self) -> None:
        self.layers_changed.emit()

    def _on_inserted(self, event: Any) -> None:
        self._watch(event.value)

    def _watch(self, layer: Any) -> None:
        if is_labels(layer):
            follow(layer.events.features, self._on_features_changed)

    def _on_features_changed(self) -> None:
        before = self._layers.value
        self._layers.reset_choices()
        if self._layers.value == before:
            self.layers_changed.emit()


def _refill(
    box: QComboBox, names: Sequence[str], preferred: Sequence[str], *, keeps: bool = True
) -> None:
    """Offer other names and tell nobody; keep the choice, or make one of the preferred."""
    wanted = [*([box.currentText()] if keeps else []), *preferred]
    blocked = box.blockSignals(True)
    box.clear()
    box.addItems(names)
    box.setCurrentIndex(next((names.index(name) for name in wanted if name in names), 0))
    box.blockSignals(blocked)
