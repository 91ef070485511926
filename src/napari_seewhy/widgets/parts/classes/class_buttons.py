"""One button per class, in the class's colour, with its key and how many are of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QColor, QIcon, QPixmap
from qtpy.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from napari_seewhy.layers import class_colors
from napari_seewhy.pages import literal

if TYPE_CHECKING:
    from collections.abc import Mapping

N_KEYS = 9
"""So many classes have a key: 1 to 9."""

_ICON_PX = 14


class ClassButtons(QWidget):
    """Buttons that assign a class to what is looked at, and a line for a new class."""

    chosen = Signal(str)
    added = Signal(str)
    """A person typed the name of a new class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: dict[str, QPushButton] = {}
        self._name = QLineEdit()
        self._name.setPlaceholderText("New class")
        self._name.setToolTip("Type the name of another class and press Enter.")
        self._add_button = QPushButton("Add")
        self._add_button.setToolTip("Adds the class.")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(3)
        row = QHBoxLayout()
        row.addWidget(self._name, 1)
        row.addWidget(self._add_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._rows)
        layout.addLayout(row)
        self._name.returnPressed.connect(self._on_added)
        self._add_button.clicked.connect(self._on_added)

    @property
    def classes(self) -> list[str]:
        """The classes in the order of their keys."""
        return list(self._buttons)

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Show the classes and how many samples or cells there are of each."""
        if list(counts) != self.classes:
            self._make_buttons(list(counts))
        for number, (name, n) in enumerate(counts.items(), start=1):
            key = f"{number}   " if number <= N_KEYS else ""
            # One "&" would underline what follows, and not be shown.
            self._buttons[name].setText(f"{key}{name}   ({n:,})".replace("&", "&&"))

    def press(self, number: int) -> None:
        """Choose the class of a key, from 1; nothing where there is none."""
        if 0 < number <= len(self.classes):
            self.chosen.emit(self.classes[number - 1])

    def _make_buttons(self, classes: list[str]) -> None:
        for button in self._buttons.values():
            # Qt deletes it later, and would show it until then.
            button.hide()
            self._rows.removeWidget(button)
            button.deleteLater()
        self._buttons = {}
        for name, color in class_colors(classes).items():
            button = QPushButton(_swatch(QColor.fromRgbF(*color)), "")
            # Keys should stay with the pictures, or Space would press the button.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setToolTip(literal(f"Assigns the class {name}."))
            button.setStyleSheet("text-align: left")
            button.clicked.connect(partial(self._on_clicked, name))
            self._rows.addWidget(button)
            self._buttons[name] = button

    def _on_clicked(self, name: str, *_: bool) -> None:
        self.chosen.emit(name)

    def _on_added(self) -> None:
        name = self._name.text().strip()
        if name:
            self._name.clear()
            self.added.emit(name)


def _swatch(color: QColor) -> QIcon:
    pixmap = QPixmap(_ICON_PX, _ICON_PX)
    pixmap.fill(color)
    return QIcon(pixmap)
