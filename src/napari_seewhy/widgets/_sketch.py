"""Drawing one line or outline on the image with the mouse, in a layer that comes and goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from qtpy.QtCore import QObject, QTimer, Signal

from napari_seewhy.widgets._follow import follow

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

Kind = Literal["line", "outline"]

_MODES = {"line": "add_line", "outline": "add_polygon_lasso"}
_NAMES = {"line": "draw a line across the cell", "outline": "draw round the cell"}


class Sketch(QObject):
    """One stroke of the mouse on a layer: pressed, drawn and let go.

    While it is being drawn, a Shapes layer stands in the list. It goes when the stroke ends, when
    it is cancelled, or when another layer is chosen.
    """

    drawn = Signal(object, object)
    """Points ``(N, 2)``, y and x in pixels of the layer drawn on, and its time point or None."""

    ended = Signal()
    """The layer to draw on is gone, with or without a stroke."""

    def __init__(self, viewer: Any, parent: QWidget) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._canvas: Any = None
        self._target: Any = None
        follow(viewer.layers.selection.events.active, self._on_active)

    @property
    def is_active(self) -> bool:
        """Whether a stroke is waited for."""
        return self._canvas is not None

    def start(self, layer: Any, kind: Kind) -> None:
        """Wait for a stroke on `layer`; one that was waited for before is given up."""
        self.cancel()
        self._target = layer
        placed = ("scale", "translate", "rotate", "shear", "affine", "units", "axis_labels")
        canvas = self._viewer.add_shapes(
            ndim=layer.ndim,
            name=_NAMES[kind],
            edge_color="white",
            face_color="transparent",
            edge_width=1,
            **{name: getattr(layer, name) for name in placed},
        )
        canvas.mode = _MODES[kind]
        canvas.events.data.connect(self._on_data)
        self._canvas = canvas

    def cancel(self) -> None:
        """Give up waiting, and take the layer away."""
        canvas, self._canvas = self._canvas, None
        if canvas is None:
            return
        canvas.events.data.disconnect(self._on_data)
        if canvas in self._viewer.layers:
            self._viewer.layers.remove(canvas)
        if self._target in self._viewer.layers:
            self._viewer.layers.selection.active = self._target
        self.ended.emit()

    def _on_data(self, event: Any) -> None:
        if event.action == "added":
            # napari still holds on to the layer: the stroke is taken when it has let go.
            QTimer.singleShot(0, self._on_stroke)

    def _on_stroke(self) -> None:
        if self._canvas is None:
            return
        strokes = self._canvas.data
        self.cancel()
        if strokes:
            points = strokes[-1]
            t = round(float(points[0, 0])) if points.shape[1] > 2 else None
            self.drawn.emit(points[:, -2:], t)

    def _on_active(self, event: Any) -> None:
        if self._canvas is not None and event.value is not self._canvas:
            QTimer.singleShot(0, self.cancel)
