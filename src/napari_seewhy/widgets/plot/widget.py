"""Plotting cells: two measurements of each, linked with the cells in the image both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from napari import Viewer  # noqa: TC002 - napari reads the types of a command
from qtpy.QtCore import QSize
from qtpy.QtWidgets import QLabel, QTabWidget, QWidget

from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.cells import zoom_to
from napari_seewhy.widgets.parts.pictures import (
    DPI,
    PAPER,
    ask_figure,
    draw_shapes,
    save_table,
    write_figure,
)
from napari_seewhy.widgets.parts.tasks import (
    NextSteps,
    fill_dock,
    open_widget,
    plain_viewer,
    state_of,
)
from napari_seewhy.widgets.parts.viewer import follow, telling_errors, theme_colors
from napari_seewhy.widgets.plot.annotate_view import AnnotateView
from napari_seewhy.widgets.plot.buttons import PlotButtons
from napari_seewhy.widgets.plot.cell_picture import CellPicture, take_closeup
from napari_seewhy.widgets.plot.colors import color_cells
from napari_seewhy.widgets.plot.compare_view import CompareView
from napari_seewhy.widgets.plot.form import PlotForm
from napari_seewhy.widgets.plot.linked_cells import LinkedCells
from napari_seewhy.widgets.plot.scatter import Scatter
from napari_seewhy.widgets.plot.separation_view import SeparationView

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.cells.separating import PairRule
    from napari_seewhy.widgets.parts.viewer import ThemeColors

_NOTHING = (
    "No measured cells yet: run Segment cells and Measure cells, or open labels with a table."
)
_MEASURE = {"Measure cells": "Measure size, form and brightness of every cell."}
_HOW = "Drag round points to see their cells; click a point or a cell to find it in the other."

_FIGURE_PX = QSize(640, 480)
"""Half of a slide beside its text, whatever shape the dock has."""


class PlotWidget(QWidget):
    """Draws the cells of one or several layers, and selects them in plot and image alike."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = plain_viewer(napari_viewer)
        self._linked = LinkedCells(self._viewer, self)
        self._form = PlotForm(self._viewer)
        self._buttons = PlotButtons()
        self._scatter = Scatter()
        self._message = QLabel()
        self._message.setWordWrap(True)
        self._picture = CellPicture()
        self._separation = SeparationView(state_of(self._viewer).beside)
        self._tabs = QTabWidget()
        self._tabs.addTab(self._form, "Axes")
        self._tabs.addTab(self._separation, "Separate")
        self._annotate = AnnotateView(self._viewer, self._linked)
        self._tabs.addTab(self._annotate, "Name cells")
        self._compare = CompareView()
        self._tabs.addTab(self._compare, "Compare")
        self._measure = NextSteps(self._viewer, _MEASURE)
        middle = [self._message, self._measure, self._picture, self._tabs]
        parts = [self._buttons, self._scatter, *middle]
        fill_dock(self, parts, [])

        self._form.layers_changed.connect(self._on_layers_changed)
        self._form.axes_changed.connect(self._on_axes_changed)
        self._form.color_changed.connect(self._on_color_changed)
        self._buttons.tool_changed.connect(self._scatter.set_tool)
        self._buttons.view_clicked.connect(self._scatter.show_whole)
        self._buttons.clear_clicked.connect(self.clear)
        self._buttons.figure_clicked.connect(self.save_figure)
        self._buttons.table_clicked.connect(self.save_table)
        self._scatter.drawn.connect(self._linked.select)
        self._scatter.clicked.connect(self._on_point_clicked)
        self._linked.clicked.connect(self._pick)
        self._linked.changed.connect(self._on_selected)
        self._separation.pair_picked.connect(self._on_pair_picked)
        self._separation.feature_picked.connect(self._form.choose)
        self._tabs.currentChanged.connect(self._on_tab_changed)
        self._annotate.row_wanted.connect(self._on_row_wanted)
        self._annotate.take_keys_over(self._scatter, self._tabs.tabBar())
        if hasattr(self._viewer, "window"):
            self._annotate.take_keys_over(self._viewer.window._qt_viewer.canvas.native)
        follow(self._viewer.events.theme, self._on_theme_changed)
        self._on_theme_changed()
        self._on_layers_changed()

    def clear(self) -> None:
        """Select no cell."""
        self._pick(-1, is_added=False)

    def save_figure(self) -> None:
        """Ask where to, and save the plot as SVG, PNG or PDF."""
        with telling_errors():
            chosen = ask_figure(self, "cells.svg")
            if chosen is not None:
                path, dpi = chosen
                _save_plot(self._scatter, path, theme_colors(self._viewer), dpi)

    def save_table(self) -> None:
        """Ask where to, and save the cells of the plot as CSV, with a column for the selected."""
        table = self._linked.cells.table.assign(selected=self._linked.is_selected)
        save_table(self, "Save table of cells", "cells.csv", table)

    def _on_layers_changed(self) -> None:
        cells = self._form.cells
        self._form.offer(cells)
        self._linked.set_cells(cells)
        self._separation.set_cells(cells)
        self._annotate.set_cells(cells)
        self._compare.set_cells(cells)
        self._on_axes_changed()

    def _on_axes_changed(self) -> None:
        x, y = self._form.axes
        cells = self._linked.cells
        self._scatter.set_values(cells.values(x), cells.values(y), (x, y), self._form.is_log)
        self._on_color_changed()
        self._on_selected()

    def _on_color_changed(self) -> None:
        self._scatter.set_colors(color_cells(self._linked.cells, self._form.color))

    def _on_selected(self) -> None:
        self._scatter.set_selected(self._linked.is_selected)
        self._refresh()

    def _on_point_clicked(self, row: int, is_added: bool) -> None:
        self._pick(row, is_added)
        if row >= 0:
            self._linked.go_to(row)

    def name_cells(self) -> None:
        """Show the tab in which cells are named."""
        self._tabs.setCurrentWidget(self._annotate)

    @property
    def _is_naming(self) -> bool:
        return self._tabs.currentWidget() is self._annotate

    def _on_tab_changed(self) -> None:
        """Leave room for the buttons of the classes, where cells are named."""
        self._scatter.set_low(self._is_naming)
        self._picture.show_cell(None, "")
        self._compare.catch_up()
        self._refresh()

    def _on_row_wanted(self, row: int) -> None:
        """Select one cell, show it close up and large in the image."""
        self._pick(row, is_added=False)
        self._linked.go_to(row)
        layer, cell = self._linked.layer_of(row), self._linked.cells.table.iloc[row]
        if {"y_min", "y_max", "x_min", "x_max"} <= set(cell.index):
            sides = (cell["y_max"] - cell["y_min"], cell["x_max"] - cell["x_min"])
            zoom_to(self._viewer, layer, *sides)

    def _pick(self, row: int, is_added: bool) -> None:
        """Select one cell and show it close up; -1 for none."""
        self._linked.select(np.array([row] if row >= 0 else [], np.intp), is_added)
        self._scatter.mark(row if row >= 0 else None)
        if row < 0 or self._is_naming:
            self._picture.show_cell(None, "")
            return
        cells, layer = self._linked.cells, self._linked.layer_of(row)
        cell = cells.table.iloc[row]
        closeup = take_closeup(self._viewer, layer, cell, cells.classes)
        self._picture.show_cell(closeup, f"cell {cells.label[row]}, {cell['image']}")

    def _on_pair_picked(self, rule: PairRule) -> None:
        self._form.choose(rule.feature_x, rule.feature_y, is_log=rule.is_log)
        self._form.color_by(self._separation.column)
        self._scatter.set_rule(rule)

    def _on_theme_changed(self) -> None:
        self._scatter.set_theme(theme_colors(self._viewer))
        self._compare.set_theme(theme_colors(self._viewer))

    def _refresh(self) -> None:
        """Say how many cells are drawn and selected, and why the others are not."""
        cells, n_selected = self._linked.cells, int(self._linked.is_selected.sum())
        hidden = cells.say_hidden(self._form.axes, self._form.is_log)
        chosen = f", {n_selected:,} selected" if n_selected else ""
        said = " ".join(filter(None, (f"{len(cells):,} cells{chosen}.", hidden, _HOW)))
        self._message.setText(literal(said) if len(cells) else _NOTHING)
        self._tabs.setVisible(bool(len(cells)))
        is_comparing = self._tabs.currentWidget() is self._compare
        for part in (self._scatter, self._buttons):
            # Shares of classes are drawn below, and need the room.
            part.setVisible(bool(len(cells)) and not is_comparing)
        self._measure.setVisible(not len(cells))
        self._message.setVisible(not (len(cells) and (self._is_naming or is_comparing)))


def name_cells(viewer: Viewer) -> None:
    """Open *Plot cells* where cells are named in the image."""
    open_widget(viewer, "Plot cells").name_cells()


def _save_plot(scatter: Scatter, path: Path, colors: ThemeColors, dpi: int = DPI) -> None:
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
