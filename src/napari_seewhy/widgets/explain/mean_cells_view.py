"""The mean cell of every class: what it looks like, and beside it where the network looks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.utils.colormaps import ensure_colormap
from qtpy.QtCore import Qt
from qtpy.QtGui import QImage, QPixmap
from qtpy.QtWidgets import QGridLayout, QLabel, QWidget

from napari_seewhy.widgets.parts.pictures import blend_channels, contrast_limits

if TYPE_CHECKING:
    from napari_seewhy.cells.explaining import MeanCell

EDGE_PX = 96
COLORMAP = "inferno"
TINTS: dict[int, list[tuple[float, float, float]]] = {
    1: [(1, 1, 1)],
    2: [(0.35, 0.5, 1), (0.3, 1, 0.3)],
    3: [(0.35, 0.5, 1), (0.3, 1, 0.3), (1, 0.3, 1)],
}
_TOOLTIP = "The mean of these cells, turned the same way: {what}."


class MeanCellsView(QWidget):
    """One row per class: its name, its mean picture, its mean heatmap."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(0, 1)

    def show_means(self, means: dict[str, MeanCell]) -> None:
        """Show the means of other cells."""
        while (item := self._grid.takeAt(0)) is not None:
            item.widget().deleteLater()
        if not means:
            return
        pixels = np.stack([mean.pixels for mean in means.values()])
        tints = TINTS.get(pixels.shape[1], [(1, 1, 1)] * pixels.shape[1])
        pictures = blend_channels(pixels, contrast_limits(pixels), tints)
        strongest = max(float(mean.heatmap.max()) for mean in means.values()) or 1.0
        for row, (name, mean) in enumerate(means.items()):
            label = QLabel(f"<b>{escape(name)}</b><br>{mean.n:,} cell{'s' * (mean.n != 1)}")
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setWordWrap(True)  # "PH3 negative" must not push the heatmaps out of the dock
            self._grid.addWidget(label, row, 0)
            glow = ensure_colormap(COLORMAP).map(mean.heatmap / strongest)[..., :3]
            for column, (what, colors) in enumerate(
                (("what they look like", pictures[row]), ("where the network looks", glow)), start=1
            ):
                shown = QLabel()
                picture = to_pixmap(colors)
                shown.setPixmap(picture)
                shown.setFixedSize(picture.size())
                shown.setToolTip(_TOOLTIP.format(what=what))
                self._grid.addWidget(shown, row, column)
        # The grid grows while it is hidden, which Qt does not tell whoever lays it out.
        self.setMinimumHeight(self._grid.totalMinimumSize().height())


def to_pixmap(colors: np.ndarray[Any, Any]) -> QPixmap:
    """Turn colours ``(H, W, 3)``, 0..1 or uint8, into a picture of the same largest edge."""
    if colors.dtype != np.uint8:
        colors = np.rint(np.clip(colors, 0, 1) * 255).astype(np.uint8)
    colors = np.ascontiguousarray(colors)
    height, width = colors.shape[:2]
    image = QImage(colors.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return QPixmap.fromImage(image).scaled(
        EDGE_PX,
        EDGE_PX,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
