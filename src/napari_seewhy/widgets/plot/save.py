"""The plot as a figure on white paper: shapes (SVG) or a picture (PNG)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QBuffer, QByteArray, QRectF, Qt
from qtpy.QtGui import QImage, QPainter
from qtpy.QtSvg import QSvgGenerator, QSvgRenderer

from napari_seewhy.errors import FileError
from napari_seewhy.files import writing
from napari_seewhy.widgets.parts.viewer import ThemeColors

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.widgets.plot.scatter import Scatter

FORMATS = {".svg": "Figure of shapes (*.svg)", ".png": "Picture (*.png)"}
_PAPER = ThemeColors("#000000", "#ffffff", "#888888", "#000000")
_FINE = 4
"""Pixels of a picture for one on the screen: 300 dpi at about the size on the screen."""

_DOTS_PER_M = round(300 / 0.0254)


def save_plot(scatter: Scatter, path: Path, colors: ThemeColors) -> None:
    """Write what the plot shows, in black on white.

    Parameters
    ----------
    scatter
        The plot.
    path
        Ending in ``.svg`` or ``.png``.
    colors
        Of the plot on the screen, which it gets back.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    scatter.set_theme(_PAPER)
    try:
        shapes = _draw_shapes(scatter)
    finally:
        scatter.set_theme(colors)
    with writing(path) as part:
        if path.suffix.lower() == ".svg":
            part.write_bytes(shapes)
        else:
            _write_picture(shapes, part)


def _write_picture(shapes: bytes, path: Path) -> None:
    """Paint the shapes, so that lines and letters grow with the picture."""
    renderer = QSvgRenderer(QByteArray(shapes))
    image = QImage(renderer.defaultSize() * _FINE, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(_DOTS_PER_M)
    image.setDotsPerMeterY(_DOTS_PER_M)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    # The hidden name does not end in the format.
    if not image.save(str(path), "PNG"):
        raise FileError(f"{path.name} cannot be written; choose another folder.")


def _draw_shapes(scatter: Scatter) -> bytes:
    buffer = QBuffer()
    seen = QRectF(scatter.viewport().rect())
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(seen.size().toSize())
    generator.setViewBox(seen)
    generator.setTitle("Cells")
    # As on the screen; with another one Qt would draw the axes in another size.
    generator.setResolution(scatter.logicalDpiX())
    painter = QPainter(generator)
    painter.fillRect(seen, Qt.GlobalColor.white)
    scatter.scene().render(painter, seen, seen)
    painter.end()
    return bytes(buffer.data())
