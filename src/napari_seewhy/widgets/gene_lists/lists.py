"""The lists of the session: opened, dropped, combined, removed and sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pandas as pd
from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_seewhy.errors import DataError
from napari_seewhy.genome.lists import Operation, combine, find_faults, read_gene_lists
from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.genes import SendGenes
from napari_seewhy.widgets.parts.pictures import CellsTable
from napari_seewhy.widgets.parts.tasks import state_of
from napari_seewhy.widgets.parts.viewer import follow, telling_errors

if TYPE_CHECKING:
    from qtpy.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

    from napari_seewhy.genome.lists import GeneList

_PURPOSE = (
    "Genes that you send here, open or drop as a file. Select two lists (Ctrl+click) to combine "
    "them."
)
_KINDS = (
    "Gene lists (*.json *.csv *.tsv *.txt *.grp *.gmt *.gmx *.rnk *.bed *.gtf *.gff3);;"
    "All files (*)"
)
_TOOLTIPS = {
    "union": "Makes a list of the genes of any selected list.",
    "intersection": "Makes a list of the genes that all selected lists have.",
    "difference": "Makes a list of the genes of the uppermost selected list that no other has.",
}


class _Lists(QListWidget):
    """Names of lists; files are dropped on it."""

    dropped = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setMinimumHeight(90)
        self.setMaximumHeight(160)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take files."""
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Say which files were dropped."""
        self.dropped.emit([Path(url.toLocalFile()) for url in event.mimeData().urls()])
        event.acceptProposedAction()


class ListsView(QWidget):
    """Shows the lists of the session, and the genes of the selected one."""

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = state_of(viewer).gene_lists
        self.list = _Lists()
        self.said, purpose = QLabel(), QLabel(_PURPOSE)
        for label in (self.said, purpose):
            label.setWordWrap(True)
        self.open_button = _button("Open ...", "Opens lists of genes, or sets of a GMT.")
        self.remove_button = _button("Remove", "Removes the selected lists from the session.")
        self.undo_button = _button("Undo", "Undoes the last change of the lists.")
        self.combine_buttons = {
            operation: _button(operation.capitalize(), _TOOLTIPS[operation])
            for operation in get_args(Operation)
        }
        self.table = CellsTable()
        self.table.setToolTip("Ctrl+C copies the rows that are selected.")
        self.send = SendGenes(viewer, without=["Gene lists"])
        self.send.give = self._give
        buttons = QGridLayout()
        buttons.setSpacing(3)
        first = (self.open_button, self.remove_button, self.undo_button)
        for place, button in enumerate((*first, *self.combine_buttons.values())):
            buttons.addWidget(button, *divmod(place, 3))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(purpose)
        layout.addWidget(self.list)
        layout.addLayout(buttons)
        layout.addWidget(self.said)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.send)
        layout.addStretch(0)

        self.list.dropped.connect(self.open)
        self.list.itemSelectionChanged.connect(self._refresh)
        self.open_button.clicked.connect(self._on_open)
        self.remove_button.clicked.connect(lambda: self._session.remove(self._names))
        self.undo_button.clicked.connect(lambda: self._session.undo())
        for operation, button in self.combine_buttons.items():
            button.clicked.connect(lambda _=False, how=operation: self.combine(how))
        follow(self._session.events.lists, self._on_lists)
        self._on_lists()

    def open(self, paths: list[Path]) -> None:
        """Add the lists of files."""
        for path in paths:
            with telling_errors():
                self.choose(self._session.add(*read_gene_lists(path)))

    def choose(self, name: str) -> None:
        """Select one list."""
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setSelected(item.data(Qt.ItemDataRole.UserRole) == name)

    def combine(self, operation: Operation) -> None:
        """Combine the selected lists into another."""
        with telling_errors():
            self.choose(self._session.add(combine(operation, self._selected)))

    @property
    def _names(self) -> list[str]:
        rows = sorted(index.row() for index in self.list.selectedIndexes())
        return [self.list.item(row).data(Qt.ItemDataRole.UserRole) for row in rows]

    @property
    def _selected(self) -> list[GeneList]:
        return [one for name in self._names if (one := self._session.find(name)) is not None]

    def _give(self) -> GeneList:
        if len(self._selected) != 1:
            raise DataError(f"{len(self._selected)} lists are selected; select one to send.")
        return self._selected[0]

    def _on_open(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self, "Open gene lists", "", _KINDS)
        self.open([Path(name) for name in chosen])

    def _on_lists(self, *_: Any) -> None:
        """Show the lists of the session; the selected ones stay selected."""
        names = self._names
        blocked = self.list.blockSignals(True)
        self.list.clear()
        for one in self._session.lists:
            item = QListWidgetItem(f"{one.name}: {len(one.ids):,} genes")
            item.setData(Qt.ItemDataRole.UserRole, one.name)
            self.list.addItem(item)
            item.setSelected(one.name in names)
        self.list.blockSignals(blocked)
        self._refresh()

    def _refresh(self) -> None:
        """Make every control agree with the state."""
        selected = self._selected
        one = selected[0] if len(selected) == 1 else None
        self.remove_button.setEnabled(bool(selected))
        self.undo_button.setEnabled(self._session.can_undo)
        for button in self.combine_buttons.values():
            button.setEnabled(len(selected) > 1)
        self.send.button.setEnabled(one is not None)
        self.said.setText(literal("" if one is None else _describe(one)))
        self.table.setVisible(one is not None)
        if one is not None:
            self.table.set_cells(_tabulate(one))


def _describe(genes: GeneList) -> str:
    """Say what the list knows beside its genes, and what may be wrong with them."""
    about = " ".join(filter(None, (genes.species, genes.build)))
    background = (
        f"chosen from {len(genes.background):,} genes" if genes.background else "no background"
    )
    file = Path(str(genes.source.get("file", ""))).name
    first = ", ".join(filter(None, (about, background, file)))
    return " ".join([f"{first}.", *find_faults([g.identifier for g in genes.genes], genes.name)])


def _tabulate(genes: GeneList) -> pd.DataFrame:
    """Return a row per gene, with the columns that say something."""
    rows = [gene.model_dump(by_alias=True) for gene in genes.genes]
    table = pd.DataFrame(rows)
    table["sources"] = ["; ".join(names) for names in table["sources"]]
    says = [name for name in table if (table[name].notna() & (table[name] != "")).any()]
    return table[says]


def _button(text: str, tooltip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tooltip)
    return button
