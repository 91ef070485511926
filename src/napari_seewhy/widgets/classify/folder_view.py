"""Classifying a folder of images: what becomes of each, and going on where it was stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QCheckBox, QFormLayout, QLabel, QSpinBox, QWidget

from napari_seewhy.cells.classifying import ClassifyWork, classify_folder_steps, list_folder
from napari_seewhy.cells.segmenting import SegmentOptions
from napari_seewhy.images import FileStatus, count_statuses
from napari_seewhy.widgets.parts.folders import FolderLine, FolderRow
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.pictures import ReadTable
from napari_seewhy.widgets.parts.tasks import fill_dock
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.widgets.parts.classes import ClassifyForm
    from napari_seewhy.widgets.parts.models import ModelPicker
    from napari_seewhy.widgets.parts.tasks import ViewerState

_SETTLED = tuple(set(SegmentOptions.model_fields) - {"channel", "diameter_um"})
_HEAD = ("Image", "Status", "Cells")
_PURPOSE = (
    "Classifies every image of a folder. Each gets class labels, a table, counts and a record; "
    "one that fails is told of, and the others are done."
)


class FolderView(QWidget):
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

    def __init__(
        self,
        state: ViewerState,
        model: ModelPicker,
        form: ClassifyForm,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._form = model, form
        purpose = QLabel(_PURPOSE)
        purpose.setWordWrap(True)
        self._images = FolderLine("The folder with the images.")
        self._labels = FolderLine(
            "Labels of the images, as Segment or the command left them.", nothing="find them"
        )
        self._out = FolderLine("Where the results go.")
        self._resume = QCheckBox("Skip images that are done")
        self._resume.setChecked(True)
        self._resume.setToolTip(
            "Skips images whose results are there and whole, made with this model and these "
            "options: a stopped folder is gone on with."
        )
        self._percent = QSpinBox()
        self._percent.setRange(0, 100)
        self._percent.setSuffix(" %")
        self._percent.setToolTip("Cells of which the model is less sure are undecided.")
        self._segmenting = OptionsForm(SegmentOptions, hidden=_SETTLED)
        self._table = ReadTable(_HEAD)
        self._table.setToolTip("Rest on an image that failed to read why.")
        self.task_row = FolderRow(state, "Classify folder")
        fields = QWidget()
        rows = QFormLayout(fields)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addRow("Images", self._images)
        rows.addRow("Labels", self._labels)
        rows.addRow("Results", self._out)
        rows.addRow(self._segmenting)
        rows.addRow("Undecided below", self._percent)
        rows.addRow(self._resume)
        fill_dock(self, [purpose, fields, self._table], [self.task_row])
        self._fields = fields
        self._images.changed.connect(self._on_images_changed)
        for line in (self._labels, self._out):
            line.changed.connect(self.refresh)
        self.task_row.stepped.connect(self._on_stepped)
        self.task_row.run_clicked.connect(self.classify)
        self.task_row.running_changed.connect(self.refresh)
        self.refresh()

    def classify(self) -> None:
        """Classify the images of the chosen folder."""
        images, out, model = self._images.path, self._out.path, self._model.path
        assert images is not None  # or the button could not be pressed
        assert out is not None
        assert model is not None
        with telling_errors():
            work = ClassifyWork(
                model_path=model,
                out=out,
                options=self._form.options(),
                labels_folder=self._labels.path,
                segmenting=self._segmenting.options(),
                confidence=self._percent.value() / 100,
            )
            self.task_row.run(
                classify_folder_steps,
                work,
                images,
                resume=self._resume.isChecked(),
                on_result=self._on_finished,
            )

    def refresh(self) -> None:
        """Make every control agree with the state."""
        self._fields.setEnabled(not self.task_row.is_running)
        self._segmenting.setVisible(self._labels.path is None)
        missing = ""
        if self._model.path is None:
            missing = "Choose a model first."
        elif self._images.path is None:
            missing = "Choose the folder with the images."
        elif not self._table.rowCount():
            missing = "This folder holds no image."
        elif self._out.path is None:
            missing = "Choose a folder for the results."
        self.task_row.set_missing(missing)

    def _on_images_changed(self) -> None:
        path = self._images.path
        names: list[str] = []
        with telling_errors():
            names = [job.path.name for job in list_folder(path)] if path else []
        self._show([FileStatus(name) for name in names])
        if path is not None and self._out.path is None:
            self._out.set_path(path / "classified")
        self.refresh()

    def _on_stepped(self, step: object) -> None:
        self._show(getattr(step, "files", ()))

    def _on_finished(self, files: tuple[FileStatus, ...]) -> None:
        self._show(files)
        self.task_row.show_message(f"{count_statuses(files)}. Results: {self._out.path}")

    def _show(self, files: Sequence[FileStatus]) -> None:
        rows = [(file.name, file.status, file.figure) for file in files]
        self._table.show_rows(rows, [file.said for file in files])
