"""Explain cells: where a network looked in every cell, as layers, numbers and mean pictures."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_seewhy.cells.explaining import (
    ExplainedCells,
    check_cells_sanity_steps,
    explain_agreed_steps,
    paint_heatmaps_steps,
)
from napari_seewhy.widgets.explain.form import ExplainForm
from napari_seewhy.widgets.explain.shown_heatmaps import ShownHeatmaps
from napari_seewhy.widgets.explain.view import ExplainView
from napari_seewhy.widgets.parts.cells import CellClicks
from napari_seewhy.widgets.parts.classes import ClassifyOrigin
from napari_seewhy.widgets.parts.layers import is_labels, is_same_image
from napari_seewhy.widgets.parts.models import FitCard, ModelPicker
from napari_seewhy.widgets.parts.pictures import save_table
from napari_seewhy.widgets.parts.tasks import NextSteps, TaskRow, fill_dock, plain_viewer, state_of
from napari_seewhy.widgets.parts.viewer import follow, telling_errors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from napari_seewhy.explaining import SanityCheck
    from napari_seewhy.models.preflight import Preflight

_NEXT = {"Plot cells": "See which measurements tell the classes apart."}


class ExplainWidget(QWidget):
    """Shows where a network looked in the cells of the image in the viewer."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = plain_viewer(napari_viewer)
        self._shown: ShownHeatmaps | None = None

        self._model = ModelPicker(state_of(self._viewer))
        self._form = ExplainForm(self._viewer)
        self._card = FitCard("Explain")
        self._view = ExplainView(self._viewer)
        self._task_row = TaskRow(state_of(self._viewer), "Explain cells")
        self._next = NextSteps(self._viewer, _NEXT)
        inside = QWidget()
        fill_dock(inside, [self._form, self._card, self._view], [self._next, self._task_row])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self._model)
        layout.addWidget(inside, 1)

        self._model.changed.connect(self._on_model_changed)
        self._form.changed.connect(self._refresh)
        self._card.agreed.connect(self._run)
        self._view.opacity_changed.connect(self._on_opacity_changed)
        self._view.scale_changed.connect(self._on_scale_changed)
        self._view.check_clicked.connect(self.check)
        self._view.export_clicked.connect(self.export)
        self._task_row.running_changed.connect(self._refresh)
        self._clicks = CellClicks(self._viewer, self._explained_labels, self)
        self._clicks.clicked.connect(self._on_cell_clicked)
        follow(self._viewer.layers.events.removed, self._on_removed)
        self._task_row.run_clicked.connect(self.explain)
        self._model.begin()
        self._refresh()

    def explain(self) -> None:
        """Explain the cells of the chosen labels; what differs from training is asked first."""
        self._run("")

    def check(self) -> None:
        """Compare the heatmaps with those of the same network with fresh weights."""
        if self._shown is not None:
            origin = self._shown.origin
            chosen = (origin.job, origin.model, origin.options)
            self._task_row.run(check_cells_sanity_steps, *chosen, on_result=self._on_checked)

    def export(self) -> None:
        """Ask where to, and save class and attention of every cell as CSV."""
        if self._shown is not None:
            name = f"{self._shown.origin.image_name}_attention.csv"
            save_table(self, "Save attention", name, self._shown.explained.table)

    def _run(self, agreed: str) -> None:
        with telling_errors():
            job, options = self._form.job()
            options = options.change(scale=self._view.scale)
            model = self._model.chosen()
            origin = ClassifyOrigin.of(self._form.labels, job, options, model)
            chosen = (job, model, options, agreed)
            show = partial(self._on_explained, origin)
            self._task_row.run(explain_agreed_steps, *chosen, on_result=show)

    def _on_explained(self, origin: ClassifyOrigin, result: ExplainedCells | Preflight) -> None:
        if not isinstance(result, ExplainedCells):
            self._card.set_preflight(result, is_asked=True, alarms=self._model.alarms)
            self._task_row.show_message("Nothing was explained yet; read what is said above.")
            return
        self._card.set_preflight(result.preflight, alarms=self._model.alarms)
        self._shown = ShownHeatmaps(self._viewer, origin, result)
        self._shown.show(result.images, self._view.opacity)
        self._shown.join()
        self._view.show_explained(result, origin.job.image)
        self._task_row.show_message(result.describe())
        self._refresh()

    def _explained_labels(self) -> Any | None:
        """Return a layer that is seen with the explained cells: after Classify theirs is hidden."""
        source = None if self._shown is None else self._shown.origin.layer()
        if source is None or source not in self._viewer.layers:
            return None
        seen = [
            layer
            for layer in self._viewer.layers
            if is_labels(layer) and layer.visible and is_same_image(layer, source)
        ]
        return source if source.visible else next(iter(seen), None)

    def _on_cell_clicked(self, label: int) -> None:
        layer = self._explained_labels()
        if layer is not None:
            t = int(layer.world_to_data(self._viewer.dims.point)[0]) if layer.ndim > 2 else 0
            self._view.show_cell(label, t)

    def _on_checked(self, check: SanityCheck) -> None:
        self._view.show_verdict(check)
        self._task_row.show_message("")

    def _on_opacity_changed(self, opacity: float) -> None:
        if self._shown is not None:
            self._shown.set_opacity(opacity)

    def _on_scale_changed(self) -> None:
        """Paint what is there in the other scale; the network is not asked again."""
        shown = self._shown
        if shown is not None:
            chosen = (shown.explained.heatmaps, shown.explained.places, self._view.scale)
            paint = partial(self._on_painted, shown)
            self._task_row.run(paint_heatmaps_steps, *chosen, on_result=paint)

    def _on_painted(self, shown: ShownHeatmaps, images: dict[str, NDArray[np.float32]]) -> None:
        shown.show(images, self._view.opacity)
        self._task_row.show_message("")

    def _on_removed(self) -> None:
        """Forget what came out of an image that is gone, so that it is not taken for the next."""
        if self._shown is not None and self._shown.is_gone:
            self._shown = None
            self._card.set_preflight(None)
            self._task_row.show_message("")
            self._refresh()

    def _on_model_changed(self) -> None:
        self._form.set_card(self._model.card, self._model.layers)
        self._card.set_preflight(None)

    def _refresh(self) -> None:
        """Make every control agree with the state."""
        is_idle = not self._task_row.is_running
        for part in (self._model, self._form, self._card, self._view):
            part.setEnabled(is_idle)
        self._view.setVisible(self._shown is not None)
        self._next.setVisible(self._shown is not None)
        self._task_row.set_missing(self._form.missing)
