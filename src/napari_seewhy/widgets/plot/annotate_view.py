"""Naming cells in the image: pick some, press a key, and see what follows for all others."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QObject, Qt, Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from napari_seewhy.cells.classifying import learn_classes_steps, least_sure
from napari_seewhy.widgets.parts.classes import N_KEYS, ClassButtons
from napari_seewhy.widgets.parts.tasks import NextSteps, TaskRow, state_of
from napari_seewhy.widgets.parts.viewer import is_open, settle, telling_errors
from napari_seewhy.widgets.plot.annotated_cells import AnnotatedCells

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from qtpy.QtGui import QKeyEvent

    from napari_seewhy.cells.classifying import LearnedClasses
    from napari_seewhy.widgets.plot.linked_cells import LinkedCells
    from napari_seewhy.widgets.plot.plotted_cells import PlottedCells

_HOW = (
    "Pick cells: click them in the image (Shift adds), or drag round points above. "
    "Then press the key of their class, 1 to 9; 0 takes it away."
)
_FIRST = "<b>Type the name of the first class</b>, such as mitotic, and of the others."
_OPAQUE = "In the image, cells that you named are opaque, those that follow are paler."
_NEXT = {
    "Crop cells": "Save all cells as samples with the classes that you gave, to train a network.",
}


class AnnotateView(QWidget):
    """Gives classes to the cells that are selected, and has the others follow.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    linked
        The cells and their selection.
    """

    row_wanted = Signal(int)
    """Row of a cell to be shown."""

    def __init__(self, viewer: Any, linked: LinkedCells, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._linked = linked
        self._cells = AnnotatedCells(viewer, linked.cells)
        self._last: int | None = None
        how = QLabel(_HOW)
        how.setWordWrap(True)
        self._picked = QLabel()
        self._picked.setWordWrap(True)
        self._buttons = ClassButtons()
        self._undo_button = _button("Undo", "Takes the last answer back (Backspace).")
        self._unsure_button = _button(
            "Least sure (Space)", "Shows the cell whose class is least sure; name it."
        )
        self._task_row = TaskRow(state_of(viewer).beside, "Train on these")
        self._answer = QLabel()
        self._answer.setWordWrap(True)
        self._next = NextSteps(viewer, _NEXT)
        row = QHBoxLayout()
        row.addWidget(self._undo_button)
        row.addWidget(self._unsure_button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (how, self._picked, self._buttons):
            layout.addWidget(part)
        layout.addLayout(row)
        for part in (self._task_row, self._answer, self._next):
            layout.addWidget(part)
        layout.addStretch(1)

        self._keys = {Qt.Key.Key_Backspace: self.undo, Qt.Key.Key_Space: self.show_least_sure}
        self._buttons.chosen.connect(self.annotate)
        self._buttons.added.connect(self.add_class)
        self._undo_button.clicked.connect(self.undo)
        self._unsure_button.clicked.connect(self.show_least_sure)
        self._task_row.run_clicked.connect(self.train)
        self._task_row.running_changed.connect(self.refresh)
        linked.changed.connect(self.refresh)
        self.refresh()

    def take_keys_over(self, *parts: QObject) -> None:
        """Answer keys that are pressed over these parts of the window, while this is in sight."""
        for part in parts:
            part.installEventFilter(self)

    def set_cells(self, cells: PlottedCells) -> None:
        """Name other cells."""
        if cells.layers != self._cells.cells.layers:
            self._answer.clear()
            self._last = None
        self._cells.cells = cells
        self.refresh()

    def add_class(self, name: str) -> None:
        """Add a class."""
        with telling_errors():
            self._cells.add_class(name)
            self.refresh()

    def annotate(self, name: str | None) -> None:
        """Give the selected cells a class; after the least sure one comes the next."""
        with telling_errors():
            chosen = self._linked.is_selected
            is_reviewing = self._last is not None and chosen.sum() == 1 and chosen[self._last]
            self._cells.annotate(chosen.copy(), name)
            self._cells.color()
            self.refresh()
            if is_reviewing:
                self.show_least_sure()

    def undo(self) -> None:
        """Take the last answer back."""
        self._cells.undo()
        self._cells.color()
        self.refresh()

    def train(self) -> None:
        """Learn from the named cells in the child process."""
        cells = self._cells.cells
        done = partial(self._on_learned, cells.layers, cells.place)
        self._task_row.run(learn_classes_steps, cells.table, on_result=done)

    def show_least_sure(self) -> None:
        """Select and show the cell whose class is least sure."""
        row = least_sure(self._cells.cells.table, self._last)
        self._last = row
        if row is not None:
            self.row_wanted.emit(row)

    def refresh(self) -> None:
        """Make every control agree with the state."""
        cells = self._cells
        n_picked, counts = int(self._linked.is_selected.sum()), cells.counts
        told = f"<b>{n_picked:,} picked.</b>" if n_picked else "None is picked."
        self._picked.setText(told if counts else _FIRST)
        self._buttons.set_counts(counts)
        self._undo_button.setEnabled(cells.can_undo)
        row = least_sure(cells.cells.table)
        self._unsure_button.setEnabled(row is not None)
        n_classes = sum(n > 0 for n in counts.values())
        self._task_row.set_missing("" if n_classes > 1 else "Name some cells of two classes first.")
        settle(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Answer a key over the image or the plot, before napari gives it another meaning."""
        is_key = event is not None and event.type() == QEvent.Type.KeyPress
        if is_key and is_open(self) and self._answers(event):
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer a key."""
        if not self._answers(event):
            super().keyPressEvent(event)

    def _answers(self, event: Any) -> bool:
        """Do what a key means here; return whether it means anything."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        number = event.key() - Qt.Key.Key_0
        act: Callable[[], object] | None = self._keys.get(event.key())
        if held != Qt.KeyboardModifier.NoModifier:
            return False
        if number == 0:
            self.annotate(None)
        elif 1 <= number <= min(N_KEYS, len(self._buttons.classes)):
            self._buttons.press(number)
        elif act is not None:
            act()
        else:
            return False
        return True

    def _on_learned(
        self, layers: tuple[Any, ...], place: NDArray[Any], learned: LearnedClasses
    ) -> None:
        with telling_errors():
            self._cells.propose(layers, place, learned.table)
            self._cells.color()
            self._last = None
            n = learned.table["class"].value_counts(sort=False)
            counts = ", ".join(f"{escape(str(name))} {count:,}" for name, count in n.items())
            said = [f"<b>{counts}.</b>", escape(learned.sentence), *map(escape, learned.warnings)]
            self._answer.setText("<br>".join([*said, _OPAQUE]))
            self._next.show()
            self.refresh()


def _button(text: str, tooltip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tooltip)
    # Keys should stay with the cells, or Space would press the button.
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
