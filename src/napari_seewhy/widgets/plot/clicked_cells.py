"""Clicks on cells where several Labels layers lie above each other or side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Signal

from napari_seewhy.widgets.parts.cells import CellClicks
from napari_seewhy.widgets.parts.layers import original_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qtpy.QtWidgets import QWidget


class ClickedCells(QObject):
    """Says which cell was clicked: of the layers that are shown, in the topmost that has one there.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    layers
        Gives the Labels layers to look in; asked at every click.
    widget
        Whose clicks these are.
    """

    clicked = Signal(object, int)
    """Layer, or None, and number of the cell, 0 = background."""

    def __init__(self, viewer: Any, layers: Callable[[], Sequence[Any]], widget: QWidget) -> None:
        super().__init__(widget)
        self._viewer = viewer
        self._layers = layers
        self._found: Any | None = None
        self._clicks = CellClicks(viewer, self._find, widget)
        self._clicks.clicked.connect(self._on_clicked)

    def _find(self) -> Any | None:
        """Return the layer that has a cell under the mouse, else the topmost one that is shown."""
        watched = self._layers()
        place = self._viewer.cursor.position
        shown = [layer for layer in reversed(self._viewer.layers) if layer.visible]
        # Cells that are coloured by class lie in a layer of their own with the same numbers.
        cells = [(layer, original_of(self._viewer, layer) or layer) for layer in shown]
        cells = [pair for pair in cells if any(pair[1] is other for other in watched)]
        hit = [pair for pair in cells if _number_at(pair[0], place)]
        under, self._found = next(iter(hit or cells), (None, None))
        return under

    def _on_clicked(self, label: int) -> None:
        self.clicked.emit(self._found, label)


def _number_at(layer: Any, place: Sequence[float]) -> int:
    number = layer.get_value(place, world=True)
    # A multiscale layer also tells the level.
    return int((number[1] if isinstance(number, tuple) else number) or 0)
