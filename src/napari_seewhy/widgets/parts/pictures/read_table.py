"""`ReadTable`: a table that is read, not typed into; its first column takes the room there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem

from napari_seewhy.pages import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROW_PX = 22
_LEAST_PX = 150


class ReadTable(QTableWidget):
    """Rows of text with a tooltip each.

    Parameters
    ----------
    head
        Names of the columns.
    """

    def __init__(self, head: Sequence[str]) -> None:
        super().__init__(0, len(head))
        self.setHorizontalHeaderLabels(head)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setMinimumHeight(_LEAST_PX)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def show_rows(self, rows: Sequence[tuple[str, ...]], tooltips: Sequence[str]) -> None:
        """Show these rows; cells that say the same as before are left as they are."""
        self.setRowCount(len(rows))
        for row, (texts, tooltip) in enumerate(zip(rows, tooltips, strict=True)):
            for column, text in enumerate(texts):
                item = self.item(row, column)
                if item is None:
                    item = QTableWidgetItem()
                    self.setItem(row, column, item)
                if item.text() != text:
                    item.setText(text)
                item.setToolTip(literal(tooltip))
