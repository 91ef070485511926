"""The share of each class in every frame of a time series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

from napari_seewhy.widgets.parts.viewer import follow, theme_colors

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


_HEIGHT_PX = 150


class ClassCurve(QWidget):
    """One line per class over time, and where the viewer's slider stands.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._plot = pg.PlotWidget()
        self._plot.setFixedHeight(_HEIGHT_PX)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        # The highest number of the axis would be cut otherwise.
        self._plot.getPlotItem().setContentsMargins(0, 6, 4, 0)
        self._plot.setLabel("bottom", "frame")
        self._plot.setLabel("left", "% of cells")
        self._plot.setToolTip("Share of each class in every frame; the upright line is this frame.")
        self._now = pg.InfiniteLine(angle=90)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(QLabel("<b>Over time</b>"))
        layout.addWidget(self._plot)
        follow(viewer.events.theme, self._on_theme_changed)
        follow(viewer.dims.events.current_step, self._on_frame_changed)
        self._on_theme_changed()
        self.hide()

    def set_counts(self, counts: pd.DataFrame | None, colors: Mapping[str, str]) -> None:
        """Draw the counts of each frame; None, or a single frame, hides the plot.

        Parameters
        ----------
        counts
            Columns ``t``, ``class``, ``fraction``.
        colors
            Class -> ``#rrggbb``.
        """
        is_series = counts is not None and counts["t"].nunique() > 1
        self.setVisible(is_series)
        if counts is None or not is_series:
            return
        plot = self._plot.getPlotItem()
        plot.clear()
        plot.addItem(self._now)
        for name, of_class in counts.groupby("class", sort=False):
            pen = pg.mkPen(colors[str(name)], width=2)
            plot.plot(of_class["t"].to_numpy(), 100 * of_class["fraction"].to_numpy(), pen=pen)
        plot.setXRange(counts["t"].min(), counts["t"].max(), padding=0.02)
        plot.setYRange(0, 100, padding=0.02)

    def _on_frame_changed(self) -> None:
        self._now.setValue(self._viewer.dims.current_step[0])

    def _on_theme_changed(self) -> None:
        colors = theme_colors(self._viewer)
        self._plot.setBackground(colors.background)
        for side in ("left", "bottom"):
            axis: Any = self._plot.getAxis(side)
            axis.setPen(colors.text)
            axis.setTextPen(colors.text)
        self._now.setPen(pg.mkPen(colors.text, width=1))
