"""What was measured of the cells: their table and a histogram, one cell picked in both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from napari_seewhy.widgets.parts.pictures import CellsTable, Histogram

if TYPE_CHECKING:
    from napari_seewhy.widgets.parts.viewer import ThemeColors

NOTHING = "Nothing is measured yet: choose labels and channels, and press Measure cells."
HOW = "Click a row to go to its cell; click a cell in the image to find its row."


class MeasuredCells(QWidget):
    """Table and histogram of the same cells."""

    picked = Signal(int)
    """Position of a cell in the table, when a person picked its row."""

    colors_changed = Signal()
    """The measurement was changed by which cells may be coloured, or whether they are."""

    export_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells = pd.DataFrame({"label": []})
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._histogram = Histogram()
        self._color_check = QCheckBox("Colour cells by it")
        self._color_check.setToolTip(
            "Colours the cells in the image by this measurement: dark is low, yellow is high."
        )
        self._table = CellsTable()
        self._export_button = QPushButton("Save table ...")
        self._export_button.setToolTip("Saves the whole table as CSV, for R, Python or Excel.")

        self._result = QWidget()
        buttons = QHBoxLayout()
        buttons.addWidget(self._color_check, 1)
        buttons.addWidget(self._export_button)
        result = QVBoxLayout(self._result)
        result.setContentsMargins(0, 0, 0, 0)
        result.addWidget(self._histogram)
        result.addLayout(buttons)
        result.addWidget(self._table, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self._sentence)
        layout.addWidget(self._result, 1)
        layout.addStretch(0)
        self.set_cells(None)

        self._table.picked.connect(self._on_picked)
        self._histogram.column_changed.connect(self.colors_changed)
        self._color_check.toggled.connect(self.colors_changed)
        self._export_button.clicked.connect(self.export_clicked)

    @property
    def cells(self) -> pd.DataFrame:
        """The table that is shown."""
        return self._cells

    @property
    def color_column(self) -> str:
        """Measurement that cells should be coloured by, "" for none."""
        return self._histogram.column if self._color_check.isChecked() else ""

    def set_cells(self, cells: pd.DataFrame | None) -> None:
        """Show other cells; None for none."""
        cells = pd.DataFrame({"label": []}) if cells is None else cells
        self._cells = cells
        self._table.set_cells(cells)
        self._histogram.set_cells(cells)
        is_measured = bool(self._histogram.column)
        self._result.setVisible(is_measured)
        self._sentence.setText(f"{len(cells):,} cells. {HOW}" if is_measured else NOTHING)

    def set_colors(self, colors: ThemeColors) -> None:
        """Follow napari's theme."""
        self._histogram.set_colors(*colors)

    def pick(self, label: int) -> pd.Series[Any] | None:
        """Show a cell as picked; return its row, or None where the table does not have it."""
        found = self._cells.index[self._cells["label"] == label]
        position = int(found[0]) if len(found) else None
        self._table.pick(position)
        self._histogram.mark(position)
        return None if position is None else self._cells.iloc[position]

    def _on_picked(self, position: int) -> None:
        self._histogram.mark(position)
        self.picked.emit(position)
