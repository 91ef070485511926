"""The table of cells on the screen: sorted by a click on a column, in step with the image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from qtpy.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from qtpy.QtGui import QGuiApplication, QKeySequence
from qtpy.QtWidgets import QAbstractItemView, QAction, QTableView, QWidget

from napari_seewhy.pages import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qtpy.QtGui import QKeyEvent

_BOX = ("y_min", "x_min", "y_max", "x_max")
"""Columns for programs rather than for eyes; they are saved and not shown."""

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def format_value(value: Any) -> str:
    """Write one value so that it can be read at a glance: four digits, nothing for NaN.

    Examples
    --------
    >>> format_value(0.123456), format_value(1234567.8), format_value(np.int64(7))
    ('0.1235', '1234568', '7')
    >>> format_value(float("nan")), format_value(True)
    ('', 'yes')
    """
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if pd.isna(value):
        return ""
    if not isinstance(value, (float, np.floating)):
        return str(value)
    number = float(value)
    return f"{number:.0f}" if abs(number) >= 1000 else f"{number:.4g}"


_UNITS = {"_um2": "µm²", "_um": "µm", "_px": "px"}
_WORDS = {
    "p": "probability of",
    "t": "time point",
    "integrated": "total",
    "std": "spread of",
    "max": "maximum of",
}


def describe_column(name: str) -> str:
    """Say a column of the table of cells in words, with its unit.

    Examples
    --------
    >>> [describe_column(name) for name in ("area_um2", "spot_area_px_Golgi", "p_G1", "mean_DNA")]
    ['Area (µm²)', 'Spot area Golgi (px²)', 'Probability of G1', 'Mean DNA']
    """
    unit = ""
    for ending, said in _UNITS.items():
        before, found, after = name.partition(ending)
        if found and (not after or after.startswith("_")):
            name, unit = before + after, said
            break
    if unit == "px" and "area" in name:
        unit = "px²"
    first, _, rest = name.partition("_")
    words = " ".join(filter(None, (_WORDS.get(first, first), rest.replace("_", " "))))
    words = words[:1].upper() + words[1:]
    return f"{words} ({unit})" if unit else words


class CellsModel(QAbstractTableModel):
    """Shows a table of cells without copying it; sorting reorders positions, not the table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells = pd.DataFrame()
        self._order = np.arange(0)

    def set_cells(self, cells: pd.DataFrame) -> None:
        """Show another table, in its own order."""
        self.beginResetModel()
        self._cells = cells
        self._order = np.arange(len(cells))
        self.endResetModel()

    def position(self, row: int) -> int:
        """Row of the table of cells that is shown at `row` of the screen."""
        return int(self._order[row])

    def row(self, position: int) -> int:
        """Row of the screen that shows `position` of the table of cells."""
        return int(np.flatnonzero(self._order == position)[0])

    def table_of(self, rows: Sequence[int]) -> pd.DataFrame:
        """Return what some rows of the screen show."""
        return self._cells.iloc[self._order[list(rows)]]

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:
        """Return the number of cells."""
        return 0 if parent.isValid() else len(self._cells)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:
        """Return the number of measurements."""
        return 0 if parent.isValid() else self._cells.shape[1]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what one field of the table shows."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return format_value(self._cells.iat[self._order[index.row()], index.column()])

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the name of a measurement."""
        is_column = 0 <= section < self._cells.shape[1]
        if orientation != Qt.Orientation.Horizontal or not is_column:
            return None
        name = str(self._cells.columns[section])
        if role == Qt.ItemDataRole.DisplayRole:
            return name
        if role == Qt.ItemDataRole.ToolTipRole:
            how = "click to sort the cells by it, click again to turn the order round."
            return literal(f"{describe_column(name)}: {how}")
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort the cells by one measurement; cells without a value come last."""
        if not 0 <= column < self._cells.shape[1]:
            return
        self.layoutAboutToBeChanged.emit()
        is_rising = order == Qt.SortOrder.AscendingOrder
        self._order = sort_positions(self._cells.iloc[:, column], rising=is_rising)
        self.layoutChanged.emit()


def sort_positions(values: pd.Series[Any], *, rising: bool = True) -> np.ndarray[Any, Any]:
    """Positions of `values` in rising or falling order, those without a value last.

    Examples
    --------
    >>> sort_positions(pd.Series([2.0, float("nan"), 1.0, 3.0]), rising=False)
    array([3, 0, 2, 1])
    """
    numbered = values.reset_index(drop=True)
    ordered = numbered.sort_values(ascending=rising, na_position="last", kind="stable")
    return ordered.index.to_numpy()


class CellsTable(QTableView):
    """Table of cells: a click picks one; several rows, or all, are copied to other programs."""

    picked = Signal(int)
    """Position of a cell in the table, when a person picked its row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = CellsModel(self)
        self._is_following = False
        self.setModel(self._model)
        self.setSortingEnabled(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setMinimumHeight(160)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(22)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setToolTip(
            "Click a row to go to its cell in the image. Ctrl+C copies the rows that are selected."
        )
        self._add_action("Copy rows", self.copy_rows)
        self._add_action("Select all rows", self.selectAll)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.selectionModel().currentRowChanged.connect(self._on_row_changed)

    def set_cells(self, cells: pd.DataFrame) -> None:
        """Show another table; the column it was sorted by stays the same where it is there."""
        header = self.horizontalHeader()
        shown = self._model.headerData(header.sortIndicatorSection(), Qt.Orientation.Horizontal)
        order = header.sortIndicatorOrder()
        self._model.set_cells(cells)
        column = list(cells.columns).index(shown) if shown in cells.columns else -1
        self.sortByColumn(column, order)
        for i, name in enumerate(cells.columns):
            self.setColumnHidden(i, name in _BOX)
        self.resizeColumnsToContents()

    def _add_action(self, title: str, act: Callable[[], object]) -> QAction:
        action = QAction(title, self)
        action.triggered.connect(lambda _: act())
        self.addAction(action)
        return action

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy whole rows, where Qt would copy one field."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_rows()
        else:
            super().keyPressEvent(event)

    def copy_rows(self) -> None:
        """Copy the selected rows as they are sorted, with all digits and the names of columns."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        if rows:
            text = self._model.table_of(rows).to_csv(sep="\t", index=False)
            QGuiApplication.clipboard().setText(text)

    def pick(self, position: int | None) -> None:
        """Show a cell as picked, without saying so to others; None picks nothing."""
        self._is_following = True
        if position is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        else:
            index = self._model.index(self._model.row(position), 0)
            self.setCurrentIndex(index)
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self._is_following = False

    def _on_row_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid() and not self._is_following:
            self.picked.emit(self._model.position(current.row()))
