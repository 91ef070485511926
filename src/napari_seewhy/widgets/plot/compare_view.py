"""Comparing images and conditions: how many cells of each class, with intervals, drawn."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_seewhy.cells.classifying import compare_conditions
from napari_seewhy.errors import SeewhyError
from napari_seewhy.layers import class_colors
from napari_seewhy.pages import literal
from napari_seewhy.tables import write_table
from napari_seewhy.widgets.parts.folders import ConditionLine
from napari_seewhy.widgets.parts.forms import tame
from napari_seewhy.widgets.parts.pictures import CellsTable, ask_output
from napari_seewhy.widgets.parts.viewer import is_open, settle, telling_errors
from napari_seewhy.widgets.plot.colors import to_hex

if TYPE_CHECKING:
    import pandas as pd
    from qtpy.QtGui import QShowEvent

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

_AXIS_PX, _POINT_PX, _ROW_PX = 75, 13, 26
"""Height of the axis and the legend, of a class, and of the lowest condition."""

_NAME_PX = 110
"""Longer names of conditions are shortened beside the plot; the table has them in full."""


class CompareView(QWidget):
    """Asks what the conditions are, counts the classes, and shows them as table and plot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: PlottedCells | None = None
        self._counted: ConditionCounts | None = None
        self._is_stale = False
        self._text = ""
        self._class_box = QComboBox()
        tame(self._class_box)
        self._class_box.setToolTip("The column with the class of each cell.")
        self._condition = ConditionLine()
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._plot = pg.PlotWidget()
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        self._plot.setLabel("bottom", "% of cells")
        self._plot.setToolTip("Share of each class with its 95 % interval.")
        self._conditions = CellsTable()
        self._save_button = QPushButton("Save both tables ...")
        self._save_button.setToolTip(
            "Saves the counts per condition as NAME.csv, and those per image as NAME_images.csv."
        )
        self._lay_out()
        self._class_box.activated.connect(self._count)
        self._condition.changed.connect(self._count)
        self._save_button.clicked.connect(self.save)

    def _lay_out(self) -> None:
        rows = QFormLayout()
        rows.addRow("Classes", self._class_box)
        rows.addRow("Condition", self._condition)
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
        self._is_stale = True
        self.catch_up()

    def catch_up(self) -> None:
        """Count what came while this was out of sight."""
        if self._is_stale and is_open(self):
            self._count()

    def showEvent(self, event: QShowEvent) -> None:
        """Count what came meanwhile."""
        super().showEvent(event)
        self.catch_up()

    def set_theme(self, colors: ThemeColors) -> None:
        """Follow napari's theme."""
        self._plot.setBackground(colors.background)
        self._text = colors.text
        for side in ("left", "bottom"):
            axis: Any = self._plot.getAxis(side)
            axis.setPen(colors.text)
            axis.setTextPen(colors.text)
        if self._counted is not None:
            self._draw(self._counted.conditions)

    def save(self) -> None:
        """Ask where to, and save the counts per condition, and per image beside them."""
        if self._counted is None:
            return
        with telling_errors():
            path = ask_output(self, "Save counts", "counts.csv", "Table (*.csv)")
            if path is not None:
                write_table(path, self._counted.conditions)
                write_table(path.with_name(f"{path.stem}_images.csv"), self._counted.images)

    def _count(self) -> None:
        """Count, and show what came out or what is missing."""
        self._is_stale, self._counted, said = False, None, _NO_CLASS
        if self._cells is not None and self._class_box.currentText():
            table = self._cells.table
            images = list(dict.fromkeys(table["image"].astype(str)))
            try:
                of = self._condition.find(images)
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
        """Draw conditions below each other, and a point with its interval for each class."""
        plot = self._plot.getPlotItem()
        plot.clear()
        classes = list(dict.fromkeys(counts["class"].astype(str)))
        names = list(dict.fromkeys(counts["condition"].astype(str)))
        legend = []
        for k, (name, color) in enumerate(class_colors(classes).items()):
            part = counts[counts["class"].astype(str) == name]
            share, low, high = (100 * part[c].to_numpy(float) for c in ("fraction", "low", "high"))
            place = np.array([names.index(str(one)) for one in part["condition"]], float)
            y = place + _ROOM * (k + 0.5 - len(classes) / 2) / len(classes)
            pen = pg.mkPen(to_hex(color), width=2)
            bars = {"right": high - share, "left": share - low, "beam": 0.06}
            plot.addItem(pg.ErrorBarItem(x=share, y=y, pen=pen, **bars))
            plot.addItem(pg.ScatterPlotItem(x=share, y=y, size=9, brush=to_hex(color), pen=None))
            legend.append(
                f'<span style="color:{to_hex(color)}">\N{BLACK CIRCLE}</span> {escape(name)}'
            )
        letters, middle = self.fontMetrics(), Qt.TextElideMode.ElideMiddle
        shown = [letters.elidedText(name, middle, _NAME_PX) for name in names]
        plot.getAxis("left").setTicks([list(enumerate(shown))])
        plot.invertY(True)
        plot.setTitle(" &nbsp; ".join(legend), size="9pt", color=self._text)
        plot.setYRange(-0.5, len(names) - 0.5, padding=0)
        plot.setXRange(0, 100, padding=0.02)
        self._plot.setFixedHeight(_AXIS_PX + len(names) * max(_ROW_PX, _POINT_PX * len(classes)))
