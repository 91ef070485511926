"""Dragging the dividing line with the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Signal

from napari_seewhy.widgets.parts.viewer import follow_mouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_seewhy.widgets.inspect.layers import InspectLayers


class LineDrag(QObject):
    """While it is on, the mouse drags the dividing line instead of the view.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    layers
        Show the line while it is dragged.
    parent
        Whose drag it is.
    """

    dragged = Signal(int)
    """First row of pixels below the line, when it was let go."""

    def __init__(self, viewer: Any, layers: InspectLayers, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._layers = layers
        self._line: Any = None
        self._shape = (0, 0)
        follow_mouse(viewer, self._on_mouse, parent)

    def start(self, row: int, shape: tuple[int, int]) -> None:
        """Let the mouse drag the line of a picture of this height and width."""
        self._shape = shape
        self._line = self._layers.show_line(row, shape[1])
        self._line.visible = True
        self._line.mouse_pan = False
        self._viewer.layers.selection.active = self._line

    def stop(self) -> None:
        """Let the mouse move the view again."""
        if self._line is not None:
            self._line.mouse_pan = True
            self._line = None

    def _on_mouse(self, viewer: Any, event: Any) -> Iterator[None]:
        if self._line is None or event.button != 1 or self._line not in viewer.layers:
            return
        yield
        row = None
        while event.type == "mouse_move":
            row = self._row(event)
            self._layers.show_line(row, self._shape[1])
            yield
        if row is not None:
            self.dragged.emit(row)

    def _row(self, event: Any) -> int:
        """Return the row whose upper edge is nearest to the mouse, inside the picture."""
        return min(max(round(float(event.position[-2]) + 0.5), 1), self._shape[0] - 1)
