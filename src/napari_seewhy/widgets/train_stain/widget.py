"""Train virtual staining: from pairs of phase contrast and marker to a model in the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QLabel, QMessageBox, QTabWidget, QVBoxLayout, QWidget

from napari_seewhy.blocks.learning import train_job_steps
from napari_seewhy.widgets.parts.tasks import TrainRow, fill_dock, plain_viewer, state_of
from napari_seewhy.widgets.parts.viewer import follow, telling_errors, theme_colors
from napari_seewhy.widgets.train_stain.form import StainTrainForm
from napari_seewhy.widgets.train_stain.view import StainTrainingView

if TYPE_CHECKING:
    from napari_seewhy.blocks.learning import StainTrainJob, StoredStain

_TITLE = "Train virtual staining"
_PURPOSE = (
    "Teaches a network to see in phase contrast which blocks a marker would stain, such as "
    "cardiomyocytes that carry NKX2.5-GFP."
)


class TrainStainWidget(QWidget):
    """Trains a network to paint a virtual immunostaining."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = plain_viewer(napari_viewer)
        self._job: StainTrainJob | None = None

        purpose = QLabel(_PURPOSE)
        purpose.setWordWrap(True)
        self._form = StainTrainForm(self._viewer)
        self._view = StainTrainingView(self._viewer)
        self._task_row = TrainRow(state_of(self._viewer), _TITLE)
        plan, self._result = QWidget(), QWidget()
        fill_dock(plan, [purpose, self._form], [])
        fill_dock(self._result, [self._view], [])
        self._tabs = QTabWidget()
        self._tabs.addTab(plan, "What to learn")
        self._tabs.addTab(self._result, "Training")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self._tabs, 1)
        layout.addWidget(self._task_row)

        self._form.changed.connect(self._refresh)
        self._view.go_on_clicked.connect(self.go_on)
        self._task_row.run_clicked.connect(self.train)
        self._task_row.stepped.connect(self._view.add)
        self._task_row.stopped.connect(self._on_stopped)
        for row in (self._task_row, self._form.shift.task_row):
            row.running_changed.connect(self._refresh)
        follow(self._viewer.events.theme, self._on_theme_changed)
        self._on_theme_changed()
        self._refresh()

    def train(self) -> None:
        """Train the network that is planned in the form."""
        with telling_errors():
            job = self._form.job()
            self._run(job, resume=job.can_go_on and self._ask_to_go_on(job))

    def go_on(self) -> None:
        """Go on with the training that was stopped."""
        if self._job is not None:
            self._run(self._job, resume=True)

    def _ask_to_go_on(self, job: StainTrainJob) -> bool:
        question = f"A training of {job.name} was stopped. Go on with it? No starts anew."
        answer = QMessageBox.question(self, _TITLE, question)
        return bool(answer == QMessageBox.StandardButton.Yes)

    def _run(self, job: StainTrainJob, *, resume: bool = False) -> None:
        self._job = job
        self._view.begin(job)
        self._tabs.setCurrentWidget(self._result)
        self._task_row.run(train_job_steps, job, resume=resume, on_result=self._on_trained)

    def _on_trained(self, trained: StoredStain) -> None:
        self._view.finish(trained)
        self._task_row.show_message("")
        self._form.suggest_name()

    def _on_stopped(self) -> None:
        if self._job is not None:
            self._view.stop(can_go_on=self._job.can_go_on)
        self._task_row.show_message("")

    def _on_theme_changed(self) -> None:
        self._view.set_colors(theme_colors(self._viewer))

    def _refresh(self) -> None:
        """Make every control agree with the state."""
        self._form.setEnabled(not self._task_row.is_running)
        self._task_row.set_missing(self._form.missing)
