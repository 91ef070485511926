"""The plot as a figure on white paper: shapes (SVG), a picture (PNG) or a page (PDF)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QSize

from napari_seewhy.widgets.parts.pictures import DPI, PAPER, draw_shapes, write_figure

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.widgets.parts.viewer import ThemeColors
    from napari_seewhy.widgets.plot.scatter import Scatter

_FIGURE_PX = QSize(640, 480)
"""Half of a slide beside its text, whatever shape the dock has."""


def save_plot(scatter: Scatter, path: Path, colors: ThemeColors, dpi: int = DPI) -> None:
    """Write what the plot shows, in black on white.

    Parameters
    ----------
    scatter
        The plot.
    path
        Ending in ``.svg``, ``.png`` or ``.pdf``.
    colors
        Of the plot on the screen, which it gets back.
    dpi
        Of a PNG: dots per inch.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    before, highest = scatter.size(), scatter.maximumHeight()
    scatter.set_theme(PAPER)
    try:
        scatter.setMaximumHeight(_FIGURE_PX.height())
        scatter.resize(_FIGURE_PX)
        # Everything takes its place, as it does before it is seen.
        scatter.grab()
        shapes = draw_shapes(scatter, "Cells")
    finally:
        scatter.setMaximumHeight(highest)
        scatter.resize(before)
        scatter.set_theme(colors)
    write_figure(path, shapes, dpi)
