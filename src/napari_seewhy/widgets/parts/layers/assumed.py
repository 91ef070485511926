"""A line that says what was assumed of the chosen layers, and how to change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from qtpy.QtWidgets import QLabel, QWidget

from napari_seewhy.images import explain_unmeasured
from napari_seewhy.layers import METADATA_KEY, Grid, assumed_of_layer, axes_of_layer
from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.layers.choice import is_labels
from napari_seewhy.widgets.parts.viewer import follow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NO_SIZE = (
    "The size of a pixel is not known, so lengths and areas are in pixels; save the image as "
    "OME-TIFF with its pixel size to have micrometres."
)


class AssumedLine(QLabel):
    """Says what was assumed of layers when their files were read; hidden where nothing was."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.hide()
        self._shown: list[Any] = []
        self._followed: WeakSet[Any] = WeakSet()

    def show_layers(self, layers: Iterable[Any]) -> None:
        """Follow the layers that are chosen; None among them is passed over."""
        self._shown = [layer for layer in layers if layer is not None]
        for layer in self._shown:
            if layer not in self._followed:
                self._followed.add(layer)
                follow(layer.events.metadata, self._show)
        self._show()

    def _show(self, event: object = None) -> None:
        said = dict.fromkeys(one for layer in self._shown for one in _explain(layer))
        self.setText(literal(" ".join(said)))
        self.setVisible(bool(said))


def _explain(layer: Any) -> Iterator[str]:
    """Yield what was assumed of a layer, and what is not known of it."""
    yield from assumed_of_layer(layer)
    if is_labels(layer):
        return
    measured = layer.metadata.get(METADATA_KEY, {}).get("measured")
    yield from explain_unmeasured(measured, is_declared=True)
    axes = axes_of_layer(layer) or "TZYX"[-layer.ndim :]
    if Grid.of_layer(layer, axes).pixel_size_um is None:
        yield _NO_SIZE
