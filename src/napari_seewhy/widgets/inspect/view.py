"""The list of genes, what is known of the current one, and the answer of the reader for it."""

from __future__ import annotations

import getpass
from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_seewhy.epigenome.pictures import INDUCTION, NON_SIGNIFICANT, SUPPRESSION
from napari_seewhy.epigenome.reviewing import SPLIT, list_kept_genes
from napari_seewhy.epigenome.sampling import CONSENSUS
from napari_seewhy.epigenome.trees import describe_need
from napari_seewhy.pages import literal
from napari_seewhy.widgets.inspect.table import GeneTable
from napari_seewhy.widgets.parts.genes import SendGenes
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtpy.QtGui import QHideEvent, QKeyEvent, QShowEvent

    from napari_seewhy.epigenome.reviewing import GeneQueue

_ORDERS = {
    "listed": "as listed",
    "doubtful": "model against reader first",
    "unsure": "model least sure first",
    "halves": "halves disagree first",
    "readers": "readers disagree first",
}
_KEYS = (
    "Keys, over the list or the picture: I induction, S suppression, N non-significant, 0 none of "
    "them; right arrow (or Space) continues, left arrow back; Backspace takes the last word back."
)
CLASS_KEYS = {
    Qt.Key.Key_I: INDUCTION,
    Qt.Key.Key_S: SUPPRESSION,
    Qt.Key.Key_N: NON_SIGNIFICANT,
    Qt.Key.Key_0: "",
}
_KEY = Qt.KeyboardModifier
_WITH = _KEY.ControlModifier | _KEY.AltModifier | _KEY.MetaModifier
"""Together with these a key belongs to napari's menus."""


class InspectView(QWidget):
    """Looks through a queue of genes by mouse and key.

    Attributes
    ----------
    is_shown
        Says whether the picture of the current gene is in the viewer; nothing is said about a gene
        that nobody sees.
    """

    changed = Signal()
    """Something was said, or another gene is the current one."""
    seen_changed = Signal()
    """It came into sight, or went out of it."""

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue: GeneQueue | None = None
        self.is_shown: Callable[[], bool] = lambda: True
        self.reader, self.keep, self.order = QComboBox(), QComboBox(), QComboBox()
        self.reader.setEditable(True)
        self.reader.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.reader.setEditText(getpass.getuser())
        self.reader.setToolTip(
            "Who reads. A second reader types another name, and does not see what the first said; "
            "the reader consensus sees all, and decides."
        )
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search gene, compound, exposure, chr21:34,000")
        self.search.setToolTip("All words must fit, and chr21:34,000,000-35,000,000 if given.")
        self.search.setClearButtonEnabled(True)
        self.keep.setToolTip("Which genes are listed.")
        self.order.setToolTip("Which genes come first; a click on a column sorts by that instead.")
        for order, title in _ORDERS.items():
            self.order.addItem(title, order)
        self.table = GeneTable()
        self.send = SendGenes(viewer, without=["Inspect gene pictures"], has_peaks=True)
        self.said = _text()
        self.buttons = {
            name: _button(f"{title} ({key})", f"Says that the gene shows {name}, and continues.")
            for name, title, key in (
                (INDUCTION, "Induction", "I"),
                (SUPPRESSION, "Suppression", "S"),
                (NON_SIGNIFICANT, "Non-significant", "N"),
            )
        }
        self.undo_button = _button("Undo (Backspace)", "Takes the last word back.")
        self.note = QLineEdit()
        self.note.setPlaceholderText("Note about this gene, saved with Enter")
        self.progress = QProgressBar()
        self.progress.setToolTip("Every word is saved at once, in a table beside the pictures.")
        self.counts, self.agreement = _text(), _text()
        self.decide_button = _button(
            "Decide where readers disagree",
            "Shows the classes and notes of all readers side by side, and keeps what you decide "
            "as their consensus, which seewhy epigenome import takes.",
        )
        self._lay_out()
        self._connect()

    def set_queue(self, queue: GeneQueue) -> None:
        """Look through another queue."""
        self._queue = queue
        self.send.give = partial(list_kept_genes, queue)
        self.search.clear()
        self._refresh_choices()
        self.refresh(is_listed_anew=True)

    def reader_name(self) -> str:
        """Return who reads."""
        return self.reader.currentText().strip()

    def refresh(self, *, is_listed_anew: bool = False) -> None:
        """Show the current gene, and what is known of it."""
        queue = self._queue
        if queue is None:
            return
        if is_listed_anew:
            self._refresh_choices()
            self.table.show_queue(queue)
        else:
            self.table.pick(queue.row)
        said = queue.describe() if len(queue.rows) else "No gene is kept in the list."
        self.said.setText(literal(said.replace(" %", "\N{NO-BREAK SPACE}%")))
        self.note.setText(queue.review.call(queue.reader, queue.row).note)
        self.progress.setMaximum(len(queue.genes))
        self.progress.setValue(queue.n_called)
        shown = f", {len(queue.rows):,} listed" if len(queue.rows) < len(queue.genes) else ""
        self.progress.setFormat(f"{queue.n_called:,} of {len(queue.genes):,} called{shown}")
        self.agreement.setText(literal(queue.describe_agreement()))
        self.counts.setText(describe_need(queue.count_classes()))
        for part in (self.agreement, self.decide_button):
            part.setVisible(len(queue.review.readers) > 1)
        self.decide_button.setEnabled(queue.reader != CONSENSUS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Say a class, continue, or take back, by key."""
        if event.modifiers() & _WITH or not self.press(event.key()):
            super().keyPressEvent(event)

    def press(self, key: int) -> bool:
        """Do what a key stands for; False where it stands for nothing."""
        if key in CLASS_KEYS:
            self.say(CLASS_KEYS[key])
        elif key in _ACTS:
            self._do(_ACTS[key])
        else:
            return False
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """Take the keys: nobody has to click the list first."""
        super().showEvent(event)
        self.table.setFocus()
        self.seen_changed.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Say that it is out of sight."""
        super().hideEvent(event)
        self.seen_changed.emit()

    def go_to(self, row: int) -> None:
        """Look at another picture."""
        self._do(lambda queue: queue.go_to(row))

    def say(self, name: str) -> None:
        """Assign a class to the current gene, "" for none."""
        self._do(lambda queue: queue.say(name))

    def _do(self, act: Callable[[GeneQueue], object]) -> None:
        queue = self._queue
        if queue is None or not len(queue.rows):
            return
        if not self.is_shown():
            # Its layer was deleted: show the gene again before anything is said about it.
            self.changed.emit()
            return
        before = queue.row
        with telling_errors():
            act(queue)
        for row in (before, queue.row):
            self.table.genes.refresh_row(row)
        self.refresh()
        self.table.setFocus()
        self.changed.emit()

    def _list_anew(self, **choices: Any) -> None:
        if self._queue is not None:
            self._queue.list_anew(**choices)
            self.refresh(is_listed_anew=True)
            self.changed.emit()

    def _on_reader(self, *_: int) -> None:
        if self._queue is not None and self.reader_name() != self._queue.reader:
            self._queue.set_reader(self.reader_name())
            self.refresh(is_listed_anew=True)
            self.changed.emit()

    def _on_decide(self) -> None:
        self.reader.setEditText(CONSENSUS)
        self._on_reader()
        self._list_anew(kept=SPLIT)

    def _on_note(self) -> None:
        text = self.note.text()
        if (
            self._queue is not None
            and text != self._queue.review.call(self._queue.reader, self._queue.row).note
        ):
            self._do(lambda queue: queue.take_note(text))

    def _connect(self) -> None:
        self.reader.activated.connect(self._on_reader)
        self.reader.lineEdit().editingFinished.connect(self._on_reader)
        self.search.textChanged.connect(lambda text: self._list_anew(text=text))
        self.keep.activated.connect(lambda _: self._list_anew(kept=self.keep.currentText()))
        self.order.activated.connect(lambda _: self._list_anew(order=self.order.currentData()))
        self.table.picked.connect(self.go_to)
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _=False, name=name: self.say(name))
        self.undo_button.clicked.connect(lambda: self._do(lambda queue: queue.undo()))
        self.decide_button.clicked.connect(self._on_decide)
        self.note.editingFinished.connect(self._on_note)

    def _refresh_choices(self) -> None:
        queue = self._queue
        if queue is None:
            return
        self.keep.clear()
        self.keep.addItems(queue.choices)
        self.keep.setCurrentText(queue.kept)
        self.order.setCurrentIndex(self.order.findData(queue.order))
        name = self.reader_name()
        self.reader.clear()
        everyone = [CONSENSUS] if len(queue.review.readers) > 1 else []
        self.reader.addItems(dict.fromkeys([*queue.review.readers, name, *everyone]))
        self.reader.setCurrentText(name)

    def _lay_out(self) -> None:
        choices = QGridLayout()
        for row, (title, control) in enumerate(
            (("Reader", self.reader), ("Keep", self.keep), ("First", self.order))
        ):
            choices.addWidget(QLabel(title), row, 0)
            choices.addWidget(control, row, 1)
        choices.setColumnStretch(1, 1)
        answers = QGridLayout()
        answers.setSpacing(3)
        for place, button in enumerate((*self.buttons.values(), self.undo_button)):
            answers.addWidget(button, place // 2, place % 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.progress)
        layout.addLayout(choices)
        for part in (self.search, self.table, self.said):
            layout.addWidget(part, int(part is self.table))
        layout.addLayout(answers)
        said = self.counts, self.agreement, self.decide_button
        for part in (self.note, *said, self.send, _text(_KEYS)):
            layout.addWidget(part)


_ACTS: dict[int, Callable[[GeneQueue], object]] = {
    Qt.Key.Key_Right: lambda queue: queue.step(1),
    Qt.Key.Key_Space: lambda queue: queue.step(1),
    Qt.Key.Key_Left: lambda queue: queue.step(-1),
    Qt.Key.Key_Backspace: lambda queue: queue.undo(),
}


def _text(text: str = "") -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    return label


def _button(text: str, tooltip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tooltip)
    # Keys should stay with the list, or Space would press the button.
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
