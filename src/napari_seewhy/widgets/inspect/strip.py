"""Genes and CpG islands below the picture: which files they come from, and how they are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QByteArray, Signal
from qtpy.QtGui import QImage, QPainter
from qtpy.QtSvg import QSvgRenderer
from qtpy.QtWidgets import QGridLayout, QLabel, QWidget

from napari_seewhy.epigenome.pictures import ISLANDS, MODELS, annotation_path, keep_annotation_steps
from napari_seewhy.epigenome.reviewing import draw_strip_picture
from napari_seewhy.layers import strip_layer
from napari_seewhy.widgets.parts.folders import FolderLine
from napari_seewhy.widgets.parts.tasks import TaskRow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureGeometry, PictureSet
    from napari_seewhy.epigenome.reviewing import GeneStrip
    from napari_seewhy.layers import LayerData
    from napari_seewhy.widgets.parts.tasks import ViewerState

_GAP_PX = 2
_FINE = 6
"""The strip has so many pixels for each of the picture, so that its names can be read."""

_NO_PICTURES = "Choose a folder of pictures first."


class StripChoice(QWidget):
    """Asks for the files of gene models and CpG islands, and reads them once.

    Parameters
    ----------
    state
        Of the viewer: `state_of(viewer)`.
    """

    kept = Signal()
    """What lies in the windows of the pictures is there now."""

    def __init__(self, state: ViewerState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: PictureSet | None = None
        self.genes = FolderLine(
            "Gene models (GTF, GFF3, BED, genePred, refGene), shown below the pictures",
            files="Gene models (*.gtf *.gff *.gff3 *.bed *.txt *.tsv *.gz)",
        )
        self.islands = FolderLine(
            "CpG islands (BED), shown below the pictures",
            files="CpG islands (*.bed *.txt *.tsv *.gz)",
        )
        self.row = TaskRow(state, "Read gene models and CpG islands")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        for number, (title, line) in enumerate(
            (("Genes below", self.genes), ("CpG islands", self.islands))
        ):
            grid.addWidget(QLabel(title), number, 0)
            grid.addWidget(line, number, 1)
            line.changed.connect(self._read)
        grid.addWidget(self.row, 2, 0, 1, 2)
        self.row.run_clicked.connect(self._read)
        self.row.hide()
        self.set_pictures(None)

    def set_pictures(self, pictures: PictureSet | None) -> None:
        """Ask for the files of these pictures from now on."""
        self._pictures = pictures
        self.setEnabled(pictures is not None)
        for line, what in ((self.genes, MODELS), (self.islands, ISLANDS)):
            line.blockSignals(True)
            line.set_path(None)
            line.blockSignals(False)
            if pictures is not None and annotation_path(pictures.path, what).is_file():
                line.say_instead("kept beside the pictures")

    def _read(self) -> None:
        if self._pictures is None or not (self.genes.path or self.islands.path):
            return
        self.row.show()
        wanted = (self._pictures.path, self._pictures.table, self.genes.path, self.islands.path)
        self.row.run(keep_annotation_steps, *wanted, on_result=self._on_kept)

    def _on_kept(self, _: tuple[int, int]) -> None:
        self.row.hide()
        self.kept.emit()


def paint_strip(strip: GeneStrip, geometry: PictureGeometry, source: str) -> LayerData:
    """Turn what lies in the window of a picture into a layer below it.

    Parameters
    ----------
    strip
        What lies in the window.
    geometry
        Where the panels of the picture lie.
    source
        Its file.
    """
    shapes, edge = draw_strip_picture(strip, geometry.left, geometry.right - geometry.left)
    corner = (geometry.height_px + _GAP_PX, edge)
    return strip_layer(_paint(shapes.encode()), corner, 1 / _FINE, source)


def _paint(shapes: bytes) -> NDArray[np.uint8]:
    """Paint an SVG `_FINE` times as fine as it says: ``(h, w, 3)``."""
    renderer = QSvgRenderer(QByteArray(shapes))
    image = QImage(renderer.defaultSize() * _FINE, QImage.Format.Format_RGBA8888)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    bits = image.constBits()
    if hasattr(bits, "setsize"):
        bits.setsize(image.sizeInBytes())
    pixels = np.frombuffer(bits, np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return pixels[:, : image.width(), :3].copy()
