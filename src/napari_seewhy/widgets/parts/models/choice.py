"""Choosing a model of one kind: one of the library, or any file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QComboBox, QFileDialog, QWidget

from napari_seewhy.models.files import SUFFIX, ModelLibrary
from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.forms import tame

if TYPE_CHECKING:
    from qtpy.QtGui import QShowEvent

    from napari_seewhy.models.cards import BaseCard

_ASK = "Choose a file ..."


class ModelChoice(QComboBox):
    """The models of the library by name, none of them to begin with.

    Parameters
    ----------
    nothing
        Text of the entry that stands for none of them.
    kinds
        The cards of the kinds that are offered.
    usual
        Name of a model that `nothing` stands for, which is not offered once more; "" for none.
    """

    changed = Signal()

    def __init__(
        self,
        nothing: str,
        *kinds: type[BaseCard],
        usual: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._nothing = nothing
        self._kinds = kinds
        self._usual = usual
        self._others: list[Path] = []
        tame(self)
        self._refresh()
        self.activated.connect(self._on_activated)

    @property
    def path(self) -> Path | None:
        """File of the chosen model, None where none is."""
        return self.currentData()

    def choose(self, path: Path) -> None:
        """Choose a model of the library, such as one that was trained just now."""
        self._refresh(path)
        self.changed.emit()

    def showEvent(self, event: QShowEvent) -> None:
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
        for entry in ModelLibrary().list_models(*self._kinds):
            if entry.is_shipped and entry.name == self._usual:
                continue
            self.addItem(entry.name, entry.path)
            said = entry.card.describe().sentence if entry.card else entry.problem
            self.setItemData(self.count() - 1, literal(said), Qt.ItemDataRole.ToolTipRole)
            self.model().item(self.count() - 1).setEnabled(not entry.problem)
        for path in self._others:
            self.addItem(path.stem, path)
        self.addItem(_ASK, None)
        # Not `findData`, which takes equal paths for different ones.
        paths = [self.itemData(row) for row in range(self.count())]
        self.setCurrentIndex(paths.index(chosen) if chosen in paths else 0)
