"""Segment cells: from the image in the viewer to labels, in a child process."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTabWidget, QVBoxLayout, QWidget

from napari_seewhy.cells.segmenting import Segmentation, segment_steps
from napari_seewhy.widgets.parts.layers import find_layer
from napari_seewhy.widgets.parts.tasks import (
    LateTab,
    NextSteps,
    TaskRow,
    fill_dock,
    plain_viewer,
    state_of,
)
from napari_seewhy.widgets.parts.viewer import (
    follow,
    open_images,
    open_session,
    save_session,
    tell_warning,
    telling_errors,
)
from napari_seewhy.widgets.segment.form import SegmentForm
from napari_seewhy.widgets.segment.segmented_image import SegmentedImage
from napari_seewhy.widgets.segment.uncertain_cells import UncertainCells

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari_seewhy.widgets.segment.fine_tune_view import FineTuneView
    from napari_seewhy.widgets.segment.folder_view import SegmentFolderView

_NEXT = {
    "Tidy cells": "Correct by hand what was segmented wrongly.",
    "Measure cells": "Measure size, form and brightness of each cell.",
    "Classify cells": "Ask a model for the class of each cell.",
}
_START = (
    (open_images, "Open images", "Opens each with one layer per channel and its pixel size."),
    (open_session, "Open session", "Opens all that was saved in a folder NAME.seewhy."),
    (save_session, "Save session", "Saves everything that is open, to go on another day."),
)
_HINT = (
    "Nuclei cut apart or grown together? Give their diameter and run it again: the layers are "
    "brought up to date. Single cells are corrected with Tidy cells."
)
_HINT_MODEL = f"{_HINT} What you corrected can teach the network: see Improve the model."


class SegmentWidget(QWidget):
    """Finds the nuclei of an image, and the cells about them, and shows them as labels."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = plain_viewer(napari_viewer)
        self._shown: SegmentedImage | None = None

        self._hint = QLabel("Finds the nuclei of an image, and whole cells about them.")
        self._hint.setWordWrap(True)
        self._form = SegmentForm(self._viewer)
        self._uncertain = UncertainCells(self._viewer)
        self._task_row = TaskRow(state_of(self._viewer), "Segment cells")
        self._next = NextSteps(self._viewer, _NEXT)
        self._folder = LateTab(self._create_folder)
        self._fine_tune = LateTab(self._create_fine_tune)
        self._lay_out()

        self._form.changed.connect(self._refresh)
        self._form.model.changed.connect(self._on_model_changed)
        follow(self._viewer.layers.events.removed, self._on_removed)
        self._task_row.run_clicked.connect(self.segment)
        self._task_row.running_changed.connect(self._refresh)
        self._refresh()

    def _create_folder(self) -> SegmentFolderView:
        from napari_seewhy.widgets.segment.folder_view import SegmentFolderView

        folder = SegmentFolderView(state_of(self._viewer))
        if self._form.model.path is not None:
            folder.model.choose(self._form.model.path)
        folder.task_row.running_changed.connect(self._refresh)
        return folder

    def _create_fine_tune(self) -> FineTuneView:
        from napari_seewhy.widgets.segment.fine_tune_view import FineTuneView

        fine_tune = FineTuneView(self._viewer)
        fine_tune.set_start(self._form.model.path)
        fine_tune.trained.connect(self._on_trained)
        fine_tune.task_row.running_changed.connect(self._refresh)
        return fine_tune

    def _lay_out(self) -> None:
        start = QHBoxLayout()
        start.setContentsMargins(9, 0, 9, 0)
        start.setSpacing(3)
        for act, title, tooltip in _START:
            button = QPushButton(title)
            button.setToolTip(tooltip)
            button.clicked.connect(partial(_start, act, self._viewer))
            start.addWidget(button)
        find = QWidget()
        parts = [self._hint, self._form, self._uncertain]
        fill_dock(find, parts, [self._next, self._task_row])
        self._tabs = QTabWidget()
        self._tabs.addTab(find, "Find nuclei")
        self._tabs.addTab(self._folder, "A folder")
        self._tabs.addTab(self._fine_tune, "Improve the model")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addLayout(start)
        layout.addWidget(self._tabs)

    def segment(self) -> None:
        """Segment the chosen image with the options in the form."""
        with telling_errors():
            image, options = self._form.job()
            segmented = SegmentedImage.of(self._form.layer, self._form.axes, image, options)
            show = partial(self._on_segmented, segmented)
            self._task_row.run(segment_steps, image, options, on_result=show)

    def _on_segmented(self, image: SegmentedImage, segmentation: Segmentation) -> None:
        self._shown = image
        image.show(self._viewer, segmentation)
        for warning in segmentation.warnings:
            tell_warning(warning)
        self._task_row.show_message(image.sum_up(segmentation))
        if math.isfinite(segmentation.diameter_px):
            self._form.suggest_diameter(segmentation.diameter_px)
        self._next.setVisible(segmentation.n_nuclei > 0)
        self._hint.setText(_HINT_MODEL if self._form.uses_model else _HINT)
        self._refresh()

    def _on_removed(self) -> None:
        """Forget what came out of an image that is gone, so that it is not taken for the next."""
        if self._shown is not None and self._shown.is_gone(self._viewer):
            self._shown = None
            self._task_row.show_message("")
            self._next.hide()
            self._refresh()

    def _on_model_changed(self) -> None:
        if self._fine_tune.created is not None:
            self._fine_tune.created.set_start(self._form.model.path)

    def _on_trained(self, path: Path) -> None:
        self._form.model.choose(path)
        if self._folder.created is not None:
            self._folder.created.model.choose(path)

    def _refresh(self) -> None:
        """Make every control agree with the state."""
        layer = self._form.layer
        found = None if layer is None else find_layer(self._viewer, "nuclei", layer.name)
        self._uncertain.set_layer(found)
        created = (self._folder.created, self._fine_tune.created)
        rows = [self._task_row, *(tab.task_row for tab in created if tab is not None)]
        self._form.setEnabled(not any(row.is_running for row in rows))
        self._task_row.set_missing(
            ""
            if layer is not None
            else "Open an image first: Open images, or File > Open Sample > napari-seewhy."
        )


def _start(act: Callable[[Any], None], viewer: Any, *_: bool) -> None:
    act(viewer)
