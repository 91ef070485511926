"""A panel along the genome: measured and predicted coverage, their difference, and the letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from qtpy.QtCore import Qt, Signal

from napari_seewhy.genome import LETTERS, UNKNOWN_BASE
from napari_seewhy.widgets.parts.pictures import MOST_LETTERS, Logo
from napari_seewhy.widgets.read_dna.gene_lane import GeneLane

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from qtpy.QtWidgets import QWidget

    from napari_seewhy.sequence.explaining import Worth
    from napari_seewhy.sequence.painting import Look
    from napari_seewhy.widgets.parts.viewer import ThemeColors

_OBSERVED, _SAID, _CHANGED = "#999999", "#56b4e9", "#e69f00"
LEGEND = (
    f'<span style="color:{_OBSERVED}">\N{BLACK CIRCLE}</span> measured, '
    f'<span style="color:{_SAID}">\N{BLACK CIRCLE}</span> predicted, '
    f'<span style="color:{_CHANGED}">\N{BLACK CIRCLE}</span> with changes'
)
_NO_LIMIT = 2**24 - 1
"""Highest a widget of Qt may be."""

_FAR_OUT = "Zoom in to see the letters."


class GenomePanel(pg.GraphicsLayoutWidget):
    """Plots over one axis of positions; drag to move, turn the wheel to zoom."""

    base_clicked = Signal(int)
    """Position of the letter that was clicked, from 0."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look: Look | None = None
        self._worth: Worth | None = None
        self._track = 0
        self.coverage, self.difference, self.letters = (
            self.addPlot(row=row, col=0) for row in (0, 1, 3)
        )
        self.genes = GeneLane(self.addPlot(row=2, col=0), self.coverage)
        self._observed = self.coverage.plot(
            stepMode="center", pen=None, fillLevel=0, brush=_OBSERVED
        )
        self._said = self.coverage.plot(stepMode="center", pen=pg.mkPen(_SAID, width=2))
        self._changed = self.coverage.plot(stepMode="center", pen=_CHANGED)
        self._rest = self.difference.plot(stepMode="center", pen=_CHANGED)
        self._note = pg.TextItem(_FAR_OUT, anchor=(0.5, 0.5))
        self.logo = Logo()
        self.letters.addItem(self.logo)
        self.letters.addItem(self._note, ignoreBounds=True)
        for plot, title in (
            (self.coverage, "Coverage"),
            (self.difference, "Difference"),
            (self.letters, "Letters"),
        ):
            plot.setLabel("left", title)
            plot.setMouseEnabled(x=True, y=False)
            plot.setMenuEnabled(False)
            plot.hideButtons()
            plot.getAxis("left").setWidth(58)
            plot.getAxis("left").enableAutoSIPrefix(False)
        for plot in (self.coverage, self.difference):
            plot.getAxis("bottom").setStyle(showValues=False)
        self.difference.setXLink(self.coverage)
        self.letters.setXLink(self.coverage)
        self.letters.setLabel("bottom", "Position", units="bp")
        self.setMinimumHeight(380)
        self.coverage.vb.sigXRangeChanged.connect(self._draw_letters)
        self.scene().sigMouseClicked.connect(self._on_clicked)

    @property
    def seen(self) -> tuple[int, int]:
        """First and last position in sight."""
        low, high = self.coverage.vb.viewRange()[0]
        return round(low), round(high)

    def show_look(self, look: Look, track: int) -> None:
        """Show a stretch; the part that is in sight stays where it is the same stretch."""
        is_new = self._look is None or self._look.place != look.place
        self._look, self._track = look, track
        if is_new:
            self._worth = None
        self.coverage.setLabel("left", look.unit)
        edges = look.place.start + look.bin_bp * np.arange(look.said.shape[1] + 1)
        self._observed.setData(edges, np.nan_to_num(look.observed[track]))
        self._observed.setVisible(bool(np.isfinite(look.observed[track]).any()))
        self._said.setData(edges, look.said[track])
        self._changed.setVisible(look.changed is not None)
        if look.changed is not None:
            self._changed.setData(edges, look.changed[track])
        rest, title = _find_difference(look, track)
        self._rest.setData(edges, rest)
        self.difference.setLabel("left", title)
        # Against nothing there is no difference; the room goes to the letters.
        has_rest = look.changed is not None or bool(np.isfinite(look.observed[track]).any())
        self.difference.setVisible(has_rest)
        self.difference.setMaximumHeight(_NO_LIMIT if has_rest else 0)
        self.genes.show_genes(look.genes)
        if is_new:
            self.coverage.setXRange(look.place.start, look.place.end, padding=0)
        self._draw_letters()

    def show_worth(self, worth: Worth | None) -> None:
        """Scale the letters by what they are worth."""
        self._worth = worth
        self._draw_letters()

    def zoom(self, start: int, end: int) -> None:
        """Show a part of the stretch."""
        self.coverage.setXRange(start, end, padding=0)

    def set_colors(self, colors: ThemeColors) -> None:
        """Follow napari's theme."""
        self.setBackground(colors.background)
        self._note.setColor(colors.text)
        self.genes.set_colors(colors)
        for plot in (self.coverage, self.difference, self.letters):
            for side in ("left", "bottom"):
                plot.getAxis(side).setPen(colors.text)
                plot.getAxis(side).setTextPen(colors.text)

    def _draw_letters(self, *_: Any) -> None:
        look = self._look
        if look is None:
            return
        low, high = self.seen
        first, stop = max(low, look.place.start), min(high, look.place.end)
        is_near = 0 < stop - first <= MOST_LETTERS
        self._note.setVisible(not is_near)
        self._note.setPos((low + high) / 2, 0.5)
        if not is_near:
            self.logo.set_letters(look.place.start, look.codes[:0], np.zeros(0))
            self.letters.setYRange(0, 1, padding=0.05)
            return
        codes = look.codes[first - look.place.start : stop - look.place.start]
        heights = self._find_heights(first, stop)
        self.logo.set_letters(first, codes, heights)
        low_y, high_y = min(0.0, float(heights.min())), max(float(heights.max()), 1e-6)
        self.letters.setYRange(low_y, high_y, padding=0.05)

    def _find_heights(self, first: int, stop: int) -> NDArray[np.float64]:
        """Return what letters are worth; all are alike where nobody asked."""
        worth = self._worth
        if worth is None or worth.place.start >= stop or worth.place.end <= first:
            return np.ones(stop - first)
        heights = np.zeros(stop - first)
        a, b = max(first, worth.place.start), min(stop, worth.place.end)
        values = worth.worth[self._track, a - worth.place.start : b - worth.place.start]
        heights[a - first : b - first] = values
        return heights

    def _on_clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.logo.n_letters:
            return
        if self.letters.sceneBoundingRect().contains(event.scenePos()):
            point = self.letters.vb.mapSceneToView(event.scenePos())
            self.base_clicked.emit(int(np.floor(point.x())))


def next_letter(code: int) -> int:
    """Return the letter that a click puts in place of another: the next of the alphabet.

    Examples
    --------
    >>> [LETTERS[next_letter(code)] for code in range(4)]
    ['C', 'G', 'T', 'A']
    """
    return 0 if code == UNKNOWN_BASE else (code + 1) % len(LETTERS)


def _find_difference(look: Look, track: int) -> tuple[NDArray[np.float64], str]:
    """Return with changes minus without, else predicted minus measured; and its name."""
    if look.changed is not None:
        return look.changed[track].astype(np.float64) - look.said[track], "Changed by"
    return np.nan_to_num(look.said[track] - look.observed[track]), "Predicted - measured"
