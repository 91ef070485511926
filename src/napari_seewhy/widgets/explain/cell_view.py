"""One cell close up: its picture, its heatmap beside it, and what the colours mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from napari.utils.colormaps import ensure_colormap
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QGridLayout, QLabel, QWidget

from napari_seewhy.explaining import scale_heatmaps
from napari_seewhy.pages import literal
from napari_seewhy.widgets.explain.mean_cells_view import COLORMAP, EDGE_PX, TINTS, to_pixmap
from napari_seewhy.widgets.parts.pictures import blend_channels, contrast_limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.explaining import CropPlaces, ExplainedCells
    from napari_seewhy.images import CellImage

_BAR_PX = 12


class CellView(QWidget):
    """Shows the cell of which the model is surest, and then the one that is clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explained: ExplainedCells | None = None
        self._image: CellImage | None = None
        self.caption, self._picture, self._heatmap = QLabel(), QLabel(), QLabel()
        self.caption.setWordWrap(True)
        self._picture.setToolTip("The crop that the network saw.")
        self._heatmap.setToolTip("Where it looked in this cell; its strongest place is brightest.")
        bar = QLabel()
        steps = np.linspace(1, 0, EDGE_PX)[:, np.newaxis].repeat(_BAR_PX, axis=1)
        bar.setPixmap(
            to_pixmap(
                ensure_colormap(COLORMAP).map(steps.ravel())[:, :3].reshape(EDGE_PX, _BAR_PX, 3)
            )
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(self.caption, 0, 0, 1, 4)
        grid.addWidget(self._picture, 1, 0, 2, 1)
        grid.addWidget(self._heatmap, 1, 1, 2, 1)
        grid.addWidget(bar, 1, 2, 2, 1)
        grid.addWidget(QLabel("most"), 1, 3, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(QLabel("none"), 2, 3, Qt.AlignmentFlag.AlignBottom)
        grid.setColumnStretch(3, 1)

    def show_explained(self, explained: ExplainedCells, image: CellImage) -> None:
        """Show the cell of which the model is surest, of other cells than before."""
        self._explained, self._image = explained, image
        self.setVisible(len(explained.table) > 0)
        if len(explained.table):
            self._show_row(int(np.argmax(explained.table["confidence"])))

    def show_cell(self, label: int, t: int = 0) -> None:
        """Show the cell of a number; one that was not explained changes nothing."""
        if self._explained is None:
            return
        is_it = (self._explained.table["label"] == label) & (self._explained.places.t == t)
        if is_it.any():
            self._show_row(int(np.argmax(is_it)))

    def _show_row(self, row: int) -> None:
        explained, image = self._explained, self._image
        if explained is None or image is None:
            return
        cell, heatmaps = explained.table.iloc[row], explained.heatmaps
        crop = _cut(image, explained.places, row, heatmaps.size_px)
        tints = TINTS.get(len(crop), [(1, 1, 1)] * len(crop))
        picture = blend_channels(crop[np.newaxis], contrast_limits(crop[np.newaxis]), tints)[0]
        glow = scale_heatmaps(heatmaps.enlarge([row]), "each")[0]
        colors = ensure_colormap(COLORMAP).map(glow.ravel())[:, :3].reshape(*glow.shape, 3)
        self._picture.setPixmap(to_pixmap(picture))
        self._heatmap.setPixmap(to_pixmap(colors))
        explained_class = heatmaps.classes[int(heatmaps.target[row])]
        said = (
            f"Cell {cell['label']}: {cell['class']} ({cell['confidence']:.0%}); reasons for "
            f"{explained_class}. Click a cell in the image to see it here."
        )
        self.caption.setText(literal(said))


def _cut(image: CellImage, places: CropPlaces, row: int, size_px: tuple[int, int]) -> NDArray[Any]:
    """Cut the channels ``(C, h, w)`` of one crop out of an image; beyond its edge there is 0."""
    pixels: Any = image.pixels
    if "T" in image.axes:
        pixels = pixels[int(places.t[row])]
    starts = (float(places.top[row]), float(places.left[row]))
    wheres, pads = [], []
    for start, n, length in zip(starts, size_px, image.shape_yx, strict=True):
        first = round(start - (places.scale - 1) / 2)
        last = first + max(1, round(n * places.scale))
        inside = slice(min(max(first, 0), length), min(max(last, 0), length))
        wheres.append(inside)
        pads.append((max(-first, 0), max(last - length, 0)))
    window = np.asarray(pixels[(..., *wheres)])
    if "Z" in image.axes:
        window = window.max(axis=1)
    return np.pad(window, [(0, 0), *pads])
