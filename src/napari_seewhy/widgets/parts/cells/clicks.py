"""Clicks on cells in the image, told to the widget that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Signal

from napari_seewhy.widgets.parts.viewer import follow_mouse, is_open

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qtpy.QtWidgets import QWidget

_SLACK_PX = 4
"""A hand that moves the mouse less than this while clicking did not mean to drag."""


class CellClicks(QObject):
    """Says which cell of a Labels layer was clicked, while its widget can be seen.

    Nothing is said while the image is dragged, or while a layer is painted or drawn on.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    layer
        Gives the Labels layer to look in, or None; asked at every click.
    widget
        Whose clicks these are.
    """

    clicked = Signal(int)
    """Number of the cell, 0 = background."""

    def __init__(self, viewer: Any, layer: Callable[[], Any | None], widget: QWidget) -> None:
        super().__init__(widget)
        self._viewer = viewer
        self._layer = layer
        self._widget = widget
        follow_mouse(viewer, self._on_mouse, widget)

    def _on_mouse(self, viewer: Any, event: Any) -> Iterator[None]:
        if event.button != 1 or not self._is_listening():
            return
        pressed = event.pos
        yield
        while event.type == "mouse_move":
            yield
        moved = max(abs(event.pos[0] - pressed[0]), abs(event.pos[1] - pressed[1]))
        layer = self._layer()
        if moved > _SLACK_PX or layer is None:
            return
        label = layer.get_value(
            event.position,
            view_direction=event.view_direction,
            dims_displayed=event.dims_displayed,
            world=True,
        )
        # A multiscale layer also tells the level.
        number = label[1] if isinstance(label, tuple) else label
        self.clicked.emit(int(number or 0))

    def _is_listening(self) -> bool:
        active = self._viewer.layers.selection.active
        is_drawing = active is not None and (active.mode != "pan_zoom" or not active.mouse_pan)
        return not is_drawing and is_open(self._widget)
