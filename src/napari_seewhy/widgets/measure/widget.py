"""Measuring cells: size, form and brightness of each, as a table linked to the image."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtWidgets import QLabel, QTabWidget, QVBoxLayout, QWidget

from napari_seewhy.cells.classifying import ANNOTATION
from napari_seewhy.cells.measuring import measure_cells_steps
from napari_seewhy.cells.segmenting import CONFIDENCE
from napari_seewhy.errors import DataError
from napari_seewhy.layers import carry_over, cells_from_features, labels_from_layer, labels_layer
from napari_seewhy.widgets.measure.form import MeasureForm
from napari_seewhy.widgets.parts.cells import CellClicks, go_to_cell, outline_cells
from napari_seewhy.widgets.parts.layers import ValueColors
from napari_seewhy.widgets.parts.pictures import save_table
from napari_seewhy.widgets.parts.tasks import (
    LateTab,
    NextSteps,
    TaskRow,
    fill_dock,
    plain_viewer,
    state_of,
)
from napari_seewhy.widgets.parts.viewer import follow, telling_errors, theme_colors

if TYPE_CHECKING:
    import pandas as pd

    from napari_seewhy.cells.labels import LabelledCells
    from napari_seewhy.widgets.measure.folder_view import MeasureFolderView
    from napari_seewhy.widgets.measure.measured_cells import MeasuredCells

_NEXT = {
    "Crop cells": "Cut a small picture about every cell, to train a network on.",
    "Plot cells": "See any two measurements of the cells.",
}


class MeasureWidget(QWidget):
    """Measures the cells of a Labels layer, and shows what is known of them."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = plain_viewer(napari_viewer)
        self._colors = ValueColors()
        self._shown: Any = None

        purpose = QLabel("Measures size, form and brightness of every cell.")
        purpose.setWordWrap(True)
        self._form = MeasureForm(self._viewer)
        self._view = LateTab(self._create_view)
        self._task_row = TaskRow(state_of(self._viewer).beside, "Measure cells")
        self._clicks = CellClicks(self._viewer, lambda: self._form.layer, self)
        choices = QWidget()
        fill_dock(choices, [purpose, self._form], [self._task_row])
        self._tabs = QTabWidget()
        self._tabs.addTab(choices, "What to measure")
        self._tabs.addTab(self._view, "Cells")
        self._folder = LateTab(self._create_folder)
        self._tabs.addTab(self._folder, "A folder")
        self._next = NextSteps(self._viewer, _NEXT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self._tabs)
        layout.addWidget(self._next)

        self._form.changed.connect(self._on_form_changed)
        self._task_row.run_clicked.connect(self.measure)
        self._task_row.running_changed.connect(self._refresh)
        self._clicks.clicked.connect(self._on_cell_clicked)
        follow(self._viewer.events.theme, self._on_theme_changed)
        self._on_form_changed()

    def _create_view(self) -> MeasuredCells:
        from napari_seewhy.widgets.measure.measured_cells import MeasuredCells

        view = MeasuredCells()
        view.set_colors(theme_colors(self._viewer))
        view.set_cells(self._find_cells())
        view.picked.connect(self._on_row_picked)
        view.colors_changed.connect(self._on_colors_changed)
        view.export_clicked.connect(self.export)
        return view

    def _create_folder(self) -> MeasureFolderView:
        from napari_seewhy.widgets.measure.folder_view import MeasureFolderView

        return MeasureFolderView(state_of(self._viewer))

    def measure(self) -> None:
        """Measure the chosen labels in the ticked channels."""
        with telling_errors():
            job, options = self._form.job()
            self._task_row.run(
                measure_cells_steps,
                job.image,
                job.labels,
                options,
                cell_labels=job.cell_labels,
                on_result=partial(self._on_measured, self._form.layer, job),
            )

    def export(self) -> None:
        """Ask where to, and save the table as CSV."""
        save_table(
            self, "Save table of cells", f"{self._shown.name}_cells.csv", self._view.content.cells
        )

    def _on_measured(self, layer: Any, job: LabelledCells, cells: pd.DataFrame) -> None:
        if layer not in self._viewer.layers:
            raise DataError("The labels were closed meanwhile; open them and measure again.")
        if not np.array_equal(labels_from_layer(layer), job.labels):
            raise DataError("The labels were changed while they were measured; measure again.")
        labels, attributes, _ = labels_layer(job.labels, cells, name=layer.name)
        if labels is not job.labels:
            layer.data = labels.reshape(layer.data.shape)
        features = attributes["features"]
        for column in (CONFIDENCE, ANNOTATION):
            features = carry_over(features, layer.features, column)
        layer.features = features
        n_columns = cells.shape[1] - 1
        self._task_row.show_message(f"{len(cells):,} cells, {n_columns} measurements of each.")
        self._tabs.setCurrentWidget(self._view)

    def _on_form_changed(self) -> None:
        layer = self._form.layer
        if layer is not self._shown:
            if self._shown in self._viewer.layers:
                self._colors.restore(self._shown)
            self._shown = layer
            if layer is not None:
                follow(layer.events.features, self._on_features_changed)
            self._on_features_changed()
        self._refresh()

    def _on_features_changed(self) -> None:
        """Show what is known of the cells, be it measured here, read from a file or tidied."""
        if self._view.created is not None:
            self._view.created.set_cells(self._find_cells())
        self._on_colors_changed()
        self._refresh()

    def _find_cells(self) -> pd.DataFrame | None:
        features: Any = {} if self._shown is None else self._shown.features
        return cells_from_features(features) if "label" in features else None

    def _on_colors_changed(self) -> None:
        view = self._view.created
        if self._shown is None or view is None:
            return
        if view.color_column:
            self._colors.apply(self._shown, view.cells, view.color_column)
        else:
            self._colors.restore(self._shown)

    def _on_row_picked(self, position: int) -> None:
        go_to_cell(self._viewer, self._shown, self._view.content.cells.iloc[position])

    def _on_cell_clicked(self, label: int) -> None:
        self._view.content.pick(label)
        outline_cells(self._viewer, self._shown, [label] if label else [])

    def _on_theme_changed(self) -> None:
        if self._view.created is not None:
            self._view.created.set_colors(theme_colors(self._viewer))

    def _refresh(self) -> None:
        """Make every control agree with the state."""
        self._form.setEnabled(not self._task_row.is_running)
        cells = self._find_cells()
        self._next.setVisible(cells is not None and "area_px" in cells)
        self._task_row.set_missing(self._form.missing)
