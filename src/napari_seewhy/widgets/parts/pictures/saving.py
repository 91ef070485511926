"""Asking where to save, and saving tables and figures where a person says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import napari
from qtpy.QtCore import QBuffer, QByteArray, QMarginsF, QRectF, QSizeF, Qt
from qtpy.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from qtpy.QtSvg import QSvgGenerator, QSvgRenderer
from qtpy.QtWidgets import QFileDialog

from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.files import check_output, writing
from napari_seewhy.tables import write_table
from napari_seewhy.widgets.parts.viewer import ThemeColors, telling_errors

if TYPE_CHECKING:
    import pandas as pd
    from qtpy.QtWidgets import QGraphicsView, QWidget

FIGURES = "Figure of shapes (*.svg);;Picture (*.png);;Page (*.pdf)"
"""What Qt offers for a figure."""

PAPER = ThemeColors("#000000", "#ffffff", "#888888", "#000000")
"""A plot in these colours can be printed."""

_FINE = 4
"""Pixels of a picture for one on the screen: 300 dpi at about the size on the screen."""

_DOTS_PER_M = round(300 / 0.0254)


def ask_output(parent: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """Ask where to save; return None where the person closes the question.

    A name without an ending gets that of the first kind.

    Parameters
    ----------
    parent
        The widget that asks.
    title
        Of the question: "Save attention".
    name
        Proposed name of the file.
    kinds
        What Qt offers: "Table (*.csv)", several apart by ";;".

    Raises
    ------
    OptionError
        If the name has the ending of another kind, is that of a file that is open in the viewer,
        or becomes that of another file by its ending.
    """
    given, _ = QFileDialog.getSaveFileName(parent, title, name, kinds)
    if not given:
        return None
    suffixes = re.findall(r"\*(\.\w+)", kinds)
    path = Path(given)
    if not path.suffix:
        path = path.with_name(path.name + suffixes[0])
        if path.exists():
            raise OptionError(f"{path} is there already; choose it to replace it.")
    viewer = napari.current_viewer()
    layers = () if viewer is None else viewer.layers
    sources = [Path(layer.source.path) for layer in layers if layer.source.path]
    return check_output(path, *suffixes, inputs=sources)


def save_table(parent: QWidget, title: str, name: str, table: pd.DataFrame) -> None:
    """Ask where to, and save; nothing is saved where the person closes the question.

    Parameters
    ----------
    parent, title, name
        See `ask_output`.
    table
        What to save, without its index.
    """
    with telling_errors():
        path = ask_output(parent, title, name, "Table (*.csv)")
        if path is not None:
            write_table(path, table)


def draw_shapes(view: QGraphicsView, title: str) -> bytes:
    """Return what a plot shows as an SVG on white."""
    buffer = QBuffer()
    seen = QRectF(view.viewport().rect())
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(seen.size().toSize())
    generator.setViewBox(seen)
    generator.setTitle(title)
    # As on the screen; with another one Qt would draw the axes in another size.
    generator.setResolution(view.logicalDpiX())
    painter = QPainter(generator)
    painter.fillRect(seen, Qt.GlobalColor.white)
    view.scene().render(painter, seen, seen)
    painter.end()
    return bytes(buffer.data())


def write_figure(path: Path, shapes: bytes) -> None:
    """Write a figure.

    Parameters
    ----------
    path
        Ending in ``.svg``, ``.png`` or ``.pdf``.
    shapes
        An SVG; for a PNG or PDF it is painted, so that lines and letters grow with the picture.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    with writing(path) as part:
        suffix = path.suffix.lower()
        if suffix == ".svg":
            part.write_bytes(shapes)
            return
        renderer = QSvgRenderer(QByteArray(shapes))
        if suffix == ".pdf":
            page: Any = QPdfWriter(str(part))
            page.setPageSize(QPageSize(QSizeF(renderer.defaultSize()), QPageSize.Unit.Point))
            page.setPageMargins(QMarginsF())
        else:
            page = QImage(renderer.defaultSize() * _FINE, QImage.Format.Format_RGB32)
            page.setDotsPerMeterX(_DOTS_PER_M)
            page.setDotsPerMeterY(_DOTS_PER_M)
        painter = QPainter(page)
        renderer.render(painter)
        is_done = painter.end()
        # The hidden name does not end in the format.
        if not is_done or (suffix == ".png" and not page.save(str(part), "PNG")):
            raise FileError(f"{path.name} cannot be written; choose another folder.")
