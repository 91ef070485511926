"""The choices for measuring: which labels, which channels, and what of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_seewhy.cells.measuring import MeasureOptions
from napari_seewhy.layers import channel_of_layer
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.layers import LabelledLayers

if TYPE_CHECKING:
    from napari_seewhy.cells.labels import LabelledCells

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
    """Asks for labels and channels, and only for options that matter to them."""

    changed = Signal()

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers = LabelledLayers(viewer, "Channels to measure")
        self._options = OptionsForm(MeasureOptions, advanced=_RARE)
        for name in ("ring_width_um", "ring_width_px"):
            self._options[name].tick.text = "none"
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._layers)
        layout.addWidget(self._options)
        self._layers.changed.connect(self._refresh)
        self._options.changed.connect(self._refresh)
        self._refresh()

    @property
    def layer(self) -> Any:
        """The labels to measure, None where there are none yet."""
        return self._layers.labels

    @property
    def missing(self) -> str:
        """What must be done before cells can be measured, "" if nothing."""
        return self._layers.missing

    def job(self) -> tuple[LabelledCells, MeasureOptions]:
        """Return what to measure, and how.

        Raises
        ------
        DataError
            If the layers do not fit together.
        OptionError
            If the options do not.
        """
        return self._layers.read(), self._options.options()

    def _refresh(self) -> None:
        """Show only what matters to the chosen layers."""
        names = [channel_of_layer(layer) for layer in self._layers.channels]
        self._options["spot_channels"].offer(names)
        values = self._options.values()
        has_um, has_spots = self._layers.has_pixel_size, bool(values["spot_channels"])
        shown = dict.fromkeys(_UM, has_um) | dict.fromkeys(_PX, not has_um)
        shown |= {name: has_spots and shown.get(name, True) for name in _SPOTS}
        self._options.show_rows(
            **shown, texture_levels=values["texture"], z_plane=self._layers.has_planes
        )
        self.changed.emit()
