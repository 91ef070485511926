"""Choosing a model of one kind, with what is to be known of it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Generic

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFormLayout, QLabel, QWidget

from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.models.cards import CardT, ModelCard
from napari_seewhy.models.files import list_layers, read_card_of
from napari_seewhy.widgets.parts.models.choice import ModelChoice
from napari_seewhy.widgets.parts.viewer import follow

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.widgets.parts.tasks import ViewerState

_NONE = "choose a model ..."


class CardPicker(QWidget, Generic[CardT]):
    """The models of one kind in the library and files, and what is to be known of the chosen one.

    A subclass names the kind, and says in `describe` what a person wants to know of a card.
    """

    changed = Signal()

    KIND: type[CardT]
    """The card of the kind."""

    HOW: str
    """What such a model does and where one comes from; shown while none is chosen."""

    TOOLTIP: str

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card: CardT | None = None
        self.choice = ModelChoice(_NONE, self.KIND)
        self.choice.setToolTip(self.TOOLTIP)
        self._about = QLabel(self.HOW)
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

    def describe(self, card: CardT) -> list[str]:
        """Say in lines of HTML what the model does and wants."""
        raise NotImplementedError

    def _on_chosen(self) -> None:
        path = self.choice.path
        self.card = None
        try:
            self.card = None if path is None else read_card_of(path, self.KIND)
        except FileError as error:
            self._about.setText(escape(str(error)))
        else:
            said = [self.HOW] if self.card is None else self.describe(self.card)
            self._about.setText("<br>".join(said))
            self.note(path)
        self.changed.emit()

    def note(self, path: Path | None) -> None:
        """Note what was chosen, for widgets that open later; not every kind is shared."""


class ModelPicker(CardPicker[ModelCard]):
    """The choice of a classifier.

    Parameters
    ----------
    state
        Of the viewer: the model that was trained or chosen last is the one to begin with.
    """

    KIND = ModelCard
    HOW = (
        "A model says which class each cell is of. Train one with Train classifier, or choose one "
        "that came with the program or from a colleague."
    )
    TOOLTIP = "The model that predicts the class of each cell."

    def __init__(self, state: ViewerState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        follow(state.events.model, self.begin)

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
        if self.choice.path is None and self._state.model is not None:
            self.choice.choose(self._state.model)

    def describe(self, card: ModelCard) -> list[str]:
        """Say the classes and the wanted crops."""
        wants = [f"crops of {card.size_px[0]} x {card.size_px[1]} px"]
        if card.pixel_size_um is not None:
            wants.append(f"{card.pixel_size_um:.3g} µm per pixel")
        return [
            f"Classes: <b>{escape(', '.join(card.classes))}</b>.",
            f"Wants {escape(', '.join(card.channel_names))}; {', '.join(wants)}.",
            *([f"Trained on {escape(card.data)}."] if card.data else []),
        ]

    def note(self, path: Path | None) -> None:
        """Let the next widget begin with this model."""
        self._state.model = path
