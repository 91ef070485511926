"""The plot as a figure on white paper: shapes (SVG) or a picture (PNG)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QRectF, QSize, Qt
from qtpy.QtGui import QImage, QPainter
from qtpy.QtSvg import QSvgGenerator

from napari_seewhy.errors import FileError
from napari_seewhy.files import writing
from napari_seewhy.widgets._theme import ThemeColors

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.widgets._scatter import Scatter

FORMATS = {".svg": "Figure of shapes (*.svg)", ".png": "Picture (*.png)"}
_PAPER = ThemeColors("#000000", "#ffffff", "#888888", "#000000")
_FINE = 4
"""Pixels of a picture for one on the screen: 300 dpi at about the size on the screen."""


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
        If the ending is another, or the file cannot be written.
    """
    if path.suffix.lower() not in FORMATS:
        raise FileError(f"{path.name} ends in neither .svg nor .png; choose one of the two.")
    scatter.set_theme(_PAPER)
    try:
        with writing(path) as part:
            draw = _write_shapes if path.suffix.lower() == ".svg" else _write_picture
            draw(scatter, part)
    finally:
        scatter.set_theme(colors)


def _write_shapes(scatter: Scatter, path: Path) -> None:
    size = scatter.viewport().size()
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle("Cells")
    painter = QPainter(generator)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), Qt.GlobalColor.white)
    _draw(scatter, painter, size)


def _write_picture(scatter: Scatter, path: Path) -> None:
    size = scatter.viewport().size() * _FINE
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    image.setDotsPerMeterX(round(300 / 0.0254))
    image.setDotsPerMeterY(round(300 / 0.0254))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scatter.points.magnify = _FINE
    try:
        _draw(scatter, painter, size)
    finally:
        scatter.points.magnify = 1
    # The hidden name does not end in the format.
    if not image.save(str(path), "PNG"):
        raise FileError(f"{path.name} cannot be written; choose another folder.")


def _draw(scatter: Scatter, painter: QPainter, size: QSize) -> None:
    target = QRectF(0, 0, size.width(), size.height())
    scatter.scene().render(painter, target, QRectF(scatter.viewport().rect()))
    painter.end()
