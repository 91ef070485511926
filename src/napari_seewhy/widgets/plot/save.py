"""The plot as a figure on white paper: shapes (SVG) or a picture (PNG)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QBuffer, QRectF, Qt
from qtpy.QtGui import QPainter
from qtpy.QtSvg import QSvgGenerator

from napari_seewhy.widgets.parts.pictures import write_figure
from napari_seewhy.widgets.parts.viewer import ThemeColors

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.widgets.plot.scatter import Scatter

_PAPER = ThemeColors("#000000", "#ffffff", "#888888", "#000000")


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
    write_figure(path, shapes)


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
