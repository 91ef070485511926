"""Genes along the genome, as bars with their names: the plus strand above the minus strand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg

if TYPE_CHECKING:
    import pandas as pd

    from napari_seewhy.widgets.parts.viewer import ThemeColors

_COLOR = "#0072b2"
_HEIGHT_PX = 64
_MOST_NAMES = 30
"""More names in sight would lie on each other, and are not drawn."""

_ARROWS = {"+": "{} \N{RIGHTWARDS ARROW}", "-": "\N{LEFTWARDS ARROW} {}"}


class GeneLane:
    """One plot with a bar per gene, linked to the axis of another.

    Parameters
    ----------
    plot
        Where it is drawn; hidden while there is no table of genes.
    linked
        The plot whose axis it follows.
    """

    def __init__(self, plot: pg.PlotItem, linked: pg.PlotItem) -> None:
        self.plot = plot
        self._genes: pd.DataFrame | None = None
        self._text_color = "w"
        self._bars = pg.BarGraphItem(x0=[], x1=[], y0=[], height=0.3, brush=_COLOR, pen=None)
        self._names: list[pg.TextItem] = []
        plot.addItem(self._bars)
        plot.setLabel("left", "Genes")
        plot.getAxis("left").setStyle(showValues=False)
        plot.getAxis("left").setWidth(58)
        plot.getAxis("bottom").setStyle(showValues=False)
        plot.setMouseEnabled(x=True, y=False)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setYRange(0, 2, padding=0)
        plot.setMaximumHeight(_HEIGHT_PX)
        plot.setXLink(linked)
        plot.hide()
        linked.vb.sigXRangeChanged.connect(self._draw_names)

    @property
    def names(self) -> list[str]:
        """Names in sight, with an arrow that says the strand."""
        return [item.toPlainText() for item in self._names]

    def show_genes(self, genes: pd.DataFrame | None) -> None:
        """Draw genes; an empty table leaves an empty lane, None hides it."""
        self._genes = genes
        self.plot.setVisible(genes is not None)
        self.plot.setMaximumHeight(_HEIGHT_PX if genes is not None else 0)
        if genes is not None:
            low = np.where(genes["strand"] == "-", 0.0, 1.0)
            self._bars.setOpts(x0=genes["start"].to_numpy(), x1=genes["end"].to_numpy(), y0=low)
        self._draw_names()

    def set_colors(self, colors: ThemeColors) -> None:
        """Follow napari's theme."""
        self._text_color = colors.text
        for side in ("left", "bottom"):
            self.plot.getAxis(side).setPen(colors.text)
            self.plot.getAxis(side).setTextPen(colors.text)
        self._draw_names()

    def _draw_names(self, *_: Any) -> None:
        for item in self._names:
            self.plot.removeItem(item)
        self._names = []
        if self._genes is None:
            return
        low, high = self.plot.vb.viewRange()[0]
        seen = self._genes[(self._genes["end"] > low) & (self._genes["start"] < high)]
        if len(seen) > _MOST_NAMES:
            return
        for gene in seen.itertuples():
            name = _ARROWS.get(str(gene.strand), "{}").format(gene.gene)
            item = pg.TextItem(name, color=self._text_color, anchor=(0.5, 1))
            middle = (max(low, gene.start) + min(high, gene.end)) / 2
            item.setPos(middle, 0.2 if gene.strand == "-" else 1.2)
            self.plot.addItem(item, ignoreBounds=True)
            self._names.append(item)
