"""Classifying a folder of images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QSpinBox

from napari_seewhy.batch import run_steps
from napari_seewhy.cells.classifying import ClassifyWork
from napari_seewhy.cells.segmenting import LabelSource, SegmentOptions
from napari_seewhy.widgets.parts.folders import FolderLine, FolderView
from napari_seewhy.widgets.parts.forms import OptionsForm

if TYPE_CHECKING:
    from pathlib import Path

    from qtpy.QtWidgets import QWidget

    from napari_seewhy.images import ImageJob
    from napari_seewhy.widgets.parts.classes import ClassifyForm
    from napari_seewhy.widgets.parts.models import ModelPicker
    from napari_seewhy.widgets.parts.tasks import ViewerState

_SETTLED = tuple(set(SegmentOptions.model_fields) - {"channel", "diameter_um"})


class ClassifyFolderView(FolderView):
    """Asks for folders, and shows the images with what became of them.

    Parameters
    ----------
    state
        Of the viewer.
    model
        Where the model is chosen.
    form
        Where the other options are chosen; channels are found by their names in every image.
    """

    PURPOSE = (
        "Classifies every image of a folder. Each gets class labels, a table, counts and a record. "
        "If one fails, its reason is shown and the others are done."
    )
    BUTTON, OUT, FIGURE = "Classify folder", "classified", "Cells"

    def __init__(
        self,
        state: ViewerState,
        model: ModelPicker,
        form: ClassifyForm,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(state, model, parent=parent)
        self._form = form
        self._labels = FolderLine(
            "Labels of the images, as Segment or the command left them.", nothing="find them"
        )
        self._percent = QSpinBox()
        self._percent.setRange(0, 100)
        self._percent.setSuffix(" %")
        self._percent.setToolTip("Cells of which the model is less sure are undecided.")
        self._segmenting = OptionsForm(SegmentOptions, hidden=_SETTLED)
        self.add_row(self._labels, "Labels")
        self.add_row(self._segmenting)
        self.add_row(self._percent, "Undecided below")
        self._labels.changed.connect(self.refresh)
        self.refresh()

    def run(self, jobs: list[ImageJob], out: Path, *, resume: bool) -> None:
        """Classify the images."""
        work = ClassifyWork(
            self._model.path,
            out,
            labels=LabelSource(self._labels.path, self._segmenting.options()),
            options=self._form.options(),
            confidence=self._percent.value() / 100,
        )
        self.spread(run_steps, jobs, work, resume=resume, on_result=self.show_outcomes)

    def refresh(self) -> None:
        """Make every control agree with the state."""
        super().refresh()
        self._segmenting.setVisible(self._labels.path is None)
