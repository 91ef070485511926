"""`FolderView`: work on the images of a folder, and what becomes of each."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import dask
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QFormLayout, QLabel, QWidget

from napari_seewhy.batch import Outcome, count_outcomes
from napari_seewhy.cells.segmenting import list_folder
from napari_seewhy.engine import Stepped, WorkerOptions, spread_steps
from napari_seewhy.widgets.parts.folders.line import FolderLine
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.pictures import ReadTable
from napari_seewhy.widgets.parts.tasks import TaskRow, fill_dock
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from napari_seewhy.engine import Event
    from napari_seewhy.images import ImageJob
    from napari_seewhy.widgets.parts.tasks import ViewerState


class FolderRow(TaskRow):
    """A task row that hands on how far every image is."""

    stepped = Signal(object)
    """A `BatchStep`."""

    def _on_event(self, event: Event) -> None:
        super()._on_event(event)
        if isinstance(event, Stepped):
            self.stepped.emit(event.step)


class FolderView(QWidget):
    """Asks for folders, and shows the images with what became of them.

    A subclass adds its controls by `add_row`, and runs its task in `run` by `spread`.

    Parameters
    ----------
    state
        Of the viewer.
    model
        Where a model is chosen that the work needs; None where it needs none.
    below
        What stands below the table of images.
    """

    PURPOSE: ClassVar[str]
    BUTTON: ClassVar[str]
    OUT: ClassVar[str]
    """Name of the folder that is offered for the results, within that of the images."""
    FIGURE: ClassVar[str]
    """Head of the column with what came out."""
    IMAGES: ClassVar[str] = "The folder with the images."

    def __init__(
        self,
        state: ViewerState,
        model: Any = None,
        *,
        below: Sequence[QWidget] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        purpose = QLabel(self.PURPOSE)
        purpose.setWordWrap(True)
        self._images = FolderLine(self.IMAGES)
        self._out = FolderLine("Where the results go.")
        self._resume = QCheckBox("Skip images that are done")
        self._resume.setChecked(True)
        self._resume.setToolTip(
            "Skips images whose results are complete and were made with this model and these "
            "options, so that a stopped folder can be continued."
        )
        # Dask's own setting; who has set it has a scheduler for all programs.
        address = dask.config.get("scheduler-address", "") or ""
        self.where = OptionsForm(WorkerOptions)
        self.where.set_options(WorkerOptions(cluster=address))
        self._table = ReadTable(("Image", "Status", self.FIGURE))
        self._table.setToolTip("Rest on an image that failed to read why.")
        self.task_row = FolderRow(state, self.BUTTON)
        self._fields = QWidget()
        self._rows = QFormLayout(self._fields)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.addRow("Images", self._images)
        self._rows.addRow("Results", self._out)
        self._rows.addRow(self.where)
        self._rows.addRow(self._resume)
        fill_dock(self, [purpose, self._fields, self._table, *below], [self.task_row])
        self._images.changed.connect(self._on_images_changed)
        self._out.changed.connect(self.refresh)
        self.task_row.stepped.connect(self._on_stepped)
        self.task_row.run_clicked.connect(self._on_run_clicked)
        self.task_row.running_changed.connect(self.refresh)

    def add_row(self, editor: QWidget, label: str = "") -> None:
        """Put a control above the question whether images that are done are skipped."""
        row = self._rows.rowCount() - 1
        if label:
            self._rows.insertRow(row, label, editor)
        else:
            self._rows.insertRow(row, editor)

    def list_jobs(self, folder: Path) -> list[ImageJob]:
        """List the images of a folder.

        Raises
        ------
        FileError
            If there is none.
        """
        return list_folder(folder)

    @abstractmethod
    def run(self, jobs: list[ImageJob], out: Path, *, resume: bool) -> None:
        """Run the task with `on_result=self.show_outcomes`."""

    def spread(self, steps: Any, *given: Any, on_result: Any, **named: Any) -> None:
        """Run a task with a parameter `executor` in the processes that were chosen."""
        where = self.where.options()
        self.task_row.run(spread_steps, steps, *given, where=where, on_result=on_result, **named)

    def say_figure(self, results: Mapping[str, Any]) -> str:
        """Say in a word what came out of an image."""
        return f"{results['n_cells']:,}"

    def show_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        """Show what became of the images at the end of a task."""
        self._show(outcomes)
        self.task_row.show_message(f"{count_outcomes(outcomes)}. Results: {self._out.path}")

    def refresh(self) -> None:
        """Make every control agree with the state."""
        self._fields.setEnabled(not self.task_row.is_running)
        missing = ""
        if self._model is not None and self._model.path is None:
            missing = "Choose a model first."
        elif self._images.path is None:
            missing = "Choose the folder with the images."
        elif not self._table.rowCount():
            missing = "This folder holds no image."
        elif self._out.path is None:
            missing = "Choose a folder for the results."
        self.task_row.set_missing(missing)

    def _on_run_clicked(self) -> None:
        images, out = self._images.path, self._out.path
        with telling_errors():
            if images is not None and out is not None:
                self.run(self.list_jobs(images), out, resume=self._resume.isChecked())

    def _on_images_changed(self) -> None:
        path = self._images.path
        jobs: list[ImageJob] = []
        with telling_errors():
            jobs = self.list_jobs(path) if path else []
        self._show([Outcome(job.title) for job in jobs])
        if path is not None and self._out.path is None:
            self._out.set_path(path / self.OUT)
        self.refresh()

    def _on_stepped(self, step: object) -> None:
        self._show(getattr(step, "outcomes", ()))

    def _show(self, outcomes: Sequence[Outcome]) -> None:
        rows = [
            (one.name, one.status, self.say_figure(one.results) if one.results else "")
            for one in outcomes
        ]
        self._table.show_rows(rows, [one.explain() for one in outcomes])
