"""Choosing a model that stains virtually, with what it learned and what it wants to see."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFormLayout, QLabel, QWidget

from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.models.files import read_card_of
from napari_seewhy.staining import StainCard
from napari_seewhy.widgets.parts.models import ModelChoice

if TYPE_CHECKING:
    from pathlib import Path


_NONE = "choose a model ..."
_HOW = (
    "A model paints the immunostaining that it has learned from phase contrast. Train one with "
    "Train virtual staining, or choose one that came with the program or from a colleague."
)


class StainPicker(QWidget):
    """The models of the library and files, and what is to be known of the chosen one."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card: StainCard | None = None
        self.choice = ModelChoice(_NONE, StainCard)
        self.choice.setToolTip("The model that predicts for each block whether it is positive.")
        self._about = QLabel(_HOW)
        self._about.setWordWrap(True)
        rows = QFormLayout(self)
        rows.setContentsMargins(9, 0, 9, 0)
        rows.addRow("Model", self.choice)
        rows.addRow(self._about)
        self.choice.changed.connect(self._on_chosen)

    def chosen(self) -> Path:
        """Return the file of the chosen model.

        Raises
        ------
        OptionError
            If none is chosen.
        """
        if self.path is None:
            raise OptionError("Choose a model first.")
        return self.path

    @property
    def path(self) -> Path | None:
        """File of the chosen model, None where none is chosen or it cannot be read."""
        return self.choice.path if self.card is not None else None

    def _on_chosen(self) -> None:
        path = self.choice.path
        self.card = None
        try:
            self.card = None if path is None else read_card_of(path, StainCard)
        except FileError as error:
            self._about.setText(escape(str(error)))
        else:
            self._about.setText(_HOW if self.card is None else _describe(self.card))
        self.changed.emit()


def _describe(card: StainCard) -> str:
    wants = ", ".join(card.channels) if len(card.channels) < 4 else f"{len(card.channels)} planes"
    size = "" if card.pixel_size_um is None else f", {card.pixel_size_um:.3g} µm per pixel"
    lines = [
        f"Paints <b>{escape(card.marker or 'its marker')}</b> in blocks of {card.block_px} px.",
        f"Wants {escape(wants)}{size}.",
    ]
    if card.data:
        lines.append(f"Trained on {escape(card.data)}.")
    scores = card.metrics if "f1" in card.metrics else card.metrics.get("stop", {})
    if "f1" in scores:
        lines.append(f"F1 {scores['f1']:.2f} on {scores['n_blocks']:,} blocks not learned from.")
    return "<br>".join(lines)
