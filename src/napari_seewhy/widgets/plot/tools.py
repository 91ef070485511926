"""Selecting in a plot with the mouse: a lasso, a rectangle, a click; or moving the plot."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
import pyqtgraph as pg
from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QPainterPath
from qtpy.QtWidgets import QGraphicsPathItem

Tool: TypeAlias = Literal["lasso", "rectangle", "move"]

_LEAST_STEP_PX = 3.0
"""Corners of a lasso closer than this to the last one are passed over."""


class ToolBox(pg.ViewBox):
    """The inside of a plot: dragging selects or moves, the wheel zooms, a click picks."""

    drawn = Signal(object, bool)
    """Outline ``(M, 2)``, x and y in the plot, and whether it adds to what is selected (Shift)."""

    clicked = Signal(object, bool)
    """Place in the plot as ``QPointF``, and whether it adds."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.tool: Tool = "lasso"
        self._corners: list[Any] = []
        self._trace = QGraphicsPathItem()
        self._trace.setZValue(1000)
        self.addItem(self._trace, ignoreBounds=True)
        self.set_color("#ffffff")

    def set_color(self, color: str) -> None:
        """Follow the theme: colour of the line that is drawn."""
        pen = pg.mkPen(color, width=1.5, style=Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        self._trace.setPen(pen)

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        """Draw with the left button, unless the plot is to be moved."""
        if self.tool == "move" or ev.button() != Qt.MouseButton.LeftButton:
            super().mouseDragEvent(ev, axis)
            return
        ev.accept()
        if ev.isStart():
            self._corners = [ev.buttonDownPos()]
        place = ev.pos()
        last = self._corners[-1]
        if np.hypot(place.x() - last.x(), place.y() - last.y()) >= _LEAST_STEP_PX:
            self._corners.append(place)
        outline = self._outline(place)
        if ev.isFinish():
            self._trace.setPath(QPainterPath())
            if len(outline) > 2:
                self.drawn.emit(outline, _is_adding(ev))
        else:
            self._show(outline)

    def mouseClickEvent(self, ev: Any) -> None:
        """Pick what is under the mouse."""
        if ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            self.clicked.emit(self.mapToView(ev.pos()), _is_adding(ev))

    def _outline(self, place: Any) -> np.ndarray[Any, Any]:
        corners = self._corners
        if self.tool == "rectangle":
            start = corners[0]
            corners = [
                start,
                pg.Point(place.x(), start.y()),
                place,
                pg.Point(start.x(), place.y()),
            ]
        seen = [self.mapToView(corner) for corner in corners]
        return np.array([(point.x(), point.y()) for point in seen])

    def _show(self, outline: np.ndarray[Any, Any]) -> None:
        path = QPainterPath()
        for i, (x, y) in enumerate(outline):
            (path.lineTo if i else path.moveTo)(x, y)
        path.closeSubpath()
        self._trace.setPath(path)


def _is_adding(event: Any) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
