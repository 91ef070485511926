"""`PlaceTable`: dish and day of every image, as they were recognised, to be corrected by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem

from napari_seewhy.blocks.pairing import Place
from napari_seewhy.pages import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEAD = ("Image", "Dish", "Day")
_ROW_PX = 22
_HEIGHT_PX = 140


class PlaceTable(QTableWidget):
    """Images with dish and day; a double-click on one of these changes it."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__(0, len(_HEAD))
        self.setHorizontalHeaderLabels(_HEAD)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self.setFixedHeight(_HEIGHT_PX)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.itemChanged.connect(lambda _: self.edited.emit())

    def show_places(
        self,
        names: Sequence[str],
        places: Sequence[Place],
        tooltip: str = "",
        left_out: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Show these places, and images that are left out with the reason as a tooltip."""
        rows = [(name, *place, tooltip) for name, place in zip(names, places, strict=True)]
        rows += [(name, "left out", "", reason) for name, reason in left_out]
        blocked = self.blockSignals(True)
        self.setRowCount(len(rows))
        for row, (*texts, said) in enumerate(rows):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(literal(said))
                if column == 0 or row >= len(names):
                    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                self.setItem(row, column, item)
        self.blockSignals(blocked)

    def places(self, n: int) -> list[Place]:
        """Return dish and day of the first n images, as they stand there now."""
        return [
            Place(*(self.item(row, column).text().strip() for column in (1, 2))) for row in range(n)
        ]


def count_places(places: Sequence[Place]) -> str:
    """Say how many dishes and days these are.

    Examples
    --------
    >>> count_places([Place("A", "1"), Place("A", "5"), Place("B", "1")])
    '2 dishes, 2 days'
    """
    n_dishes = len({place.dish for place in places})
    n_days = len({place.day for place in places} - {""})
    dishes = f"{n_dishes} dish{'es' if n_dishes != 1 else ''}"
    return dishes + (f", {n_days} day{'s' if n_days != 1 else ''}" if n_days else "")
