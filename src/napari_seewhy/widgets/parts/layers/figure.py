"""What is seen in the viewer as a figure: picture, scale bar, names of channels, classes, bars."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from napari import Viewer  # noqa: TC002 - napari reads the types of a command
from napari.layers import Image, Labels
from napari.utils.colormaps import ensure_colormap
from qtpy.QtCore import QMarginsF, QRectF, QSizeF, Qt
from qtpy.QtGui import QColor, QImage, QPageSize, QPainter, QPdfWriter, QTextOption
from qtpy.QtSvg import QSvgGenerator
from qtpy.QtWidgets import QPushButton

from napari_seewhy.errors import FileError
from napari_seewhy.files import writing
from napari_seewhy.images import to_um
from napari_seewhy.layers import METADATA_KEY, channel_of_layer, known_units
from napari_seewhy.widgets.parts.layers.choice import is_image
from napari_seewhy.widgets.parts.layers.coloring import COLORMAP
from napari_seewhy.widgets.parts.pictures import DPI, ask_figure, set_dpi
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_KINDS = ";;".join(
    f"{kind}, {dpi} dpi (*{suffix})"
    for kind, suffix in (("Picture", ".png"), ("Shapes", ".svg"), ("Document", ".pdf"))
    for dpi in (300, 600, 150)
)
_SCREEN_DPI = 150
"""A canvas of 1,000 pixels is 17 cm wide on paper: the width of a page."""

_CLASSES = ("decided", "class", "predicted_class")
_NICE = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the legend: a name with its colour, or with a bar of colours.

    Attributes
    ----------
    name
        Of the channel, the class, or what the bar shows.
    colors
        ``(1, 3)``, or ``(n, 3)`` from the lowest value to the highest; 0..1.
    ends
        What is written at both ends of a bar.
    """

    name: str
    colors: NDArray[np.float64]
    ends: tuple[str, str] = ("", "")


def save_figure(viewer: Viewer) -> None:
    """Ask where to, and save what is seen with scale bar, colours and legend."""
    with telling_errors():
        chosen = ask_figure(viewer.window._qt_window, "figure.png", _KINDS)
        if chosen is not None:
            write_figure(viewer, *chosen)


class FigureButton(QPushButton):
    """Saves what is seen in a viewer as a figure."""

    def __init__(self, viewer: Any) -> None:
        super().__init__("Save figure ...")
        self._viewer = viewer
        self.setToolTip("Saves what is seen, with scale bar and legend.")
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        save_figure(self._viewer)


def write_figure(viewer: Any, path: Path, dpi: int = DPI) -> None:
    """Write what the canvas shows, with a legend below it on white.

    Parameters
    ----------
    viewer
        The viewer itself.
    path
        Ending in ``.png``, ``.svg`` or ``.pdf``.
    dpi
        Dots per inch on paper; the canvas is drawn again as fine as that.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    pixels = _take_screenshot(viewer, dpi / _SCREEN_DPI)
    height, width = pixels.shape[:2]
    canvas = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    entries = list_entries(viewer)
    line = width / 32
    whole = QRectF(0, 0, width, height + line * (len(entries) + 0.5))
    with writing(path) as part:
        device = _make_device(path.suffix.lower(), part, whole, dpi)
        painter = QPainter(device)
        if isinstance(device, QPdfWriter):
            painter.scale(device.width() / whole.width(), device.height() / whole.height())
        painter.fillRect(whole, Qt.GlobalColor.white)
        painter.drawImage(QRectF(0, 0, width, height), canvas)
        _draw_scale_bar(painter, find_scale(viewer, width), QRectF(0, 0, width, height), line)
        for i, entry in enumerate(entries):
            _draw_entry(painter, entry, QRectF(line / 2, height + line * (i + 0.25), width, line))
        painter.end()
        # The hidden name does not end in the format.
        if isinstance(device, QImage) and not device.save(str(part), "PNG"):
            raise FileError(f"{path.name} cannot be written; choose another folder.")


def _take_screenshot(viewer: Any, fine: float) -> NDArray[np.uint8]:
    """Return what is seen, finer than on the screen: a larger canvas, zoomed in by as much."""
    camera = getattr(viewer, "scene", viewer).camera
    zoom = camera.zoom
    try:
        camera.zoom = fine * zoom
        shown = viewer.screenshot(scale=fine, canvas_only=True, flash=False)
    finally:
        camera.zoom = zoom
    return np.ascontiguousarray(shown)


def list_entries(viewer: Any) -> list[Entry]:
    """List what the colours of the layers that are seen mean, the top one first."""
    entries: list[Entry] = []
    for layer in reversed(viewer.layers):
        if layer.visible and isinstance(layer, Labels):
            entries += _classes_of(layer)
        elif layer.visible and "legend" in (said := layer.metadata.get(METADATA_KEY, {})):
            known = {entry.name for entry in entries}
            entries += [
                Entry(name, np.array([QColor(color).getRgbF()[:3]]))
                for name, color in said["legend"]
                if name not in known
            ]
        elif layer.visible and isinstance(layer, Image) and not layer.rgb:
            colors = layer.colormap.map(np.linspace(0, 1, 64))[:, :3]
            if is_image(layer):
                entries.append(Entry(channel_of_layer(layer), colors[-1:]))
            else:
                ends = tuple(f"{value:.3g}" for value in layer.contrast_limits)
                entries.append(Entry(layer.name, colors, (ends[0], ends[1])))
    return entries


def find_scale(viewer: Any, width_px: int) -> tuple[float, str]:
    """Return how long a scale bar of about a fifth of the picture is, in its pixels, and its text.

    The length is a round number of micrometres, or of pixels where no size is known.
    """
    camera = getattr(viewer, "scene", viewer).camera
    canvas_px = viewer.window._qt_viewer.canvas.size[1]
    px_per_world = camera.zoom * width_px / canvas_px
    layers = [layer for layer in viewer.layers if layer.visible] or list(viewer.layers)
    unit = None
    if layers:
        unit = to_um(1.0, known_units(layers[0].units, layers[0].metadata)[-1])
    px_per_unit = px_per_world / unit if unit else px_per_world
    wanted = width_px / 5 / px_per_unit
    power = 10.0 ** math.floor(math.log10(wanted))
    length = max(nice * power for nice in _NICE if nice * power <= wanted)
    return length * px_per_unit, f"{length:g} {'µm' if unit else 'px'}"


def _classes_of(layer: Any) -> list[Entry]:
    """Return the colour of each class of labels, or of all; a bar where they show a number."""
    known = getattr(layer.colormap, "color_dict", {})
    column = next((name for name in _CLASSES if name in layer.features), "")
    if not column or len(known) < 3:
        seen = {tuple(map(float, color[:3])) for key, color in known.items() if key and color[3]}
        return [Entry(layer.name, np.array(list(seen)))] if len(seen) == 1 else []
    classes = layer.features.set_index("label")[column].dropna()
    colors: dict[str, set[tuple[float, ...]]] = {}
    for label, name in classes.items():
        if label in known:
            colors.setdefault(str(name), set()).add(tuple(map(float, known[label][:3])))
    if any(len(found) > 1 for found in colors.values()):
        bar = ensure_colormap(COLORMAP).map(np.linspace(0, 1, 64))[:, :3]
        return [Entry(f"{layer.name}, low to high", bar, ("low", "high"))]
    return [Entry(name, np.array(list(found))) for name, found in sorted(colors.items())]


def _make_device(
    suffix: str, path: Path, whole: QRectF, dpi: int
) -> QImage | QSvgGenerator | QPdfWriter:
    size = whole.size().toSize()
    if suffix == ".svg":
        shapes = QSvgGenerator()
        shapes.setFileName(str(path))
        shapes.setSize(size)
        shapes.setViewBox(whole)
        shapes.setResolution(dpi)
        shapes.setTitle("Figure")
        return shapes
    if suffix == ".pdf":
        document = QPdfWriter(str(path))
        document.setResolution(dpi)
        inches = QSizeF(whole.width() / dpi, whole.height() / dpi)
        document.setPageSize(QPageSize(inches, QPageSize.Unit.Inch))
        document.setPageMargins(QMarginsF(0, 0, 0, 0))
        return document
    picture = QImage(size, QImage.Format.Format_RGB32)
    set_dpi(picture, dpi)
    return picture


def _draw_scale_bar(
    painter: QPainter, scale: tuple[float, str], picture: QRectF, line: float
) -> None:
    """Draw the bar white on a dark ground, so that it is seen on any image."""
    length, text = scale
    ground = QRectF(0, 0, length + line, 1.6 * line)
    ground.moveBottomRight(picture.bottomRight())
    painter.fillRect(ground, QColor(0, 0, 0, 160))
    bar = QRectF(ground.left() + line / 2, ground.bottom() - 0.5 * line, length, 0.2 * line)
    painter.fillRect(bar, Qt.GlobalColor.white)
    above = QRectF(ground.left(), ground.top(), ground.width(), line)
    _write(painter, text, above, line, Qt.GlobalColor.white, Qt.AlignmentFlag.AlignCenter)


def _draw_entry(painter: QPainter, entry: Entry, place: QRectF) -> None:
    line = place.height()
    n = len(entry.colors)
    width = line * (0.7 if n == 1 else 6)
    left = place.left()
    if entry.ends[0]:
        ends = QRectF(left, place.top(), 2 * line, line)
        _write(painter, entry.ends[0], ends, line)
        left = ends.right()
    for i, color in enumerate(entry.colors):
        part = QRectF(left + i * width / n, place.top() + 0.15 * line, width / n + 0.5, 0.7 * line)
        painter.fillRect(part, QColor.fromRgbF(*map(float, color)))
    painter.setPen(QColor(Qt.GlobalColor.gray))
    # White would not be seen on white.
    painter.drawRect(QRectF(left, place.top() + 0.15 * line, width, 0.7 * line))
    text = f"{entry.ends[1]}   {entry.name}" if entry.ends[1] else entry.name
    said = QRectF(left + width + line / 3, place.top(), place.width(), line)
    _write(painter, text, said, line)


def _write(
    painter: QPainter,
    text: str,
    place: QRectF,
    line: float,
    color: Any = Qt.GlobalColor.black,
    align: Any = Qt.AlignmentFlag.AlignVCenter,
) -> None:
    font = painter.font()
    font.setPixelSize(max(6, round(0.7 * line)))
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(place, text, QTextOption(align))
