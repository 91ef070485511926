"""The choices for classifying the cells of the image in the viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_seewhy.cells.classifying import ClassifyOptions
from napari_seewhy.layers import CLASSES
from napari_seewhy.widgets.parts.forms import OptionsForm, stack_rows
from napari_seewhy.widgets.parts.layers import (
    AssumedLine,
    ChannelChoices,
    LayerChoice,
    is_cells_of,
    is_labels,
    rank_as_nuclei,
    read_layers,
    role_of,
)

if TYPE_CHECKING:
    from napari_seewhy.cells.labels import LabelledCells
    from napari_seewhy.models.cards import ModelCard

RARE = ("border", "batch_size", "device", "precision")
"""Options that are folded away."""


class ClassifyForm(QWidget):
    """Asks for the labels, and which image is which channel of the model.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    options
        What else is chosen, where it is more than how cells are classified.
    """

    changed = Signal()

    def __init__(
        self,
        viewer: Any,
        options: OptionsForm[Any] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._card: ModelCard | None = None
        self._nuclei = LayerChoice(
            viewer,
            _may_be_nuclei,
            rank=rank_as_nuclei,
            label="Nuclei",
            tooltip="The labels of the nuclei, or of whatever was segmented.",
        )
        self._cells = LayerChoice(
            viewer,
            _may_be_cells,
            nothing="none",
            label="Whole cells",
            tooltip="Labels of whole cells, where the crops of the training were masked by them.",
        )
        self._channels = ChannelChoices(viewer)
        self._options: OptionsForm[Any] = options or OptionsForm(
            ClassifyOptions, hidden=("channels",), advanced=RARE
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(stack_rows(self._nuclei, self._cells).native)
        layout.addWidget(self._channels)
        self._assumed = AssumedLine()
        layout.addWidget(self._assumed)
        self.changed.connect(self._tell_assumed)
        layout.addWidget(self._options)
        self._nuclei.changed.connect(self._on_nuclei_changed)
        self._cells.changed.connect(self._on_cells_changed)
        self._channels.changed.connect(self.changed)
        self._options.changed.connect(self.changed)
        self._on_nuclei_changed()

    @property
    def labels(self) -> Any | None:
        """The layer of labels, None where there is none yet."""
        return self._nuclei.value

    @property
    def missing(self) -> str:
        """What must be done before the cells can be classified, "" if nothing."""
        if self._card is None:
            return "Choose a model first."
        if self.labels is None:
            return "No labels layer yet: run Segment cells first."
        return self._channels.missing

    def set_card(self, card: ModelCard | None) -> None:
        """Ask for the channels of another model."""
        self._card = card
        self._on_nuclei_changed()

    def options(self, **changes: Any) -> ClassifyOptions:
        """Return what is chosen besides the layers."""
        return self._options.options(**changes)

    def job(self) -> tuple[LabelledCells, ClassifyOptions]:
        """Return image and labels, and the options.

        Raises
        ------
        DataError
            If the layers do not fit together.
        """
        chosen = self._channels.layers
        layers = list(dict.fromkeys(chosen))
        job = read_layers(layers, self.labels, self._cells.value)
        names = dict(zip(layers, job.image.channels, strict=True))
        return job, self.options(channels=tuple(names[layer] for layer in chosen))

    def _tell_assumed(self) -> None:
        self._assumed.show_layers(self._channels.layers)

    def _on_cells_changed(self) -> None:
        self.changed.emit()

    def _on_nuclei_changed(self) -> None:
        channels = () if self._card is None else self._card.channel_names
        self._channels.offer(channels, self.labels)
        self._propose_cells()
        self.changed.emit()

    def _propose_cells(self) -> None:
        """Choose the cells that were grown about the chosen nuclei."""
        if self.labels is None or self._cells.value is not None:
            return
        for layer in self._viewer.layers:
            if _may_be_cells(layer) and is_cells_of(layer, self.labels):
                self._cells.value = layer


def _may_be_nuclei(layer: Any) -> bool:
    return is_labels(layer) and role_of(layer) != CLASSES


def _may_be_cells(layer: Any) -> bool:
    return _may_be_nuclei(layer) and role_of(layer) != "nuclei"
