"""Drawing one line or outline on the image with the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QObject, Signal
from qtpy.QtGui import QKeySequence, QShortcut

from napari_seewhy.widgets.parts.layers import is_lines, show_lines
from napari_seewhy.widgets.parts.viewer import follow, follow_mouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qtpy.QtWidgets import QWidget

STROKES = {
    "split": "Draw a line across the cell: press, drag from side to side, let go. Esc gives up.",
    "draw": "Draw round the new cell: press, drag round it, let go. Esc gives up.",
}
"""What can be drawn, by its purpose, and what to do for it."""

_NAME = "stroke"


class Sketch(QObject):
    """One stroke of the mouse on a layer: pressed, drawn and let go.

    While it is waited for, dragging does not move the image. It is given up by Esc, or when another
    layer is chosen.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    parent
        The widget that asks for strokes.
    """

    drawn = Signal(str, object)
    """Purpose, and points ``(N, ndim)`` in pixels of the layer that was drawn on."""

    ended = Signal()
    """No stroke is waited for any more, whether there was one or not."""

    def __init__(self, viewer: Any, parent: QWidget) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._layer: Any = None
        self._kind = ""
        self._give_up = QShortcut(QKeySequence("Esc"), parent, self.cancel)
        self._give_up.setEnabled(False)
        follow(viewer.layers.selection.events.active, self._on_active)
        follow_mouse(viewer, self._on_mouse, parent)

    @property
    def kind(self) -> str:
        """Purpose of the stroke that is waited for, "" while none is."""
        return self._kind

    def start(self, layer: Any, kind: str) -> None:
        """Wait for a stroke on `layer`; one that was waited for before is given up.

        Parameters
        ----------
        layer
            Labels layer that is drawn on.
        kind
            One of `STROKES`.
        """
        self.cancel()
        self._viewer.layers.selection.active = layer
        layer.mode = "pan_zoom"
        layer.mouse_pan = False
        layer.cursor = "cross"
        self._layer, self._kind = layer, kind
        self._give_up.setEnabled(True)

    def cancel(self) -> None:
        """Give up waiting."""
        layer, self._layer, self._kind = self._layer, None, ""
        if layer is None:
            return
        layer.mouse_pan = True
        layer.cursor = "standard"
        self._give_up.setEnabled(False)
        show_lines(self._viewer, layer, _NAME, [])
        self.ended.emit()

    def _on_mouse(self, viewer: Any, event: Any) -> Iterator[None]:
        layer, kind = self._layer, self._kind
        if layer is None or event.button != 1:
            return
        points = [layer.world_to_data(event.position)]
        yield
        while event.type == "mouse_move" and self._layer is layer:
            points.append(layer.world_to_data(event.position))
            show_lines(viewer, layer, _NAME, [_stroke(points, kind)])
            yield
        if self._layer is layer:
            points.append(layer.world_to_data(event.position))
            self.cancel()
            self.drawn.emit(kind, _stroke(points, kind))

    def _on_active(self, event: Any) -> None:
        chosen = event.value
        # napari makes every new layer the active one for a moment, the stroke's own as well.
        is_other = chosen is not None and chosen is not self._layer and not is_lines(chosen)
        if self._layer is not None and is_other:
            self.cancel()


def _stroke(points: list[Any], kind: str) -> np.ndarray[Any, Any]:
    """Of a line only both ends count; an outline goes back to where it began."""
    ends = [points[0], points[-1]] if kind == "split" else [*points, points[0]]
    return np.asarray(ends, float)
