"""Staining a folder of images: what becomes of each, and the efficiency of every dish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QCheckBox, QFormLayout, QLabel, QWidget

from napari_seewhy.blocks.pairing import PlaceOptions
from napari_seewhy.images import FileStatus, count_statuses
from napari_seewhy.widgets.parts.folders import FolderLine, FolderRow
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.pictures import ReadTable
from napari_seewhy.widgets.parts.tasks import fill_dock
from napari_seewhy.widgets.parts.viewer import telling_errors
from napari_seewhy.widgets.stain.folder_tasks import (
    FolderOrder,
    StainedFolder,
    list_fields,
    stain_folder_steps,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.blocks.staining import EfficiencyTables
    from napari_seewhy.widgets.parts.tasks import ViewerState
    from napari_seewhy.widgets.stain.form import StainForm
    from napari_seewhy.widgets.stain.picker import StainPicker

_PURPOSE = (
    "Stains every image of a folder. Each gets its probability, mask, efficiency and a record; one "
    "that fails is told of, and the others are done. Fields of one dish are put together."
)
_FILES = ("Image", "Status", "Efficiency")
_DISHES = ("Dish", "Day", "Frame", "Efficiency", "95 % interval")
_RARE = ("table", "dish_column", "day_column")


class StainFolderView(QWidget):
    """Asks for a folder, and shows what became of its images and the efficiency per dish.

    Parameters
    ----------
    state
        Of the viewer.
    model
        Where the model is chosen.
    form
        Where it is chosen how images are stained.
    """

    def __init__(
        self,
        state: ViewerState,
        model: StainPicker,
        form: StainForm,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._form = model, form
        purpose = QLabel(_PURPOSE)
        purpose.setWordWrap(True)
        self._images = FolderLine("The folder with the images of phase contrast.")
        self._out = FolderLine("Where the results go.")
        self._places = OptionsForm(PlaceOptions, advanced=_RARE)
        self._resume = QCheckBox("Skip images that are done")
        self._resume.setChecked(True)
        self._resume.setToolTip(
            "Skips images whose results are there and whole, made with this model and these "
            "options: a stopped folder is gone on with."
        )
        self._files = ReadTable(_FILES)
        self._files.setToolTip("Rest on an image that failed to read why.")
        self._dishes = ReadTable(_DISHES)
        self._dishes.setToolTip("The fields of a dish together; also saved as a table.")
        self._dishes.hide()
        self.task_row = FolderRow(state, "Stain folder")
        self._fields = QWidget()
        rows = QFormLayout(self._fields)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addRow("Images", self._images)
        rows.addRow("Results", self._out)
        rows.addRow(self._places)
        rows.addRow(self._resume)
        fill_dock(self, [purpose, self._fields, self._files, self._dishes], [self.task_row])
        self._images.changed.connect(self._on_images_changed)
        self._out.changed.connect(self.refresh)
        self.task_row.stepped.connect(self._on_stepped)
        self.task_row.run_clicked.connect(self.stain)
        self.task_row.running_changed.connect(self.refresh)
        self.refresh()

    def stain(self) -> None:
        """Stain the images of the chosen folder."""
        images, out, model = self._images.path, self._out.path, self._model.path
        assert images is not None  # or the button could not be pressed
        assert out is not None
        assert model is not None
        self._dishes.hide()
        with telling_errors():
            # An empty line is no table, and not the folder "."
            places = self._places.options(table=self._places.values()["table"] or None)
            order = FolderOrder(images, out, model, places, self._form.options())
            resume = self._resume.isChecked()
            self.task_row.run(stain_folder_steps, order, resume=resume, on_result=self._on_done)

    def refresh(self) -> None:
        """Make every control agree with the state."""
        self._fields.setEnabled(not self.task_row.is_running)
        missing = ""
        if self._model.path is None:
            missing = "Choose a model first."
        elif self._images.path is None:
            missing = "Choose the folder with the images."
        elif not self._files.rowCount():
            missing = "This folder holds no image."
        elif self._out.path is None:
            missing = "Choose a folder for the results."
        self.task_row.set_missing(missing)

    def _on_images_changed(self) -> None:
        path = self._images.path
        names: list[str] = []
        with telling_errors():
            names = [job.path.name for job in list_fields(path)] if path else []
        self._show_files([FileStatus(name) for name in names])
        if path is not None and self._out.path is None:
            self._out.set_path(path / "stained")
        self.refresh()

    def _on_stepped(self, step: object) -> None:
        self._show_files(getattr(step, "files", ()))

    def _on_done(self, stained: StainedFolder) -> None:
        self._show_files(stained.files)
        said = count_statuses(stained.files)
        self.task_row.show_message(f"{said}. Results: {self._out.path}")
        if stained.tables is not None:
            self._show_dishes(stained.tables)

    def _show_files(self, files: Sequence[FileStatus]) -> None:
        rows = [(file.name, file.status, file.figure) for file in files]
        self._files.show_rows(rows, [file.said for file in files])

    def _show_dishes(self, tables: EfficiencyTables) -> None:
        columns = ["dish", "day", "t", "efficiency", "low", "high"]
        rows = [
            (str(dish), str(day), str(t), f"{value:.1%}", f"{low:.1%} to {high:.1%}")
            for dish, day, t, value, low, high in tables.dishes[columns].itertuples(index=False)
        ]
        self._dishes.show_rows(rows, [f"Saved as {tables.paths[1]}"] * len(rows))
        self._dishes.show()
