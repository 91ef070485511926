"""Choosing a model, with its classes and the images it expects."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFormLayout, QLabel, QWidget

from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.models.cards import ModelCard
from napari_seewhy.models.files import list_layers, read_card
from napari_seewhy.widgets.parts.models.choice import ModelChoice
from napari_seewhy.widgets.parts.viewer import follow

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.widgets.parts.tasks import ViewerState

_NONE = "choose a model ..."
_HOW = (
    "A model says which class each cell is of. Train one with Train classifier, or choose one that "
    "came with the program or from a colleague."
)


class ModelPicker(QWidget):
    """The models of the library and files, and what is to be known of the chosen one.

    Parameters
    ----------
    state
        Of the viewer: the model that was trained or chosen last is the one to begin with.
    """

    changed = Signal()

    def __init__(self, state: ViewerState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.card: ModelCard | None = None
        self._choice = ModelChoice(_NONE, ModelCard)
        self._choice.setToolTip("The model that predicts the class of each cell.")
        self._about = QLabel(_HOW)
        self._about.setWordWrap(True)
        rows = QFormLayout(self)
        rows.setContentsMargins(9, 0, 9, 0)
        rows.addRow("Model", self._choice)
        rows.addRow(self._about)
        self._choice.changed.connect(self._on_chosen)
        follow(state.events.model, self.begin)

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
        return self._choice.path if self.card is not None else None

    @property
    def alarms(self) -> tuple[str, ...]:
        """What the evaluation of the chosen model warns of; none where it was not judged."""
        return () if self.card is None else tuple(map(str, self.card.metrics.get("alarms", ())))

    @property
    def layers(self) -> tuple[str, ...]:
        """Layers of the chosen model that may be explained; none where none is chosen."""
        return () if self.path is None else list_layers(self.path)

    def begin(self) -> None:
        """Begin with the model of the widget before, where none is chosen yet."""
        if self._choice.path is None and self._state.model is not None:
            self._choice.choose(self._state.model)

    def _on_chosen(self) -> None:
        path = self._choice.path
        self.card = None
        try:
            self.card = None if path is None else read_card(path)
        except FileError as error:
            self._about.setText(escape(str(error)))
        else:
            self._about.setText(_HOW if self.card is None else _describe(self.card))
            self._state.model = path
        self.changed.emit()


def _describe(card: ModelCard) -> str:
    wants = [f"crops of {card.size_px[0]} x {card.size_px[1]} px"]
    if card.pixel_size_um is not None:
        wants.append(f"{card.pixel_size_um:.3g} µm per pixel")
    lines = [
        f"Classes: <b>{escape(', '.join(card.classes))}</b>.",
        f"Wants {escape(', '.join(card.channel_names))}; {', '.join(wants)}.",
    ]
    if card.data:
        lines.append(f"Trained on {escape(card.data)}.")
    return "<br>".join(lines)
