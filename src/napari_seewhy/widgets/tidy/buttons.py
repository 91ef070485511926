"""The buttons of the Tidy widget, each with a key of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from qtpy.QtCore import Signal
from qtpy.QtGui import QKeySequence, QShortcut
from qtpy.QtWidgets import QGridLayout, QGroupBox, QPushButton, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Collection


class _Action(NamedTuple):
    name: str
    title: str
    key: str
    tooltip: str


GROUPS = {
    "Picked cells": (
        _Action("merge", "Merge", "Shift+M", "Makes one cell of the picked cells."),
        _Action("delete", "Delete", "Shift+D", "Turns the picked cells into background."),
    ),
    "By drawing": (
        _Action("split", "Split", "Shift+S", "Cuts a cell along a line that you draw across it."),
        _Action("draw", "Add", "Shift+N", "Adds a cell: you draw its outline on the background."),
    ),
    "Corrections": (
        _Action("undo", "Undo", "Shift+Z", "Takes back the last correction, as Ctrl+Z does."),
        _Action("redo", "Redo", "Shift+Y", "Does it again, as Ctrl+Shift+Z does."),
        _Action(
            "renumber",
            "Renumber",
            "Shift+R",
            "Numbers the cells 1, 2, 3 ... without gaps; the table follows.",
        ),
    ),
}
ACTIONS = tuple(action for actions in GROUPS.values() for action in actions)


class TidyButtons(QWidget):
    """Buttons in groups; their keys work anywhere in the window while they can be seen."""

    pressed = Signal(str)
    """Name of the action whose button or key was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: dict[str, QPushButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for title, actions in GROUPS.items():
            box = QGroupBox(title)
            grid = QGridLayout(box)
            for i, action in enumerate(actions):
                grid.addWidget(self._make_button(action), *divmod(i, 2))
            layout.addWidget(box)

    def _make_button(self, action: _Action) -> QPushButton:
        button = QPushButton(action.title)
        button.setToolTip(f"{action.tooltip} Key: {action.key}")
        button.setObjectName(action.name)
        button.clicked.connect(partial(self.press, action.name))
        shortcut = QShortcut(QKeySequence(action.key), self)
        shortcut.activated.connect(partial(self.press, action.name))
        self._buttons[action.name] = button
        return button

    def button(self, name: str) -> QPushButton:
        """Return the button of an action."""
        return self._buttons[name]

    def press(self, name: str, *_: object) -> None:
        """Do what a click on the button does; nothing while it is grey."""
        if self._buttons[name].isEnabled():
            self.pressed.emit(name)

    def show_pressed(self, pressed: str) -> None:
        """Let the button whose stroke is waited for look pressed; "" for none."""
        for action in GROUPS["By drawing"]:
            button = self._buttons[action.name]
            button.setCheckable(True)
            button.setChecked(action.name == pressed)

    def enable(self, names: Collection[str]) -> None:
        """Let these actions be pressed and no others."""
        for name, button in self._buttons.items():
            button.setEnabled(name in names)
