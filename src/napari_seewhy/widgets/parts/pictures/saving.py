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

FIGURES = (
    "Figure of shapes (*.svg);;Picture, 300 dpi (*.png);;Picture, 600 dpi (*.png);;"
    "Picture, 150 dpi (*.png);;Page (*.pdf)"
)
"""What Qt offers for a figure of shapes."""

DPI = 300
"""Dots per inch where a person chose none."""

PAPER = ThemeColors("#000000", "#ffffff", "#888888", "#000000")
"""A plot in these colours can be printed."""

_SCREEN_DPI = 75
"""Of the screen for which a plot is drawn, so that it is as large on paper as it is there."""

_INCH_M = 0.0254


def ask_output(parent: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """Ask where to save; return None where the person closes the question.

    A name without an ending gets that of the chosen kind.

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
    chosen = _ask(parent, title, name, kinds)
    return None if chosen is None else chosen[0]


def ask_figure(parent: QWidget, name: str, kinds: str = FIGURES) -> tuple[Path, int] | None:
    """Ask where to save a figure, and how fine: the kinds say their dots per inch.

    Raises
    ------
    OptionError
        As `ask_output`.
    """
    chosen = _ask(parent, "Save figure", name, kinds)
    if chosen is None:
        return None
    path, kind = chosen
    dpi = re.search(r"(\d+) dpi", kind)
    return path, int(dpi[1]) if dpi else DPI


def set_dpi(picture: QImage, dpi: int) -> None:
    """Note in a picture how many of its pixels are an inch on paper."""
    picture.setDotsPerMeterX(round(dpi / _INCH_M))
    picture.setDotsPerMeterY(round(dpi / _INCH_M))


def _ask(parent: QWidget, title: str, name: str, kinds: str) -> tuple[Path, str] | None:
    """Return the path and the kind that a person chose."""
    given, kind = QFileDialog.getSaveFileName(parent, title, name, kinds)
    if not given:
        return None
    suffixes = list(dict.fromkeys(re.findall(r"\*(\.\w+)", kinds)))
    path = Path(given)
    if not path.suffix:
        suffix = re.search(r"\*(\.\w+)", kind)
        path = path.with_name(path.name + (suffix[1] if suffix else suffixes[0]))
        if path.exists():
            raise OptionError(f"{path} is there already; choose it to replace it.")
    viewer = napari.current_viewer()
    layers = () if viewer is None else viewer.layers
    sources = [Path(layer.source.path) for layer in layers if layer.source.path]
    return check_output(path, *suffixes, inputs=sources), kind


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


def write_figure(path: Path, shapes: bytes, dpi: int = DPI) -> None:
    """Write a figure.

    Parameters
    ----------
    path
        Ending in ``.svg``, ``.png`` or ``.pdf``.
    shapes
        An SVG; for a PNG or PDF it is painted, so that lines and letters grow with the picture.
    dpi
        Of a PNG: dots per inch.

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
            page = QImage(renderer.defaultSize() * (dpi / _SCREEN_DPI), QImage.Format.Format_RGB32)
            set_dpi(page, dpi)
        painter = QPainter(page)
        renderer.render(painter)
        is_done = painter.end()
        # The hidden name does not end in the format.
        if not is_done or (suffix == ".png" and not page.save(str(part), "PNG")):
            raise FileError(f"{path.name} cannot be written; choose another folder.")
