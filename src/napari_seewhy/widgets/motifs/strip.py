"""The alignment as a strip: sites as boxes per species, letters when near, a logo above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from qtpy.QtCore import Qt

from napari_seewhy.genome import UNKNOWN_BASE
from napari_seewhy.widgets.parts.pictures import PAPER, Logo, draw_shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from qtpy.QtWidgets import QWidget

    from napari_seewhy.sequence.motifs import Matrix, Search
    from napari_seewhy.widgets.parts.viewer import ThemeColors

_MOST_COLUMNS = 160
_AROUND = 14
_ALIGNED, _SITE, _KEPT, _CHOSEN = "#888888", "#56b4e9", "#e69f00", "#d55e00"
_AXIS_PX, _TICK_PX, _MOST_NAME_PX = 58, 16, 130
_SHADE = "40"
"""Boxes are a quarter opaque, so that letters are read through them."""

_HOW = "Click a site to see its motif."
LEGEND = (
    f'<span style="color:{_KEPT}">\N{BLACK SQUARE}</span> kept, '
    f'<span style="color:{_SITE}">\N{BLACK SQUARE}</span> the motif in another species, '
    f'<span style="color:{_CHOSEN}">\N{BLACK SQUARE}</span> clicked; turn the wheel to see letters.'
)


class AlignmentStrip(pg.GraphicsLayoutWidget):
    """Shows one promoter in all species, and the logo of one matrix above its site."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search: Search | None = None
        self._promoter = 0
        self._rows: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)
        self.top, self.strip = self.addPlot(row=0, col=0), self.addPlot(row=1, col=0)
        self.logo, self.letters = Logo(), Logo()
        self._boxes: list[Any] = []
        self._chosen: int | None = None
        self._is_trimmed = False
        self._note = pg.TextItem(_HOW, anchor=(0.5, 0.5))
        self.top.addItem(self.logo)
        self.top.addItem(self._note, ignoreBounds=True)
        self.strip.addItem(self.letters)
        self.letters.setZValue(10)
        for plot in (self.top, self.strip):
            plot.setMouseEnabled(x=True, y=False)
            plot.setMenuEnabled(False)
            plot.hideButtons()
            plot.getAxis("left").setWidth(_AXIS_PX)
        self.top.setLabel("left", "Bits")
        self.top.setYRange(0, 2, padding=0)
        self.top.getAxis("bottom").setStyle(showValues=False)
        self.top.setXLink(self.strip)
        self.strip.setLabel("bottom", "Column of the alignment")
        self.ci.layout.setRowStretchFactor(1, 2)
        self.setMinimumHeight(230)
        self.strip.vb.sigXRangeChanged.connect(self._draw_letters)

    def show_promoter(self, search: Search, promoter: int) -> None:
        """Show one promoter; what is in sight stays where it is the same."""
        is_new = search is not self._search or promoter != self._promoter
        self._search, self._promoter = search, promoter
        start, end = self._ends()
        self._rows = search.found.scan.codes[:, start:end]
        names = self._fit_names(search.found.scan.species)
        # The reference stands above.
        self.strip.getAxis("left").setTicks(
            [[(len(names) - 1 - row + 0.5, name) for row, name in enumerate(names)]]
        )
        self.strip.setYRange(0, len(names), padding=0.05)
        if is_new:
            self.strip.setXRange(0, end - start, padding=0.02)
            self.logo.set_letters(0, np.zeros(0, np.uint8), np.zeros(0))
            self._note.setVisible(True)
            self._note.setPos((end - start) / 2, 1)
        self.show_sites(None)

    def show_sites(self, chosen: int | None) -> None:
        """Draw the sites that are kept, and the clicked one; -1 or None for none."""
        search, self._chosen = self._search, chosen
        if search is None:
            return
        for box in self._boxes:
            self.strip.removeItem(box)
        start, end = self._ends()
        found, n = search.found, len(search.found.scan.species)
        self._boxes = [self._draw_aligned()]
        hits = found.scan.hits[0]
        is_here = found.is_kept & (hits.first >= start) & (hits.first < end)
        motifs = set(hits.matrix[is_here].tolist())
        for row, others in enumerate(found.scan.hits):
            kept = is_here if row == 0 else np.isin(others.matrix, list(motifs))
            kept = kept & (others.first >= start) & (others.first < end)
            ends = others.first[kept] - start, others.last[kept] + 1 - start
            self._add_boxes(ends, n - 1 - row, _SITE if row else _KEPT)
        if chosen is not None and chosen >= 0:
            ends = hits.first[[chosen]] - start, hits.last[[chosen]] + 1 - start
            self._add_boxes(ends, n - 1, _CHOSEN)
        self._draw_letters()

    def go_to(self, site: int, matrix: Matrix) -> None:
        """Zoom to a site of the reference, and draw the logo of its matrix above it."""
        if self._search is None:
            return
        start, _ = self._ends()
        hits = self._search.found.scan.hits[0]
        first, last = int(hits.first[site]) - start, int(hits.last[site]) - start
        bases = first + np.flatnonzero(self._rows[0, first : last + 1] <= UNKNOWN_BASE)
        self._note.setVisible(False)
        self.logo.set_stacks(*_stack_letters(matrix, bases, bool(hits.is_reverse[site])))
        self.show_sites(site)
        self.strip.setXRange(first - _AROUND, last + 1 + _AROUND, padding=0)

    def draw_figure(self, title: str, colors: ThemeColors) -> bytes:
        """Return what is in sight as an SVG in black on white; the strip gets its colours back."""
        self.set_colors(PAPER)
        # An SVG has no edge where a plot ends.
        self._is_trimmed = True
        self.show_sites(self._chosen)
        try:
            return draw_shapes(self, title)
        finally:
            self._is_trimmed = False
            self.show_sites(self._chosen)
            self.set_colors(colors)

    def set_colors(self, colors: ThemeColors) -> None:
        """Follow napari's theme."""
        self.setBackground(colors.background)
        self._note.setColor(colors.text)
        for plot in (self.top, self.strip):
            for side in ("left", "bottom"):
                plot.getAxis(side).setPen(colors.text)
                plot.getAxis(side).setTextPen(colors.text)

    def _fit_names(self, species: Sequence[str]) -> list[str]:
        """Make room for the names of the rows: an axis shows nothing of one that is too long."""
        metrics = self.fontMetrics()
        names = [
            metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, _MOST_NAME_PX)
            for name in species
        ]
        longest = max(metrics.horizontalAdvance(name) for name in names)
        for plot in (self.top, self.strip):
            plot.getAxis("left").setWidth(max(_AXIS_PX, longest + _TICK_PX))
        return names

    def _ends(self) -> tuple[int, int]:
        if self._search is None:
            return 0, 0
        starts = self._search.alignments.starts
        return int(starts[self._promoter]), int(starts[self._promoter + 1]) - 1

    def _draw_aligned(self) -> Any:
        """Draw where each species has bases."""
        lefts, rights, feet = [], [], []
        for row, codes in enumerate(self._rows):
            is_base = np.concatenate([[0], (codes <= UNKNOWN_BASE).view(np.int8), [0]])
            change = np.diff(is_base)
            lefts.append(np.flatnonzero(change == 1))
            rights.append(np.flatnonzero(change == -1))
            feet.append(np.full(len(lefts[-1]), len(self._rows) - 1 - row))
        x0, x1, y0 = (np.concatenate(part) for part in (lefts, rights, feet))
        return self._add_bars(x0, x1, y0 + 0.3, 0.4, _ALIGNED)

    def _add_boxes(self, ends: tuple[Any, Any], row: int, color: str) -> None:
        if len(ends[0]):
            feet = np.full(len(ends[0]), row + 0.1)
            self._boxes.append(self._add_bars(*ends, feet, 0.8, color))

    def _add_bars(self, x0: Any, x1: Any, y0: Any, height: float, color: str) -> Any:
        if self._is_trimmed:
            x0, x1 = (np.clip(x, *self.strip.vb.viewRange()[0]) for x in (x0, x1))
            is_seen = x1 > x0
            x0, x1, y0 = x0[is_seen], x1[is_seen], y0[is_seen]
        bars = pg.BarGraphItem(
            x0=x0, x1=x1, y0=y0, y1=y0 + height, brush=pg.mkBrush(f"{color}{_SHADE}"), pen=color
        )
        self.strip.addItem(bars)
        return bars

    def _draw_letters(self, *_: Any) -> None:
        low, high = self.strip.vb.viewRange()[0]
        first, stop = max(0, int(low)), min(self._rows.shape[1], int(high) + 1)
        if self._is_trimmed:
            first, stop = max(0, int(np.ceil(low))), min(self._rows.shape[1], int(high))
        if not 0 < stop - first <= _MOST_COLUMNS:
            self.letters.set_letters(0, np.zeros(0, np.uint8), np.zeros(0))
            return
        row, column = np.nonzero(self._rows[:, first:stop] <= UNKNOWN_BASE)
        places = np.stack([first + column, len(self._rows) - 1 - row + 0.15], 1).astype(float)
        codes = self._rows[row, first + column]
        self.letters.set_stacks(places, codes, np.full(len(codes), 0.7))


def _stack_letters(
    matrix: Matrix, columns: NDArray[np.int64], is_reverse: bool
) -> tuple[NDArray[np.float64], NDArray[np.uint8], NDArray[np.float64]]:
    """Return places, letters and heights of a logo; heights are shares of the information in bits.

    Schneider and Stephens 1990, doi:10.1093/nar/18.20.6097, without the correction for few sites.
    """
    shares = matrix.counts / matrix.counts.sum(0)
    if is_reverse:
        shares = shares[::-1, ::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        bits = 2 + np.nansum(shares * np.log2(shares), axis=0)
    heights = shares * bits
    order = np.argsort(heights, axis=0, kind="stable")
    sorted_heights = np.take_along_axis(heights, order, axis=0)
    feet = np.cumsum(sorted_heights, axis=0) - sorted_heights
    x = np.broadcast_to(columns, heights.shape)
    places = np.stack([x.ravel(), feet.ravel()], 1).astype(float)
    return places, order.ravel().astype(np.uint8), sorted_heights.ravel()
