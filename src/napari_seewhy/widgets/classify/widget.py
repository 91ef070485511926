"""Classify cells: the predictions of a model for every cell, in colours, counts and over time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from napari_seewhy.cells.classifying import ClassifiedCells, classify_agreed_steps
from napari_seewhy.widgets.classify.view import ClassView
from napari_seewhy.widgets.parts.classes import ClassifyForm, ClassifyOrigin, ShownClasses
from napari_seewhy.widgets.parts.models import FitCard, ModelPicker
from napari_seewhy.widgets.parts.pictures import save_table
from napari_seewhy.widgets.parts.tasks import (
    LateTab,
    NextSteps,
    TaskRow,
    fill_dock,
    plain_viewer,
    state_of,
)
from napari_seewhy.widgets.parts.viewer import follow, telling_errors

if TYPE_CHECKING:
    from napari_seewhy.models.preflight import Preflight
    from napari_seewhy.widgets.classify.folder_view import ClassifyFolderView

_NEXT = {
    "Explain cells": "See where in each cell the model looked.",
    "Plot cells": "See which measurements tell the classes apart.",
}
_SLIDE_MS = 40
"""The slider moves on at once; the colours of ten thousand cells follow when it rests so long."""


class ClassifyWidget(QWidget):
    """Classifies the cells of the image in the viewer, or of a folder of images."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = plain_viewer(napari_viewer)
        self._shown: ShownClasses | None = None

        self._model = ModelPicker(state_of(self._viewer))
        self._form = ClassifyForm(self._viewer)
        self._card = FitCard()
        self._view = ClassView(self._viewer)
        self._next = NextSteps(self._viewer, _NEXT)
        self._task_row = TaskRow(state_of(self._viewer), "Classify cells")
        self._folder = LateTab(self._create_folder)
        self._slide = QTimer(self)
        self._slide.setSingleShot(True)
        self._slide.setInterval(_SLIDE_MS)
        self._lay_out()

        self._model.changed.connect(self._on_model_changed)
        self._form.changed.connect(self._refresh)
        self._card.agreed.connect(self._run)
        self._view.changed.connect(self._slide.start)
        self._view.export_clicked.connect(self.export)
        self._slide.timeout.connect(self._decide)
        self._task_row.running_changed.connect(self._refresh)
        follow(self._viewer.layers.events.removed, self._on_removed)
        self._task_row.run_clicked.connect(self.classify)
        self._model.begin()
        self._refresh()

    def _create_folder(self) -> ClassifyFolderView:
        from napari_seewhy.widgets.classify.folder_view import ClassifyFolderView

        folder = ClassifyFolderView(state_of(self._viewer), self._model, self._form)
        folder.task_row.running_changed.connect(self._refresh)
        return folder

    def _lay_out(self) -> None:
        image = QWidget()
        fill_dock(image, [self._form, self._card, self._view], [self._next, self._task_row])
        self._tabs = QTabWidget()
        self._tabs.addTab(image, "This image")
        self._tabs.addTab(self._folder, "A folder")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self._model)
        layout.addWidget(self._tabs, 1)

    def classify(self) -> None:
        """Classify the cells of the chosen labels; what differs from training is asked first."""
        self._run("")

    def export(self) -> None:
        """Ask where to, and save what is known of every cell as CSV."""
        if self._shown is not None:
            name = f"{self._shown.origin.image_name}_classified.csv"
            save_table(self, "Save classes", name, self._shown.cells.drop(columns=["index"]))

    def _run(self, agreed: str) -> None:
        with telling_errors():
            origin = ClassifyOrigin.of(self._form.labels, *self._form.job(), self._model.chosen())
            chosen = (origin.job, origin.model, origin.options, agreed)
            show = partial(self._on_classified, origin)
            self._task_row.run(classify_agreed_steps, *chosen, on_result=show)

    def _on_classified(self, origin: ClassifyOrigin, result: ClassifiedCells | Preflight) -> None:
        if not isinstance(result, ClassifiedCells):
            self._card.set_preflight(result, is_asked=True, alarms=self._model.alarms)
            self._task_row.show_message("Nothing was classified yet; read what is said above.")
            return
        self._card.set_preflight(result.preflight, alarms=self._model.alarms)
        self._shown = ShownClasses(self._viewer, origin, result)
        n = len(result.table)
        cells = "1 cell" if n == 1 else f"{n:,} cells"
        said = f"{cells} classified on {result.device}." if n else ""
        self._task_row.show_message(" ".join([said, *result.warnings]).strip())
        self._decide()
        self._refresh()

    def _decide(self) -> None:
        """Follow slider and colours, without asking the model again."""
        if self._shown is None:
            return
        decided = self._view.show_cells(self._shown.cells)
        self._shown.color(decided, by_confidence=self._view.is_by_confidence)

    def _on_removed(self) -> None:
        """Forget what came out of an image that is gone, so that it is not taken for the next."""
        if self._shown is not None and self._shown.is_gone:
            self._shown = None
            self._card.set_preflight(None)
            self._task_row.show_message("")
            self._refresh()

    def _on_model_changed(self) -> None:
        self._form.set_card(self._model.card)
        self._card.set_preflight(None)
        if self._folder.created is not None:
            self._folder.created.refresh()

    def _refresh(self) -> None:
        """Make every control agree with the state."""
        folder = self._folder.created
        is_busy = folder is not None and folder.task_row.is_running
        is_idle = not (self._task_row.is_running or is_busy)
        self._model.setEnabled(is_idle)
        self._form.setEnabled(is_idle)
        self._card.setEnabled(is_idle)
        self._view.setVisible(self._shown is not None)
        self._next.setVisible(self._shown is not None)
        self._task_row.set_missing(self._form.missing)
