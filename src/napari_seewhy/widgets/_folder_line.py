"""A line with the name of a folder, and a button to choose another."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QWidget

_MOST_LETTERS = 26


class FolderLine(QWidget):
    """Asks for a folder.

    Parameters
    ----------
    purpose
        What it is for, as a tooltip and the title of the dialog.
    nothing
        What the line says while there is no folder; choosing none then brings that back.
    """

    changed = Signal()

    def __init__(
        self, purpose: str, *, nothing: str = "none yet", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._purpose = purpose
        self._nothing = nothing
        self.path: Path | None = None
        self._label = QLabel(nothing)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton("Choose ...")
        self._button.setToolTip(purpose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._label, 1)
        row.addWidget(self._button)
        self._button.clicked.connect(self.choose)

    def choose(self) -> None:
        """Ask which folder; a dialog that is closed without one keeps what was chosen."""
        start = str(self.path or "")
        name = QFileDialog.getExistingDirectory(self, self._purpose, start)
        if name:
            self.set_path(Path(name))

    def set_path(self, path: Path | None) -> None:
        """Choose a folder, which need not be there yet; None for none."""
        self.path = path
        name = self._nothing if path is None else path.name
        short = name if len(name) <= _MOST_LETTERS else f"{name[:_MOST_LETTERS]} ..."
        self._label.setText(short)
        self._label.setToolTip("" if path is None else str(path))
        self.changed.emit()
