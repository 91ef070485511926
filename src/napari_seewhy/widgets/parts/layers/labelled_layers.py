"""Choosing labels and those image layers that are channels of the same picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

from napari_seewhy.layers import Grid, channel_of_layer
from napari_seewhy.widgets.parts.forms import stack_rows
from napari_seewhy.widgets.parts.layers.assumed import AssumedLine
from napari_seewhy.widgets.parts.layers.choice import (
    LayerChoice,
    LayerTicks,
    is_image,
    is_labels,
)
from napari_seewhy.widgets.parts.layers.labelled_image import (
    is_cells_of,
    rank_as_nuclei,
    read_layers,
    role_of,
    shape_yx,
)
from napari_seewhy.widgets.parts.viewer import follow

if TYPE_CHECKING:
    from napari_seewhy.cells.labels import LabelledCells


class LabelledLayers(QWidget):
    """Asks for nuclei, for whole cells if there are any, and for channels of their size.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    purpose
        What the channels are ticked for: "Channels to measure".
    """

    changed = Signal()
    """Other layers are chosen."""

    def __init__(self, viewer: Any, purpose: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._nuclei = LayerChoice(
            viewer,
            is_labels,
            rank=rank_as_nuclei,
            label="Nuclei",
            tooltip="The labels of the nuclei, or of whatever was segmented.",
        )
        self._cells = LayerChoice(
            viewer,
            _may_be_cells,
            nothing="none",
            label="Whole cells",
            tooltip="Labels of whole cells with the numbers of their nuclei.",
        )
        self._channels = LayerTicks(
            viewer,
            self._is_channel,
            describe=lambda layer: f"Channel {channel_of_layer(layer)}",
            tooltip="Only images of the same height and width are offered.",
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(stack_rows(self._nuclei, self._cells).native)
        layout.addWidget(QLabel(purpose))
        layout.addWidget(self._channels.native)
        self._assumed = AssumedLine()
        layout.addWidget(self._assumed)
        self.changed.connect(self._tell_assumed)

        follow(viewer.layers.events.inserted, self._propose_cells)
        self._nuclei.changed.connect(self._on_nuclei_changed)
        for choice in (self._cells, self._channels):
            choice.changed.connect(self._on_changed)
        self._on_nuclei_changed()

    @property
    def labels(self) -> Any:
        """The layer of nuclei, None where there is none yet."""
        return self._nuclei.value

    @property
    def channels(self) -> list[Any]:
        """The ticked image layers."""
        return list(self._channels.value)

    @property
    def missing(self) -> str:
        """What must be done before there are labels with channels, "" if nothing."""
        if self.labels is None:
            return "No labels layer yet: run Segment cells first."
        if not len(self._channels):
            return "Open the image of these labels: no image has their size."
        return "" if self.channels else "Tick at least one channel."

    @property
    def has_pixel_size(self) -> bool:
        """Whether it is known how large a pixel is in micrometres."""
        layer = self.labels
        if layer is None:
            return False
        return Grid.of_layer(layer, "TZYX"[-layer.ndim :]).pixel_size_um is not None

    @property
    def has_cells(self) -> bool:
        """Whether labels of whole cells are chosen."""
        return self._cells.value is not None

    @property
    def has_planes(self) -> bool:
        """Whether the channels are stacks, of which the labels are flat."""
        return self.labels is not None and any(c.ndim > self.labels.ndim for c in self.channels)

    def read(self) -> LabelledCells:
        """Return image and labels.

        Raises
        ------
        DataError
            If the channels have different shapes.
        """
        return read_layers(self.channels, self.labels, self._cells.value)

    def _is_channel(self, layer: Any) -> bool:
        """Whether a layer is an image of the size of the labels."""
        if self.labels is None or not is_image(layer):
            return False
        return shape_yx(layer) == shape_yx(self.labels)

    def _tell_assumed(self) -> None:
        self._assumed.show_layers((*self.channels, self.labels))

    def _on_changed(self) -> None:
        self.changed.emit()

    def _on_nuclei_changed(self) -> None:
        self._channels.reset_choices()
        self._propose_cells()
        self.changed.emit()

    def _propose_cells(self) -> None:
        """Choose the cells that were grown about the chosen nuclei."""
        if self.labels is None or self._cells.value is not None:
            return
        for layer in self._viewer.layers:
            if is_labels(layer) and is_cells_of(layer, self.labels):
                self._cells.value = layer


def _may_be_cells(layer: Any) -> bool:
    return is_labels(layer) and role_of(layer) != "nuclei"
