"""The list of genes on the screen: of ten thousand rows only those in sight are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QSize, Qt, Signal
from qtpy.QtGui import QGuiApplication, QKeySequence
from qtpy.QtWidgets import QAbstractItemView, QTableView, QWidget

from napari_seewhy.epigenome.pictures import GENE_CLASSES
from napari_seewhy.epigenome.reviewing import NOTES, SAYS
from napari_seewhy.epigenome.sampling import CONSENSUS
from napari_seewhy.pages import literal
from napari_seewhy.widgets.inspect.thumbnails import GeneThumbnails
from napari_seewhy.widgets.parts.pictures import format_value

if TYPE_CHECKING:
    from qtpy.QtGui import QKeyEvent

    from napari_seewhy.epigenome.reviewing import GeneQueue

_HIDDEN = ("text", "readers")
_FIRST = ("gene", "you", "known", "model", "test", "confidence", "attention_chromatin", "looked_at")
"""Columns that a reader wants to see without scrolling."""

_ROW_PX = 34
_GAP_PX = 12
_TRIED_ROWS = 20
_WIDEST_PX = 170
"""Names of genes may be long; the other columns must stay visible too."""

_CLASSES = ("you", "known", "model", "test")
"""Columns of classes, whose names should be read without pulling at the column."""

_FIXED = ("gene", "you")
"""Columns that are always shown; the others where they say something."""

_TITLES = {"known": "named before", "looked_at": "looked at", "attention_chromatin": "chromatin"}
_STEPS = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)


class GeneModel(QAbstractTableModel):
    """Shows the rows of a queue in its order, without copying them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.queue: GeneQueue | None = None
        self.columns: list[str] = []
        self._places: dict[int, int] = {}
        self._thumbnails = GeneThumbnails(self)
        self._thumbnails.read.connect(self._on_thumbnail)

    def set_queue(self, queue: GeneQueue) -> None:
        """Show a queue, or the same one after it was listed again."""
        self.beginResetModel()
        self.queue = queue
        self._thumbnails.set_pictures(queue.pictures)
        words = [str(name) for name in queue.genes if str(name).endswith((SAYS, NOTES))]
        first = [*_FIRST[:2], *words, *(name for name in _FIRST[2:] if name in queue.genes)]
        others = [str(name) for name in queue.genes if name not in first]
        self.columns = [
            name
            for name in (*first, *others)
            if name in _FIXED or (name not in _HIDDEN and _says_something(queue.genes[name]))
        ]
        self._places = {int(row): place for place, row in enumerate(queue.rows)}
        self.endResetModel()

    def place(self, row: int) -> int | None:
        """Return where in the list a picture stands, None where it is left out."""
        return self._places.get(row)

    def refresh_row(self, row: int) -> None:
        """Show again what is known of one picture."""
        place = self.place(row)
        if place is not None:
            first, last = self.index(place, 0), self.index(place, len(self.columns) - 1)
            self.dataChanged.emit(first, last)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:
        """Return the number of pictures in the list."""
        return 0 if parent.isValid() or self.queue is None else len(self.queue.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:
        """Return the number of columns that say something."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what one field shows."""
        if self.queue is None or not index.isValid():
            return None
        row, column = int(self.queue.rows[index.row()]), self.columns[index.column()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return self._thumbnails.pixmap(row)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            shown = format_value(self.queue.genes[column].iat[row])
            return shown if role == Qt.ItemDataRole.DisplayRole else literal(shown)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        name = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            if name == "you" and self.queue is not None and self.queue.reader == CONSENSUS:
                return CONSENSUS
            return _TITLES.get(name, name.replace("_", " "))
        if role == Qt.ItemDataRole.ToolTipRole:
            return "Click to sort by it, click again to turn the order round."
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort the list by one column."""
        if self.queue is not None and 0 <= column < len(self.columns):
            self.queue.sort_by(self.columns[column], rising=order == Qt.SortOrder.AscendingOrder)
            self.set_queue(self.queue)

    def _on_thumbnail(self, row: int) -> None:
        place = self.place(row)
        if place is not None:
            at = self.index(place, 0)
            self.dataChanged.emit(at, at, [Qt.ItemDataRole.DecorationRole])


class GeneTable(QTableView):
    """List of genes in which one at a time is picked; letters are left to whoever asks for them."""

    picked = Signal(int)
    """Row of a picture, when a person picked it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.genes = GeneModel(self)
        self._is_following = False
        self.setModel(self.genes)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setIconSize(QSize(48, 32))
        self.setMinimumHeight(300)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.setToolTip(
            "Click a gene to look at its picture. Ctrl+C copies the rows that are selected."
        )
        self.selectionModel().currentRowChanged.connect(self._on_row_changed)

    def show_queue(self, queue: GeneQueue) -> None:
        """Show a queue, or the same one after it was listed again."""
        self._is_following = True
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        before = list(self.genes.columns)
        self.genes.set_queue(queue)
        if self.genes.columns != before:
            # Widths from the titles and the first rows alone: all would take a second.
            self.horizontalHeader().setResizeContentsPrecision(_TRIED_ROWS)
            self.resizeColumnsToContents()
            self._widen_names(queue)
        self._is_following = False
        self.pick(queue.row)

    def _widen_names(self, queue: GeneQueue) -> None:
        """Leave room for thumbnails, read or not, and for the names of classes to come."""
        measure = self.fontMetrics().horizontalAdvance
        # Of all genes: those that are listed now may be none, and others come by and by.
        longest_name = max(map(str, queue.genes["gene"]), key=len, default="")
        wanted = measure(longest_name) + self.iconSize().width() + 2 * _GAP_PX
        self.setColumnWidth(0, min(wanted, _WIDEST_PX))
        longest = max(map(measure, GENE_CLASSES)) + _GAP_PX
        for place, name in enumerate(self.genes.columns):
            if name in _CLASSES:
                self.setColumnWidth(place, max(self.columnWidth(place), longest))

    def pick(self, row: int) -> None:
        """Show a picture as picked, without saying so to others."""
        place = self.genes.place(row)
        self._is_following = True
        if place is None:
            self.clearSelection()
        else:
            index = self.genes.index(place, 0)
            # Setting it again would end the selection of several rows.
            if self.currentIndex().row() != place or not self.selectionModel().hasSelection():
                self.setCurrentIndex(index)
            self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        self._is_following = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by the arrows, copy rows; any other key goes to the widget about the table."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_rows()
        elif event.key() in _STEPS:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def copy_rows(self) -> None:
        """Copy the selected rows in the order of the list, with the names of the columns."""
        queue = self.genes.queue
        if queue is not None and (selected := self.selected_rows()):
            rows = queue.genes[self.genes.columns].iloc[selected]
            QGuiApplication.clipboard().setText(rows.to_csv(sep="\t", index=False))

    def selected_rows(self) -> list[int]:
        """Return the numbers of the pictures that are selected, in the order of the list."""
        queue = self.genes.queue
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [] if queue is None else [int(queue.rows[place]) for place in places]

    def _on_row_changed(self, current: QModelIndex, _: QModelIndex) -> None:
        queue = self.genes.queue
        if current.isValid() and queue is not None and not self._is_following:
            self.picked.emit(int(queue.rows[current.row()]))


def _says_something(values: Any) -> bool:
    return bool((values.notna() & (values != "")).any())
