"""The choices for measuring: which labels, which channels, and what of them."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFormLayout, QLabel, QVBoxLayout, QWidget

from napari_seewhy.cells.measure_options import MeasureOptions
from napari_seewhy.layers import Grid, channel_of_layer
from napari_seewhy.widgets._follow import follow
from napari_seewhy.widgets._form import OptionsForm
from napari_seewhy.widgets._labelled_image import (
    LabelledImage,
    is_cells_of,
    rank_as_nuclei,
    read_layers,
    role_of,
    shape_yx,
)
from napari_seewhy.widgets._layer_checks import LayerChecks
from napari_seewhy.widgets._layer_choice import LayerChoice, is_labels

_RARE = (
    "background",
    "background_size_px",
    "texture_levels",
    "spot_threshold_factor",
    "spot_min_area_px",
)
_UM = ("ring_width_um", "spot_width_um")
_PX = ("ring_width_px", "spot_width_px")
_SPOTS = ("spot_width_um", "spot_width_px", "spot_threshold_factor", "spot_min_area_px")


class MeasureForm(QWidget):
    """Asks for labels and channels that fit them, and only for options that matter to them."""

    changed = Signal()
    """Something was chosen; the labels may be others."""

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._nuclei = LayerChoice(viewer, is_labels, rank=rank_as_nuclei)
        self._nuclei.setToolTip("The labels of the nuclei, or of whatever shall be measured.")
        self._cells = LayerChoice(viewer, self._fits, nothing="none")
        self._cells.setToolTip("Labels of whole cells with the numbers of their nuclei.")
        self._channels = LayerChecks(viewer, self._has_same_size)
        self._channels.setToolTip("The channels whose brightness is measured.")
        self._options = OptionsForm(MeasureOptions, advanced=_RARE, names=("spot_channels",))
        for name in ("ring_width_um", "ring_width_px"):
            self._options.editor(name).tick.setText("none")
        rows = QFormLayout()
        rows.addRow("Nuclei", self._nuclei)
        rows.addRow("Whole cells", self._cells)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(rows)
        for part in (QLabel("Channels to measure"), self._channels, self._options):
            layout.addWidget(part)

        follow(viewer.layers.events.inserted, self._propose_cells)
        self._nuclei.layer_changed.connect(self._on_nuclei_changed)
        for signal in (self._cells.layer_changed, self._channels.changed, self._options.changed):
            signal.connect(self._refresh)
        self._on_nuclei_changed()

    @property
    def layer(self) -> Any | None:
        """The labels to measure, None where there are none yet."""
        return self._nuclei.layer

    @property
    def missing(self) -> str:
        """What must be done before cells can be measured, "" if nothing."""
        if self.layer is None:
            return "No labels layer yet: run Segment cells first."
        if not self._channels.count():
            return "Open the image of these labels: no image has their size."
        if not self._channels.layers:
            return "Tick at least one channel."
        return ""

    def job(self) -> tuple[LabelledImage, MeasureOptions]:
        """Return what to measure, and how.

        Raises
        ------
        DataError
            If the layers do not fit together.
        OptionError
            If the options do not.
        """
        job = read_layers(self._channels.layers, self.layer, self._cells.layer)
        return job, self._options.options()

    def _fits(self, layer: Any) -> bool:
        return is_labels(layer) and role_of(layer) != "nuclei"

    def _has_same_size(self, layer: Any) -> bool:
        return self.layer is not None and shape_yx(layer) == shape_yx(self.layer)

    def _on_nuclei_changed(self) -> None:
        self._channels.offer()
        self._propose_cells()
        self._refresh()

    def _propose_cells(self) -> None:
        """Choose the cells that were grown about the chosen nuclei."""
        if self.layer is None or self._cells.layer is not None:
            return
        for layer in self._viewer.layers:
            if is_labels(layer) and is_cells_of(layer, self.layer):
                self._cells.set_layer(layer)

    def _refresh(self) -> None:
        """Show only what matters to the chosen layers."""
        channels = self._channels.layers
        self._options.set_choices("spot_channels", [channel_of_layer(c) for c in channels])
        has_um = self.layer is not None and _pixel_size_um(self.layer) is not None
        has_spots = bool(self._options.values()["spot_channels"])
        shown = dict.fromkeys(_UM, has_um) | dict.fromkeys(_PX, not has_um)
        shown |= {name: has_spots and shown.get(name, True) for name in _SPOTS}
        shown["texture_levels"] = self._options.values()["texture"]
        shown["z_plane"] = self.layer is not None and any(
            c.ndim > self.layer.ndim for c in channels
        )
        self._options.show_rows(**shown)
        self.changed.emit()


def _pixel_size_um(layer: Any) -> float | None:
    return Grid.of_layer(layer, "TZYX"[-layer.ndim :]).pixel_size_um
