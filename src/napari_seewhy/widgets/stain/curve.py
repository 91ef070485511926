"""The differentiation efficiency in every frame of a time series, or on every day of a dish."""

from __future__ import annotations

from html import escape
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

from napari_seewhy.widgets.parts.viewer import follow, theme_colors

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.blocks.counting import Efficiency

_HEIGHT_PX = 150
_DISH_COLORS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
"""Okabe and Ito (2008); more dishes begin at the first one again."""

_PREDICTED, _MEASURED = "#56b4e9", "#e69f00"
_UNSEEN = (0, 0, 0, 0)
"""The edges of the band; pyqtgraph fills nothing between curves that have no pen at all."""

_DOT = "\N{BLACK CIRCLE}"
_SAID_PREDICTED = f'<span style="color:{_PREDICTED}">{_DOT}</span> predicted'
_SAID_MEASURED = f', <span style="color:{_MEASURED}">{_DOT}</span> real marker'


class _ThemedPlot(QWidget):
    """A plot of efficiencies in the colours of napari's theme, with a line of text above it."""

    def __init__(self, viewer: Any, bottom: str, tooltip: str) -> None:
        super().__init__()
        self._viewer = viewer
        self._head = QLabel()
        self._head.setWordWrap(True)
        self._plot = _make_plot(bottom, tooltip)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._head)
        layout.addWidget(self._plot)
        follow(viewer.events.theme, self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    def _on_theme_changed(self) -> None:
        colors = theme_colors(self._viewer)
        self._plot.setBackground(colors.background)
        for side in ("left", "bottom"):
            axis: Any = self._plot.getAxis(side)
            axis.setPen(colors.text)
            axis.setTextPen(colors.text)


class DayCurve(_ThemedPlot):
    """Efficiency over the days of each dish; hidden where no dish has two days.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    def __init__(self, viewer: Any) -> None:
        tooltip = "Share of positive blocks of each dish on each day, with its 95 % interval."
        super().__init__(viewer, "day", tooltip)

    def set_dishes(self, dishes: pd.DataFrame) -> None:
        """Draw the efficiencies of a batch, see `tabulate_dishes`; of a series its last frame."""
        import pandas as pd

        self._plot.clear()
        last = dishes.groupby(["dish", "day"], sort=False).tail(1)
        last = last.assign(day=pd.to_numeric(last["day"], errors="coerce")).dropna(subset="day")
        lines = [(str(dish), some.sort_values("day")) for dish, some in last.groupby("dish")]
        lines = [(dish, some) for dish, some in lines if len(some) > 1]
        said = []
        for (dish, some), color in zip(lines, cycle(_DISH_COLORS)):
            days, values = some["day"].to_numpy(float), 100 * some["efficiency"].to_numpy(float)
            pen = pg.mkPen(color, width=2)
            self._plot.plot(days, values, pen=pen, symbol="o", symbolBrush=color, symbolSize=6)
            low, high = (100 * some[name].to_numpy(float) for name in ("low", "high"))
            bars = pg.ErrorBarItem(
                x=days, y=values, top=high - values, bottom=values - low, pen=pen
            )
            self._plot.addItem(bars)
            said.append(f'<span style="color:{color}">{_DOT}</span> {escape(dish)}')
        self._head.setText(f"<b>Over the days</b>: {', '.join(said)}")
        self.setVisible(bool(lines))


class EfficiencyCurve(_ThemedPlot):
    """Efficiency over time with its interval; hidden where there is one frame only.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    def __init__(self, viewer: Any) -> None:
        self._now = pg.InfiniteLine(angle=90)
        tooltip = (
            "Share of positive blocks in every frame with its 95 % interval; the upright line is "
            "this frame."
        )
        super().__init__(viewer, "frame", tooltip)
        self._low, self._high = (self._plot.plot(pen=_UNSEEN) for _ in range(2))
        shade = pg.mkColor(_PREDICTED)
        shade.setAlpha(70)
        self._plot.addItem(pg.FillBetweenItem(self._low, self._high, brush=shade))
        self._predicted = self._plot.plot(pen=pg.mkPen(_PREDICTED, width=2))
        self._measured = self._plot.plot(pen=pg.mkPen(_MEASURED, width=2))
        self._plot.addItem(self._now)
        follow(viewer.dims.events.current_step, self._on_frame_changed)

    def set_shares(
        self, predicted: NDArray[np.float64], measured: Sequence[Efficiency] = ()
    ) -> None:
        """Draw one efficiency per frame, without a band until its intervals are known.

        Parameters
        ----------
        predicted
            ``(T,)``, 0 to 1: of the virtual stain, in the order of the frames.
        measured
            Of the real marker in the same frames, empty where there is none.
        """
        self.setVisible(len(predicted) > 1)
        frames = np.arange(len(predicted))
        for curve in (self._predicted, self._low, self._high):
            curve.setData(frames, 100 * predicted)
        self._measured.setData(np.arange(len(measured)), [100 * e.value for e in measured])
        said = _SAID_PREDICTED + _SAID_MEASURED * bool(len(measured))
        self._head.setText(f"<b>Over time</b>: {said}")
        self._plot.setXRange(0, max(1, len(predicted) - 1), padding=0.02)

    def set_intervals(self, intervals: NDArray[np.float64]) -> None:
        """Draw the band about the predicted efficiencies: ``(T, 2)``, 0 to 1."""
        frames = np.arange(len(intervals))
        for curve, values in zip((self._low, self._high), 100 * intervals.T, strict=True):
            curve.setData(frames, values)

    def _on_frame_changed(self) -> None:
        self._now.setValue(self._viewer.dims.current_step[0])

    def _on_theme_changed(self) -> None:
        super()._on_theme_changed()
        self._now.setPen(pg.mkPen(theme_colors(self._viewer).text, width=1))


def _make_plot(bottom: str, tooltip: str) -> Any:
    plot = pg.PlotWidget()
    plot.setFixedHeight(_HEIGHT_PX)
    plot.setMouseEnabled(x=False, y=False)
    plot.hideButtons()
    plot.setMenuEnabled(False)
    # The highest number of the axis would be cut otherwise.
    plot.getPlotItem().setContentsMargins(0, 6, 4, 0)
    plot.setLabel("bottom", bottom)
    plot.setLabel("left", "efficiency, %")
    plot.setToolTip(tooltip)
    return plot
