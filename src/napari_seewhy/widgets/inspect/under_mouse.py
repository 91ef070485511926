"""The status bar while the mouse is over a gene: distance from the start, place, value."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from napari_seewhy.epigenome.reviewing import describe_point
from napari_seewhy.errors import SeewhyError
from napari_seewhy.layers import PICTURE
from napari_seewhy.widgets.parts.viewer import StatusBar

if TYPE_CHECKING:
    from qtpy.QtCore import QObject

    from napari_seewhy.epigenome.reviewing import GeneQueue
    from napari_seewhy.widgets.inspect.shown import ShownGene


class UnderMouse(StatusBar):
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
        self._viewer, self._shown = viewer, shown
        self.queue: GeneQueue | None = None
        super().__init__(viewer, self.describe, parent)

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
