"""Merging and renaming classes: a table with one row per class of the samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROW_PX = 24
_MOST_ROWS = 8
_NEW = 1


class ClassTable(QTableWidget):
    """Each class of the samples, the name under which it is learned, and how many there are."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self.setHorizontalHeaderLabels(["In the file", "Learn as", "Samples"])
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        header = self.horizontalHeader()
        header.setFixedHeight(_ROW_PX)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.setToolTip(
            "Double-click a name in the middle to change it. Classes of the same name are merged; "
            "one without a name is left out."
        )
        self.itemChanged.connect(self._on_item_changed)

    def set_classes(self, counts: Mapping[str, int], names: Mapping[str, str]) -> None:
        """Show other classes, each learned under its own name or under that of `names`."""
        blocked = self.blockSignals(True)
        self.setRowCount(len(counts))
        for row, (name, n) in enumerate(counts.items()):
            number = QTableWidgetItem(f"{n:,}")
            number.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            texts = (name, names.get(name, name))
            for column, item in enumerate((*map(QTableWidgetItem, texts), number)):
                if column != _NEW:
                    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                self.setItem(row, column, item)
        self.setFixedHeight(_ROW_PX * (min(len(counts), _MOST_ROWS) + 1) + 8)
        self.blockSignals(blocked)

    def new_names(self) -> dict[str, str]:
        """Return class in the file -> name under which it is learned, "" = left out."""
        return {
            self.item(row, 0).text(): self.item(row, _NEW).text().strip()
            for row in range(self.rowCount())
        }

    def _on_item_changed(self, item: QTableWidgetItem) -> None:
        if item.column() == _NEW:
            self.changed.emit()
