"""Pairs of files to learn from: found by their names, listed, and opened for a look."""

from __future__ import annotations

from functools import partial

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QFileDialog,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from napari_seewhy.blocks.pairing import FilePair, Pairing, StainPairOptions, find_pairs
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.viewer import telling_errors

_HEAD = ("Image", "Dish", "Day")
SETTLED = ("registration", "region", "planes")
"""Options that hold for open layers as well, and are chosen elsewhere."""

_RARE = ("phase_channel", "day", "table")
_NOT_YET = "No pairs yet: name the images, and press Find pairs."


class PairFiles(QWidget):
    """Asks for images of phase contrast and of the marker, and lists those that belong together."""

    changed = Signal()
    opened = Signal(object)
    """The person wants to see this `FilePair`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pairing: Pairing | None = None
        self._form = OptionsForm(StainPairOptions, hidden=SETTLED, advanced=_RARE)
        for name in ("phase", "marker", "table"):
            self._form.editor(name).row.addWidget(self._make_button(name))
        self._find_button = QPushButton("Find pairs")
        self._find_button.setToolTip("Lists the images that belong together by their names.")
        self._said = QLabel(_NOT_YET)
        self._said.setWordWrap(True)
        self._table = _make_table()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self._form, self._find_button, self._said, self._table):
            layout.addWidget(part)
        self._form.changed.connect(self._on_changed)
        self._find_button.clicked.connect(self.find)
        self._table.cellDoubleClicked.connect(self._on_double_clicked)
        self._show()

    @property
    def missing(self) -> str:
        """What must be done before they can be learned from, "" if nothing."""
        return _NOT_YET if self.pairing is None else ""

    def options(self) -> StainPairOptions:
        """Return what is chosen of the images.

        Raises
        ------
        OptionError
            If a choice does not fit.
        """
        # An empty line is no table, and not the folder "."
        return self._form.options(table=self._form.values()["table"] or None)

    def set_options(self, options: StainPairOptions) -> None:
        """Show other choices."""
        self._form.set_options(options)

    def find(self) -> None:
        """List the images that belong together, and those that have no partner."""
        self.pairing = None
        with telling_errors():
            self.pairing = find_pairs(self.options())
        self._show()
        self.changed.emit()

    def _make_button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setText("...")
        button.setToolTip("Choose a table." if name == "table" else "Choose a folder of images.")
        button.clicked.connect(partial(self._on_browse_clicked, name))
        return button

    def _on_browse_clicked(self, name: str, *_: bool) -> None:
        if name == "table":
            path, _kind = QFileDialog.getOpenFileName(self, "Choose a table", "", "Table (*.csv)")
        else:
            path = QFileDialog.getExistingDirectory(self, "Choose a folder of images")
        if path:
            self._form.editor(name).set_value(path)

    def _on_changed(self) -> None:
        self.pairing = None
        self._show()
        self.changed.emit()

    def _on_double_clicked(self, row: int, _: int) -> None:
        pairs: tuple[FilePair, ...] = () if self.pairing is None else self.pairing.pairs
        if row < len(pairs):
            self.opened.emit(pairs[row])

    def _show(self) -> None:
        pairing = self.pairing
        self._table.setVisible(pairing is not None)
        if pairing is None:
            self._said.setText(_NOT_YET)
            return
        rows = [(pair.name, *pair.place, "Double-click to see it.") for pair in pairing.pairs]
        rows += [(path.name, "left out", "", reason) for path, reason in pairing.unmatched]
        self._table.setRowCount(len(rows))
        for row, (*texts, tooltip) in enumerate(rows):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(tooltip)
                self._table.setItem(row, column, item)
        self._said.setText(_sum_up(pairing))


def _sum_up(pairing: Pairing) -> str:
    n, n_dishes = len(pairing.pairs), len({pair.place.dish for pair in pairing.pairs})
    said = (
        f"{n} {'pair' if n == 1 else 'pairs'} of {n_dishes} {'dish' if n_dishes == 1 else 'dishes'}"
    )
    n_lone = len(pairing.unmatched)
    lone = f" {n_lone} left out: rest on a file to read why." if n_lone else ""
    return f"{said}.{lone} Double-click a pair to see its blocks."


def _make_table() -> QTableWidget:
    table = QTableWidget(0, len(_HEAD))
    table.setHorizontalHeaderLabels(_HEAD)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(22)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setFixedHeight(140)
    table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    return table
