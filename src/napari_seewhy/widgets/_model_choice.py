"""Choosing a model: one of the library, or any file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QComboBox, QFileDialog, QWidget

from napari_seewhy.models.library import ModelLibrary
from napari_seewhy.models.model_file import SUFFIX

if TYPE_CHECKING:
    from qtpy.QtGui import QShowEvent

_ASK = "Choose a file ..."


class ModelChoice(QComboBox):
    """The models of the library by name, none of them to begin with."""

    changed = Signal()

    def __init__(self, nothing: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._nothing = nothing
        self._others: list[Path] = []
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._refresh()
        self.activated.connect(self._on_activated)

    @property
    def path(self) -> Path | None:
        """File of the chosen model, None where none is."""
        return self.currentData()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Offer what was trained meanwhile."""
        self._refresh()
        super().showEvent(event)

    def _on_activated(self) -> None:
        if self.currentText() == _ASK:
            name, _ = QFileDialog.getOpenFileName(self, "Choose a model", "", f"Models (*{SUFFIX})")
            if name:
                self._others.append(Path(name))
            self._refresh(Path(name) if name else None)
        self.changed.emit()

    def _refresh(self, chosen: Path | None = None) -> None:
        """Offer the models that there are now; the chosen one stays where it is among them."""
        chosen = chosen or self.path
        self.clear()
        self.addItem(self._nothing, None)
        for entry in ModelLibrary().list_models("classifier"):
            self.addItem(entry.name, entry.path)
            classes = ", ".join(entry.card.classes) if entry.card else ""
            tooltip = entry.problem or f"Tells apart {classes}."
            self.setItemData(self.count() - 1, tooltip, Qt.ItemDataRole.ToolTipRole)
            self.model().item(self.count() - 1).setEnabled(not entry.problem)
        for path in self._others:
            self.addItem(path.stem, path)
        self.addItem(_ASK, None)
        # Not `findData`, which takes equal paths for different ones.
        paths = [self.itemData(row) for row in range(self.count())]
        self.setCurrentIndex(paths.index(chosen) if chosen in paths else 0)
