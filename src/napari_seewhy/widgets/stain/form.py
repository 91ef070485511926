"""The choices for staining the image in the viewer virtually."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

from napari_seewhy.blocks.staining import ApplyStainOptions, find_zoom
from napari_seewhy.errors import DataError
from napari_seewhy.layers import Grid
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.marker import FieldLayers

if TYPE_CHECKING:
    from napari_seewhy.staining import StainCard

_SETTLED = ("channels", "cut", "efficiency")
_RARE = ("planes", "device", "precision", "batch_size")


class StainForm(QWidget):
    """Asks for the image, the real marker if there is one, and how fine the blocks are.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    changed = Signal()

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: StainCard | None = None
        self.fields = FieldLayers(viewer, no_marker="none")
        known = [name for name in _RARE if name in ApplyStainOptions.model_fields]
        self._options = OptionsForm(ApplyStainOptions, hidden=_SETTLED, advanced=known)
        self._scale = QLabel()
        self._scale.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self.fields, self._options, self._scale):
            layout.addWidget(part)
        self.fields.changed.connect(self._refresh)
        self._options.changed.connect(self._refresh)
        self._refresh()

    @property
    def missing(self) -> str:
        """What must be done before the image can be stained, "" if nothing."""
        if self._card is None:
            return "Choose a model first."
        return self.fields.missing or self._scale.text()

    def set_card(self, card: StainCard | None) -> None:
        """Follow another model."""
        self._card = card
        self.fields.prefer_marker("" if card is None else card.marker)
        self._refresh()

    def options(self) -> ApplyStainOptions:
        """Return how the image is stained.

        Raises
        ------
        OptionError
            If the choices do not fit together.
        """
        return self._options.options()

    def set_options(self, options: ApplyStainOptions) -> None:
        """Show other choices."""
        self._options.set_options(options)

    def _refresh(self) -> None:
        """Offer to rescale only where the sizes differ; show planes only of a stack."""
        layer = self.fields.image_layer
        size_um = None
        if layer is not None:
            size_um = Grid.of_layer(layer, self.fields.axes).pixel_size_um
        self._scale.setText(self._find_fault_with(size_um, rescale=self._is_rescaled()))
        self._options.show_rows(
            rescale=bool(self._find_fault_with(size_um, rescale=False)),
            planes=layer is not None and "Z" in self.fields.axes,
        )
        self._scale.setVisible(bool(self._scale.text()))
        self.changed.emit()

    def _is_rescaled(self) -> bool:
        return bool(self._options["rescale"].value)

    def _find_fault_with(self, size_um: float | None, *, rescale: bool) -> str:
        layer = self.fields.image_layer
        if self._card is None or layer is None:
            return ""
        try:
            find_zoom(self._card, size_um, layer.name, rescale=rescale)
        except DataError as error:
            return str(error)
        return ""
