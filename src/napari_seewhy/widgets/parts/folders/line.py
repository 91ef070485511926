"""A line with the name of a folder or file, and a button to choose another."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from napari_seewhy.pages import literal


class FolderLine(QWidget):
    """Asks for a folder, or for a file.

    Parameters
    ----------
    purpose
        What it is for, as a tooltip and the title of the dialog.
    nothing
        What the line says while there is no folder, where the person may do without one.
    files
        Which files are offered, as a dialog of Qt names them; "" asks for a folder.
    """

    changed = Signal()

    def __init__(
        self,
        purpose: str,
        *,
        nothing: str = "",
        files: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._purpose = purpose
        self._nothing = nothing or "none yet"
        self._files = files
        self.path: Path | None = None
        self._label = QLabel(self._nothing)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # A long name should not widen the dock.
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._button = QPushButton("Choose ...")
        self._button.setToolTip(purpose)
        self._clear_button = QToolButton()
        self._clear_button.setText("\N{MULTIPLICATION X}")
        self._clear_button.setToolTip("Does without it.")
        self._clear_button.setAutoRaise(True)
        self._clear_button.setVisible(False)
        self._may_clear = bool(nothing)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._label, 1)
        row.addWidget(self._clear_button)
        row.addWidget(self._button)
        self._button.clicked.connect(self.choose)
        self._clear_button.clicked.connect(self._on_cleared)

    def choose(self) -> None:
        """Ask which one; a dialog that is closed without one keeps what was chosen."""
        start = str(self.path or "")
        if self._files:
            name, _ = QFileDialog.getOpenFileName(self, self._purpose, start, self._files)
        else:
            name = QFileDialog.getExistingDirectory(self, self._purpose, start)
        if name:
            self.set_path(Path(name))

    def set_path(self, path: Path | None) -> None:
        """Choose a folder, which need not be there yet; None for none."""
        self.path = path
        self._label.setText(self._nothing if path is None else literal(path.name))
        self._label.setToolTip("" if path is None else literal(str(path)))
        self._clear_button.setVisible(self._may_clear and path is not None)
        self.changed.emit()

    def say_instead(self, text: str) -> None:
        """Say, while there is none, what stands in its place; the next choice ends it."""
        self._label.setText(literal(text))
        self._label.setToolTip(literal(text))

    def _on_cleared(self) -> None:
        self.set_path(None)
