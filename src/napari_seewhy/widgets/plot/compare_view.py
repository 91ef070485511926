"""Comparing images and conditions: how many cells of each class, with intervals, drawn."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from qtpy.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_seewhy.cells.classifying import (
    compare_conditions,
    conditions_by_name,
    conditions_by_table,
)
from napari_seewhy.errors import SeewhyError
from napari_seewhy.layers import class_colors
from napari_seewhy.pages import literal
from napari_seewhy.tables import read_table, write_table
from napari_seewhy.widgets.parts.pictures import CellsTable, ask_output
from napari_seewhy.widgets.parts.viewer import settle, telling_errors
from napari_seewhy.widgets.plot.colors import to_hex

if TYPE_CHECKING:
    import pandas as pd

    from napari_seewhy.cells.classifying import ConditionCounts
    from napari_seewhy.widgets.parts.viewer import ThemeColors
    from napari_seewhy.widgets.plot.plotted_cells import PlottedCells

_NO_CLASS = "No column says what the cells are: name some, run Classify cells, or open their table."
_HOW = (
    "The 95 % interval comes from drawing images, where a condition has three or more; with fewer "
    "it is Wilson's of the cells, and too narrow."
)
_ROOM = 0.6
"""The classes of a condition share so much of the way to the next one."""


class CompareView(QWidget):
    """Asks what the conditions are, counts the classes, and shows them as table and plot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: PlottedCells | None = None
        self._table: pd.DataFrame | None = None
        self._counted: ConditionCounts | None = None
        self._class_box = QComboBox()
        self._class_box.setToolTip("The column with the class of each cell.")
        self._pattern = QLineEdit()
        self._pattern.setPlaceholderText("the name of the image")
        self._pattern.setToolTip(
            "A regular expression that finds the condition in the name of the image, such as "
            "^([a-z]+)_ for drug_A01. Empty: each image by itself."
        )
        self._file_button = QPushButton("Table ...")
        self._file_button.setToolTip(
            "A CSV with columns image (or well) and condition, or a plate map: letters down, "
            "numbers across."
        )
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._plot = pg.PlotWidget()
        self._plot.setFixedHeight(170)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        self._plot.setLabel("left", "% of cells")
        self._plot.setToolTip("Share of each class with its 95 % interval.")
        self._conditions = CellsTable()
        self._save_button = QPushButton("Save both tables ...")
        self._save_button.setToolTip(
            "Saves the counts per condition as NAME.csv, and those per image as NAME_images.csv."
        )
        self._lay_out()
        self._class_box.activated.connect(self._count)
        self._pattern.editingFinished.connect(self._on_pattern)
        self._file_button.clicked.connect(self.choose_table)
        self._save_button.clicked.connect(self.save)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._pattern, 1)
        row.addWidget(self._file_button)
        rows = QFormLayout()
        rows.addRow("Classes", self._class_box)
        rows.addRow("Condition", row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(rows)
        for part in (self._said, self._plot, self._conditions, self._save_button):
            layout.addWidget(part)

    @property
    def counted(self) -> ConditionCounts | None:
        """What is shown, None where nothing is."""
        return self._counted

    def set_cells(self, cells: PlottedCells) -> None:
        """Compare other cells; the condition is asked for as before."""
        self._cells = cells
        before = self._class_box.currentText()
        columns = [name for name in cells.classes if name != "image"]
        self._class_box.clear()
        self._class_box.addItems(columns)
        self._class_box.setCurrentText(before if before in columns else next(iter(columns), ""))
        self._count()

    def set_theme(self, colors: ThemeColors) -> None:
        """Follow napari's theme."""
        self._plot.setBackground(colors.background)
        for side in ("left", "bottom"):
            axis: Any = self._plot.getAxis(side)
            axis.setPen(colors.text)
            axis.setTextPen(colors.text)

    def choose_table(self) -> None:
        """Ask for the table of conditions."""
        title = "Choose a table of conditions"
        path, _ = QFileDialog.getOpenFileName(self, title, "", "Table (*.csv)")
        if path:
            with telling_errors():
                self._table = read_table(Path(path))
                self._pattern.clear()
                self._count()

    def save(self) -> None:
        """Ask where to, and save the counts per condition, and per image beside them."""
        if self._counted is None:
            return
        with telling_errors():
            path = ask_output(self, "Save counts", "counts.csv", "Table (*.csv)")
            if path is not None:
                write_table(path, self._counted.conditions)
                write_table(path.with_name(f"{path.stem}_images.csv"), self._counted.images)

    def _on_pattern(self) -> None:
        if self._pattern.text():
            self._table = None
        self._count()

    def _count(self) -> None:
        """Count, and show what came out or what is missing."""
        self._counted, said = None, _NO_CLASS
        if self._cells is not None and self._class_box.currentText():
            table = self._cells.table
            images = list(dict.fromkeys(table["image"].astype(str)))
            try:
                of = (
                    conditions_by_name(images, self._pattern.text())
                    if self._table is None
                    else conditions_by_table(images, self._table)
                )
                self._counted = compare_conditions(table, self._class_box.currentText(), of)
                said = f"{len(images):,} images, {len(set(of.values())):,} conditions. {_HOW}"
            except SeewhyError as error:
                said = str(error)
        self._said.setText(literal(said))
        for part in (self._plot, self._conditions, self._save_button):
            part.setVisible(self._counted is not None)
        if self._counted is not None:
            shown = self._counted.conditions
            self._conditions.set_cells(shown)
            self._draw(shown)
        settle(self)

    def _draw(self, counts: pd.DataFrame) -> None:
        """Draw a point with its interval for each class of each condition."""
        plot = self._plot.getPlotItem()
        plot.clear()
        classes = list(dict.fromkeys(counts["class"].astype(str)))
        names = list(dict.fromkeys(counts["condition"].astype(str)))
        legend = []
        for k, (name, color) in enumerate(class_colors(classes).items()):
            part = counts[counts["class"].astype(str) == name]
            share, low, high = (100 * part[c].to_numpy(float) for c in ("fraction", "low", "high"))
            place = np.array([names.index(str(one)) for one in part["condition"]], float)
            x = place + _ROOM * (k + 0.5 - len(classes) / 2) / len(classes)
            pen = pg.mkPen(to_hex(color), width=2)
            bars = {"top": high - share, "bottom": share - low, "beam": 0.06}
            plot.addItem(pg.ErrorBarItem(x=x, y=share, pen=pen, **bars))
            plot.addItem(pg.ScatterPlotItem(x=x, y=share, size=9, brush=to_hex(color), pen=None))
            legend.append(
                f'<span style="color:{to_hex(color)}">\N{BLACK CIRCLE}</span> {escape(name)}'
            )
        plot.getAxis("bottom").setTicks([list(enumerate(names))])
        plot.setTitle(" &nbsp; ".join(legend), size="9pt")
        plot.setXRange(-0.5, len(names) - 0.5, padding=0)
        plot.setYRange(0, 100, padding=0.02)
