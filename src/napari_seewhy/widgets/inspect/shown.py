"""The gene that is looked at: its picture, where it is divided, and where a tree looked in it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from napari_seewhy.epigenome.pictures import NoDividingLineError, between
from napari_seewhy.epigenome.reviewing import describe_point
from napari_seewhy.errors import SeewhyError
from napari_seewhy.layers import PICTURE
from napari_seewhy.widgets.inspect.layers import InspectLayers
from napari_seewhy.widgets.inspect.strip import paint_strip
from napari_seewhy.widgets.parts.viewer import StatusBar

if TYPE_CHECKING:
    from qtpy.QtCore import QObject

    from napari_seewhy.epigenome.answering import ExplainedGenes
    from napari_seewhy.epigenome.pictures import PictureGeometry, PictureSet
    from napari_seewhy.epigenome.reviewing import GeneQueue, GeneStrips


class ShownGene:
    """Shows one gene after the other in a viewer.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.

    Attributes
    ----------
    layers
        What is in the viewer.
    geometry
        Where the panels of the shown picture lie, None while nobody knows.
    shape
        Its height and width.
    explained
        Where a tree looked; None while nobody asked it.
    strips
        Genes and CpG islands below the pictures; None before pictures are open.
    """

    def __init__(self, viewer: Any) -> None:
        self.layers = InspectLayers(viewer)
        self.geometry: PictureGeometry | None = None
        self.shape = (2, 2)
        self.explained: ExplainedGenes | None = None
        self.strips: GeneStrips | None = None

    @property
    def line_row(self) -> int:
        """First row below the dividing line; the middle while nobody knows it."""
        return self.shape[0] // 2 if self.geometry is None else between(self.geometry)

    def set_explained(self, explained: ExplainedGenes | None) -> None:
        """Show from now on where a tree looked; None for nothing."""
        self.explained = explained
        self.layers.hide_heatmap()

    def show(self, pictures: PictureSet, row: int) -> None:
        """Show a picture.

        Raises
        ------
        FileError
            If it is missing or damaged.
        """
        picture = pictures.read_one(row)
        self.shape = (picture.shape[0], picture.shape[1])
        try:
            self.geometry = pictures.geometry(row, self.shape)
        except NoDividingLineError:
            self.geometry = None
        source = str(pictures.file(row))
        self.layers.show(picture, self.geometry, source)
        self.layers.show_line(self.line_row, self.shape[1])
        self._show_strip(row, source)
        if self.explained is None or self.geometry is None:
            return
        answer = str(self.explained.table["explained"].iat[row])
        if answer:
            heatmap = self.explained.draw(row, self.geometry)
            self.layers.show_heatmap(heatmap, self.geometry, answer, source)
        else:
            self.layers.hide_heatmap()

    def _show_strip(self, row: int, source: str) -> None:
        strip = None if self.strips is None else self.strips.find(row)
        if strip is None or self.geometry is None:
            self.layers.show_strip(None)
        else:
            self.layers.show_strip(paint_strip(strip, self.geometry, source))


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
