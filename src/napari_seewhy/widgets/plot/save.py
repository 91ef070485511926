"""The plot as a figure on white paper: shapes (SVG), a picture (PNG) or a page (PDF)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.widgets.parts.pictures import PAPER, draw_shapes, write_figure

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.widgets.parts.viewer import ThemeColors
    from napari_seewhy.widgets.plot.scatter import Scatter


def save_plot(scatter: Scatter, path: Path, colors: ThemeColors) -> None:
    """Write what the plot shows, in black on white.

    Parameters
    ----------
    scatter
        The plot.
    path
        Ending in ``.svg``, ``.png`` or ``.pdf``.
    colors
        Of the plot on the screen, which it gets back.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    scatter.set_theme(PAPER)
    try:
        shapes = draw_shapes(scatter, "Cells")
    finally:
        scatter.set_theme(colors)
    write_figure(path, shapes)
