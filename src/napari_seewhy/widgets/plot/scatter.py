"""The plot: points of two measurements, histograms at the margins, a decision line, a legend."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from qtpy.QtCore import QSize, Signal

from napari_seewhy.widgets.parts.pictures import count_values, describe_column
from napari_seewhy.widgets.plot.colors import color_plainly, to_hex
from napari_seewhy.widgets.plot.points import Points
from napari_seewhy.widgets.plot.tools import Tool, ToolBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from qtpy.QtCore import QPointF
    from qtpy.QtWidgets import QWidget

    from napari_seewhy.cells.separating import PairRule
    from napari_seewhy.widgets.parts.viewer import ThemeColors
    from napari_seewhy.widgets.plot.colors import PlotColors

_LETTERS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))
_MARGIN_PX = 44
_AXIS_PX = 54
_LEAST_WIDTH_PX = 280
_HEIGHT_PX, _LOW_PX, _UNLIMITED_PX = 340, 220, 16_777_215
_FURTHEST = 300
"""Powers of ten beyond which no number of a computer goes."""

_LINE = "#D55E00"


class Axis(pg.AxisItem):
    """An axis whose logarithmic ticks are at 1, 2 and 5 times the powers of ten."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        # The label would say a factor of a thousand, which the numbers at the ticks have already.
        self.enableAutoSIPrefix(False)

    def tickStrings(
        self, values: Sequence[float], scale: float, spacing: float | None
    ) -> list[str]:
        """Write the numbers at the ticks; none at those between the numbers of a logarithm."""
        if spacing is None:
            return [""] * len(values)
        return [format_tick(10**v if self.logMode else v) for v in values]

    def logTickValues(
        self, minVal: float, maxVal: float, size: float, stdTicks: object
    ) -> list[tuple[float | None, list[float]]]:
        """Choose where ticks are along a logarithmic axis."""
        powers = np.arange(np.floor(minVal), np.ceil(maxVal) + 1)
        factors = (1.0,) if maxVal - minVal > 2 else (1.0, 2.0, 5.0)
        ticks = np.add.outer(powers, np.log10(factors)).ravel()
        seen = ticks[(ticks >= minVal) & (ticks <= maxVal)]
        if len(seen) < 2:
            # Less than from one such number to the next is seen.
            seen = np.linspace(minVal, maxVal, 4)[1:-1]
        minor = np.add.outer(powers, np.log10(np.arange(1, 10))).ravel()
        rest = [tick for tick in minor if minVal <= tick <= maxVal and tick not in seen]
        return [(1.0, seen.tolist()), (None, rest)]


class Scatter(pg.GraphicsLayoutWidget):
    """Points with a histogram above and one to the right."""

    drawn = Signal(object, bool)
    """Rows inside a lasso or rectangle, and whether they are added to what is selected."""

    clicked = Signal(int, bool)
    """Row of the point that was clicked, -1 = none; and whether it is added."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = np.zeros((2, 0))
        self._is_log = (False, False)
        self._colors = color_plainly(0)
        self._rule: PairRule | None = None
        self._legend = pg.LabelItem(justify="left")
        self._box = ToolBox()
        self.points = Points()
        self._mark = pg.ScatterPlotItem(size=15, symbol="o", brush=None, pxMode=True)
        self._line = pg.PlotDataItem(pen=pg.mkPen(_LINE, width=2), connect="finite")
        self._lay_out()
        self._box.drawn.connect(self._on_drawn)
        self._box.clicked.connect(self._on_clicked)
        self._box.sigRangeChanged.connect(self._draw_line)

    def _lay_out(self) -> None:
        self.addItem(self._legend, row=0, col=0, colspan=2)
        self._top = self.addPlot(row=1, col=0, enableMenu=False)
        axes = {side: Axis(side) for side in ("left", "bottom")}
        self.plot = self.addPlot(row=2, col=0, viewBox=self._box, axisItems=axes, enableMenu=False)
        self._right = self.addPlot(row=2, col=1, enableMenu=False)
        self._top.setFixedHeight(_MARGIN_PX)
        self._right.setFixedWidth(_MARGIN_PX)
        self._top.setXLink(self.plot)
        self._right.setYLink(self.plot)
        for plot in (self._top, self._right):
            plot.hideAxis("left")
            plot.hideAxis("bottom")
            plot.setMouseEnabled(x=False, y=False)
        for plot in (self._top, self.plot, self._right):
            plot.hideButtons()
        for item in (self.points, self._line, self._mark):
            self.plot.addItem(item)
        # What only helps to read should not decide what part is shown.
        for item in (self._line, self._mark):
            self._box.addedItems.remove(item)
        self.plot.getAxis("left").setWidth(_AXIS_PX)
        self._top.setContentsMargins(_AXIS_PX, 0, 0, 0)
        self.ci.layout.setSpacing(2)
        self.set_low(False)

    def sizeHint(self) -> QSize:
        """Begin as wide as the other widgets; Qt would take twice as much."""
        return QSize(_LEAST_WIDTH_PX, self.minimumHeight())

    def set_low(self, is_low: bool) -> None:
        """Take less height, where there is something to do below."""
        self.setMinimumSize(_LEAST_WIDTH_PX, _LOW_PX if is_low else _HEIGHT_PX)
        self.setMaximumHeight(_LOW_PX if is_low else _UNLIMITED_PX)

    def set_tool(self, tool: Tool) -> None:
        """Choose what dragging does."""
        self._box.tool = tool

    def set_values(
        self,
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        names: tuple[str, str],
        is_log: tuple[bool, bool],
    ) -> None:
        """Draw other points.

        Parameters
        ----------
        x, y
            ``(N,)``; NaN, and values of 0 or less along a logarithmic axis, are not drawn.
        names
            What is along the axes.
        is_log
            Which axes are logarithmic.
        """
        self._is_log = is_log
        self._values = np.stack([_to_axis(x, is_log[0]), _to_axis(y, is_log[1])])
        self._values[:, ~np.isfinite(self._values).all(axis=0)] = np.nan
        self._colors = color_plainly(len(x))
        self.set_rule(None)
        self.mark(None)
        for side, name, log in zip(("bottom", "left"), names, is_log, strict=True):
            self.plot.setLabel(side, escape(describe_column(name)))
            self.plot.getAxis(side).setLogMode(log)
        self.points.set_points(*self._values)
        self.plot.enableAutoRange()

    def set_colors(self, colors: PlotColors) -> None:
        """Colour points and histograms."""
        self._colors = colors
        self.points.set_colors(colors.colors)
        self._legend.setText(colors.legend)
        for plot, values, is_upright in (
            (self._top, self._values[0], True),
            (self._right, self._values[1], False),
        ):
            _draw_histogram(plot, values, colors, is_upright=is_upright)

    def set_selected(self, is_selected: NDArray[np.bool_]) -> None:
        """Bring the selected points to the front and dim the others."""
        self.points.set_selected(is_selected)

    def mark(self, row: int | None) -> None:
        """Put a ring round one point."""
        place = self._values[:, [row]] if row is not None else np.zeros((2, 0))
        place = place[:, np.isfinite(place).all(axis=0)]
        self._mark.setData(place[0], place[1])

    def set_rule(self, rule: PairRule | None) -> None:
        """Draw the line on which a rule finds both classes as probable; None = no line."""
        self._rule = rule
        self._draw_line()

    def set_theme(self, colors: ThemeColors) -> None:
        """Follow napari's theme."""
        self.setBackground(colors.background)
        self._box.set_color(colors.text)
        self._mark.setPen(pg.mkPen(colors.text, width=2))
        self._legend.setAttr("color", colors.text)
        self._legend.setText(self._colors.legend)
        for side in ("left", "bottom"):
            self.plot.getAxis(side).setPen(colors.text)
            self.plot.getAxis(side).setTextPen(colors.text)

    def show_whole(self) -> None:
        """Show all points."""
        self.plot.enableAutoRange()

    @property
    def is_hidden(self) -> NDArray[np.bool_]:
        """Find for each point whether it cannot be drawn."""
        return ~np.isfinite(self._values[0])

    @property
    def line(self) -> NDArray[np.float64]:
        """``(2, M)`` the decision line that is drawn, in the plot."""
        x, y = self._line.getData()
        return np.zeros((2, 0)) if x is None else np.stack([x, y])

    def _draw_line(self) -> None:
        if self._rule is None:
            self._line.setData([], [])
            return
        (x_low, x_high), (y_low, y_high) = (
            10.0 ** np.clip(seen, -_FURTHEST, _FURTHEST) if log else seen
            for seen, log in zip(self._box.viewRange(), self._is_log, strict=True)
        )
        x, y = self._rule.line((x_low, x_high), (y_low, y_high))
        self._line.setData(_to_axis(x, self._is_log[0]), _to_axis(y, self._is_log[1]))

    def _on_drawn(self, outline: NDArray[np.float64], is_added: bool) -> None:
        self.drawn.emit(self.points.find_inside(outline), is_added)

    def _on_clicked(self, place: QPointF, is_added: bool) -> None:
        row = self.points.find_at(place)
        self.clicked.emit(-1 if row is None else row, is_added)


def _to_axis(values: NDArray[np.float64], is_log: bool) -> NDArray[np.float64]:
    """Turn values into places along an axis."""
    if not is_log:
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log10(values), np.nan)


def _draw_histogram(
    plot: Any, values: NDArray[np.float64], colors: PlotColors, *, is_upright: bool
) -> None:
    """Draw one outline for each group, over the same bars."""
    plot.clear()
    edges = count_values(values)[1]
    if not np.isfinite(values).any():
        return
    for code, (_, color) in enumerate(colors.groups):
        counts, _ = np.histogram(values[colors.code == code], bins=edges)
        if not counts.any():
            continue
        # A stair has each edge twice.
        place = np.repeat(edges, 2)[1:-1]
        height = np.repeat(counts, 2)
        hue = to_hex(color)
        xy = (place, height) if is_upright else (height, place)
        plot.addItem(pg.PlotCurveItem(*xy, pen=pg.mkPen(hue, width=1.5)))


def format_tick(value: float) -> str:
    """Write a number in few letters.

    Examples
    --------
    >>> [format_tick(v) for v in (0.25, 7.0, 2500.0, 400000.0, 3e6)]
    ['0.25', '7', '2500', '400k', '3M']
    """
    for size, letter in _LETTERS:
        if abs(value) >= max(size, 1e4):
            return f"{value / size:.4g}{letter}"
    return f"{value:.4g}"
