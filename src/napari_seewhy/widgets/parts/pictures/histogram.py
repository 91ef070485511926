"""Histogram of one measurement over all cells, with the picked cell marked."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import pandas as pd
import pyqtgraph as pg
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QSizePolicy, QVBoxLayout, QWidget

from napari_seewhy.widgets.parts.forms import tame
from napari_seewhy.widgets.parts.pictures.cells_table import describe_column

_PREFERRED = ("area_um2", "area_px")
_NOT_MEASURED = frozenset({"label", "index", "t"})


def plottable_columns(cells: pd.DataFrame) -> list[str]:
    """Columns that hold measured numbers: all numeric ones but the cells' own numbers."""
    numeric = cells.select_dtypes(include="number").columns
    return [str(column) for column in numeric if column not in _NOT_MEASURED]


def count_values(values: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Count values in bars of equal width, about as many as the square root of their number.

    Returns
    -------
    counts, edges
        Shapes ``(B,)`` and ``(B + 1,)``; NaN and infinite values are left out.

    Examples
    --------
    >>> counts, edges = count_values(np.array([1.0, 1.0, 2.0, np.nan]))
    >>> int(counts.sum()), len(edges) - len(counts)
    (3, 1)
    """
    finite = values[np.isfinite(values)]
    return np.histogram(finite, bins=int(np.clip(np.sqrt(len(finite)), 10, 60)))


class Histogram(QWidget):
    """Bars of the measurement that is chosen above them."""

    column_changed = Signal(str)
    """The measurement that a person chose."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells = pd.DataFrame()
        self._position: int | None = None
        self._chosen = ""

        self._column_box = QComboBox()
        self._column_box.setToolTip("The measurement whose distribution over all cells is drawn.")
        tame(self._column_box)
        self._plot = pg.PlotWidget()
        self._plot.setFixedHeight(160)
        # Alone it would ask for 640 px, and take them from the image.
        self._plot.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        self._bars = pg.BarGraphItem(x0=[], x1=[], height=[], y0=0)
        self._mark = pg.InfiniteLine(angle=90)
        self._plot.addItem(self._bars)
        self._plot.addItem(self._mark)
        self._plot.setToolTip("Number of cells in each range; the line marks the picked cell.")

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._column_box)
        layout.addWidget(self._plot)
        self._column_box.currentTextChanged.connect(self._on_column_changed)
        self.set_colors("#888888", "#000000", "#888888", "#d55e00")

    @property
    def column(self) -> str:
        """The measurement that is drawn, "" where there is none."""
        return str(self._column_box.currentText())

    @property
    def counts(self) -> np.ndarray[Any, Any]:
        """Heights of the bars that are drawn."""
        return np.asarray(self._bars.opts["height"])

    def set_colors(self, text: str, background: str, bars: str, mark: str) -> None:
        """Follow the theme: colours of axes, ground and bars, and of the picked cell's line."""
        self._plot.setBackground(background)
        for side in ("left", "bottom"):
            self._plot.getAxis(side).setPen(text)
            self._plot.getAxis(side).setTextPen(text)
        self._bars.setOpts(brush=bars, pen=background)
        self._mark.setPen(pg.mkPen(mark, width=2))

    def set_cells(self, cells: pd.DataFrame) -> None:
        """Draw other cells; what a person chose stays where they have it."""
        columns = plottable_columns(cells)
        wanted = [self._chosen, *_PREFERRED, *columns]
        self._cells, self._position = cells, None
        self._column_box.blockSignals(True)
        self._column_box.clear()
        self._column_box.addItems(columns)
        if columns:
            self._column_box.setCurrentText(next(name for name in wanted if name in columns))
        self._column_box.blockSignals(False)
        self._refresh()

    def mark(self, position: int | None) -> None:
        """Mark the value of one cell, given by its place in the table."""
        self._position = position
        self._refresh()

    def _on_column_changed(self, column: str) -> None:
        self._chosen = column
        self.column_changed.emit(column)
        self._refresh()

    def _refresh(self) -> None:
        """Make the bars and the line agree with the cells."""
        name = self.column
        values = self._cells[name].to_numpy(float) if name else np.empty(0)
        counts, edges = count_values(values)
        self._bars.setOpts(x0=edges[:-1], x1=edges[1:], height=counts)
        self._plot.setLabel("bottom", escape(describe_column(name)) if name else "")
        self._plot.setLabel("left", "cells")
        marked = np.nan if self._position is None else values[self._position]
        self._mark.setVisible(bool(np.isfinite(marked)))
        if np.isfinite(marked):
            self._mark.setValue(float(marked))
        self._plot.autoRange()
