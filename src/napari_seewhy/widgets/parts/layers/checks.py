"""`LayerChecks`: ticking several of the viewer's layers, such as the channels of one image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QListWidget, QListWidgetItem, QWidget

from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.viewer import follow

if TYPE_CHECKING:
    from collections.abc import Callable

_ROW_PX = 24
_MAX_ROWS = 5


class LayerChecks(QListWidget):
    """A list of layers with boxes; a layer that comes and fits is ticked at first.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    fits
        Whether a layer may be ticked here; call `offer` when the answer changes.
    describe
        The text of the tooltip of a layer.
    """

    changed = Signal()
    """Other layers are ticked, by the person or because layers came or went."""

    def __init__(
        self,
        viewer: Any,
        fits: Callable[[Any], bool],
        parent: QWidget | None = None,
        *,
        describe: Callable[[Any], str],
    ) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._fits = fits
        self._describe = describe
        self._offered: list[Any] = []
        self._unticked: list[Any] = []
        events = viewer.layers.events
        for signal in (events.inserted, events.removed, events.reordered, events.renamed):
            follow(signal, self.offer)
        self.itemChanged.connect(self._on_ticked)
        self.offer()

    @property
    def layers(self) -> list[Any]:
        """The ticked layers, in the order of the viewer."""
        return [layer for layer in self._offered if layer not in self._unticked]

    def offer(self) -> None:
        """Offer the layers that fit now; those that were unticked stay so."""
        before = self.layers
        self._offered = [layer for layer in self._viewer.layers if self._fits(layer)]
        self._unticked = [layer for layer in self._unticked if layer in self._viewer.layers]
        blocked = self.blockSignals(True)
        self.clear()
        for layer in self._offered:
            item = QListWidgetItem(layer.name, self)
            item.setToolTip(literal(self._describe(layer)))
            is_ticked = layer not in self._unticked
            item.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)
        self.setFixedHeight(_ROW_PX * min(max(len(self._offered), 1), _MAX_ROWS) + 4)
        self.blockSignals(blocked)
        if self.layers != before:
            self.changed.emit()

    def _on_ticked(self, item: QListWidgetItem) -> None:
        layer = self._offered[self.row(item)]
        self._unticked = [other for other in self._unticked if other is not layer]
        if item.checkState() == Qt.CheckState.Unchecked:
            self._unticked.append(layer)
        self.changed.emit()
