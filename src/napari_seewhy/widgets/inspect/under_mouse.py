"""The status bar while the mouse is over a gene: distance from the start, place, value."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, QTimer

from napari_seewhy.epigenome.reviewing import describe_point
from napari_seewhy.errors import SeewhyError
from napari_seewhy.layers import PICTURE
from napari_seewhy.widgets.parts.viewer import follow

if TYPE_CHECKING:
    from napari_seewhy.epigenome.reviewing import GeneQueue
    from napari_seewhy.widgets.inspect.shown import ShownGene


class UnderMouse(QObject):
    """Says in napari's status bar what the point of the picture under the mouse stands for.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    shown
        The gene that is shown.
    parent
        Whose it is.

    Attributes
    ----------
    queue
        Whose current gene is shown.
    """

    def __init__(self, viewer: Any, shown: ShownGene, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._shown = shown
        self._is_saying = False
        self.queue: GeneQueue | None = None
        follow(viewer.events.status, self._on_status)

    def _on_status(self, _: Any) -> None:
        if not self._is_saying:
            # napari writes into the bar after this call.
            QTimer.singleShot(0, self._say)

    def _say(self) -> None:
        """Replace what napari says of the pixel."""
        status, said = self._viewer.status, self.describe()
        if not said or not isinstance(status, dict):
            return
        self._is_saying = True
        try:
            self._viewer.status = status | {"coordinates": said}
        finally:
            self._is_saying = False

    def describe(self) -> str:
        """Say what is under the mouse, "" where it is not over the panels of the gene."""
        geometry, layers = self._shown.geometry, self._shown.layers
        picture = layers.find(PICTURE)
        if self.queue is None or geometry is None or picture is None:
            return ""
        y, x = self._viewer.cursor.position[-2:]
        if layers.is_apart:
            # Both panels move together; which one is under the mouse is not known.
            return ""
        tracks = None
        with suppress(SeewhyError):
            tracks = self.queue.tracks
        return describe_point(self.queue, geometry, tracks, float(y), float(x))
