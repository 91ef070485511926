"""Looking at samples one after the other and saying what each is, by key or by button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from napari_seewhy.pages import literal
from napari_seewhy.widgets.annotate.page import SamplePage
from napari_seewhy.widgets.parts.classes import N_KEYS, ClassButtons
from napari_seewhy.widgets.parts.pictures import ContactSheet
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtpy.QtGui import QKeyEvent

    from napari_seewhy.samples.annotating import AnnotationQueue
    from napari_seewhy.widgets.annotate.pictures import SamplePictures

_MOST_BESIDE = 2
"""More channels beside each other would be too small to see a nucleus in."""

_KEYS = "Keys: 1 to 9 class, Space accept, 0 unknown, Backspace undo, arrows next and previous."


class AnnotateView(QWidget):
    """The current sample, what is known of it, and the page of samples about it."""

    changed = Signal()
    """Something was said or taken back, or another sample is the current one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue: AnnotationQueue | None = None
        self._pictures: SamplePictures | None = None
        self._progress = QProgressBar()
        self._progress.setToolTip("Every answer is saved at once, in a file beside the samples.")
        self._sample = ContactSheet()
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._buttons = ClassButtons()
        self._accept_button = _button("Accept (Space)", "Says what the model says.")
        self._undo_button = _button("Undo (Backspace)", "Takes the last answer back.")
        self._page = SamplePage()
        self.setFocusProxy(self._page.sheet)
        self._lay_out()
        self._buttons.chosen.connect(lambda name: self._do(lambda queue: queue.answer(name)))
        self._buttons.added.connect(
            lambda name: self._do(lambda queue: queue.annotations.add_class(name))
        )
        self._accept_button.clicked.connect(lambda: self._do(_ACTS[Qt.Key.Key_Space]))
        self._undo_button.clicked.connect(lambda: self._do(_ACTS[Qt.Key.Key_Backspace]))
        self._page.picked.connect(lambda row: self._do(lambda queue: queue.go_to(row)))
        self._page.order_chosen.connect(lambda o: self._do(lambda queue: queue.set_order(o)))
        self._page.channel_chosen.connect(self.refresh)

    def set_samples(self, queue: AnnotationQueue, pictures: SamplePictures) -> None:
        """Show other samples."""
        self._queue, self._pictures = queue, pictures
        self._page.set_channels(pictures.channels)
        sheet = ContactSheet(n_columns=min(len(pictures.channels), _MOST_BESIDE), is_named=True)
        self.layout().replaceWidget(self._sample, sheet)
        self._sample.hide()
        self._sample.deleteLater()
        self._sample = sheet
        self.refresh()

    def set_mark_color(self, color: str) -> None:
        """Follow the theme: colour of the frame about the current sample."""
        self._page.sheet.set_mark_color(color)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer by key."""
        number = event.key() - Qt.Key.Key_0
        act = _ACTS.get(event.key())
        if 1 <= number <= N_KEYS:
            self._buttons.press(number)
        elif act is not None:
            self._do(act)
        else:
            super().keyPressEvent(event)

    def refresh(self) -> None:
        """Show the current sample, its page, and what is known."""
        queue, pictures = self._queue, self._pictures
        if queue is None or pictures is None:
            return
        known = queue.annotations
        self._sample.set_pictures(pictures.draw_channels(queue.row), list(pictures.channels))
        self._said.setText(literal(_say(queue)))
        self._page.show_page(queue, pictures)
        self._buttons.set_counts(known.balance.counts if known.balance else {})
        self._progress.setMaximum(len(known))
        self._progress.setValue(known.n_known)
        self._progress.setFormat(known.describe())
        self._accept_button.setEnabled(queue.proposals is not None)
        self._undo_button.setEnabled(known.n_answers > 0)

    def _do(self, act: Callable[[AnnotationQueue], object]) -> None:
        """Do something to the queue, and show what has become of it."""
        if self._queue is not None:
            with telling_errors():
                act(self._queue)
            self.refresh()
            self.setFocus()
            self.changed.emit()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self._accept_button)
        buttons.addWidget(self._undo_button)
        keys = QLabel(_KEYS)
        keys.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self._progress, self._sample, self._said, keys):
            layout.addWidget(part)
        layout.addLayout(buttons)
        for part in (self._buttons, self._page):
            layout.addWidget(part)


_ACTS: dict[int, Callable[[AnnotationQueue], object]] = {
    Qt.Key.Key_Space: lambda queue: queue.accept(),
    Qt.Key.Key_0: lambda queue: queue.answer(None),
    Qt.Key.Key_Backspace: lambda queue: queue.undo(),
    Qt.Key.Key_Right: lambda queue: queue.step(1),
    Qt.Key.Key_Left: lambda queue: queue.step(-1),
}


def _say(queue: AnnotationQueue) -> str:
    """Say what is known of the current sample, and what the model says."""
    known, row, proposals = queue.annotations, queue.row, queue.proposals
    said = f"Sample {row}: {known.name_of(row) or 'class unknown'}."
    if proposals is not None:
        confidence = f"{100 * proposals.confidence(row):.0f} %"
        said += f" The model says {proposals.name(row)} ({confidence})."
    if not known.classes:
        said += " There are no classes yet: type the name of the first one."
    return said


def _button(text: str, tooltip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tooltip)
    # Keys should stay with the pictures, or Space would press the button.
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
