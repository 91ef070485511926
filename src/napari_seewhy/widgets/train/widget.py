"""Train classifier: from a sample set to a model in the library, with how good it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QLabel, QMessageBox, QTabWidget, QVBoxLayout, QWidget

from napari_seewhy.training.fitting import finish_early_steps, train_steps
from napari_seewhy.widgets.parts.tasks import TrainRow, fill_dock, plain_viewer, state_of
from napari_seewhy.widgets.parts.viewer import follow, telling_errors, theme_colors
from napari_seewhy.widgets.train.form import TrainForm
from napari_seewhy.widgets.train.view import TrainingView

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_seewhy.progress import Task
    from napari_seewhy.training.fitting import Trained, TrainJob


class TrainWidget(QWidget):
    """Trains a network to tell the classes of a sample set apart, and judges it."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = plain_viewer(napari_viewer)
        self._job: TrainJob | None = None

        purpose = QLabel("Trains a network to tell your classes of cells apart.")
        purpose.setWordWrap(True)
        self._form = TrainForm(self._viewer)
        self._view = TrainingView(self._viewer)
        self._task_row = TrainRow(state_of(self._viewer), "Train classifier")
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
        self._view.finish_clicked.connect(self.finish_early)
        self._task_row.run_clicked.connect(self.train)
        self._task_row.stepped.connect(self._view.add)
        self._task_row.stopped.connect(self._on_stopped)
        self._task_row.running_changed.connect(self._refresh)
        follow(self._viewer.events.theme, self._on_theme_changed)
        self._on_theme_changed()
        self._refresh()

    def train(self) -> None:
        """Train the network that is planned in the form."""
        with telling_errors():
            job = self._form.job()
            self._run(job, train_steps, resume=job.can_go_on and self._ask_to_go_on(job))

    def go_on(self) -> None:
        """Go on with the training that was stopped."""
        if self._job is not None:
            self._run(self._job, train_steps, resume=True)

    def finish_early(self) -> None:
        """Finish with the best network of the training that was stopped."""
        if self._job is not None:
            self._run(self._job, finish_early_steps)

    def _ask_to_go_on(self, job: TrainJob) -> bool:
        question = f"A training of {job.name} was stopped. Go on with it? No starts anew."
        answer = QMessageBox.question(self, "Train classifier", question)
        return answer == QMessageBox.StandardButton.Yes

    def _run(self, job: TrainJob, steps: Callable[..., Task[Trained]], **how: bool) -> None:
        self._job = job
        self._view.begin(job)
        self._tabs.setCurrentWidget(self._result)
        self._task_row.run(steps, job, on_result=self._on_trained, **how)

    def _on_trained(self, trained: Trained) -> None:
        self._view.finish(trained)
        self._task_row.show_message("")
        self._form.suggest_name()

    def _on_stopped(self) -> None:
        if self._job is not None:
            self._view.stop(can_go_on=self._job.can_go_on)
        self._task_row.show_message("")

    def _on_theme_changed(self) -> None:
        colors = theme_colors(self._viewer)
        self._form.plan_view.set_warning_color(colors.mark)
        self._view.set_colors(colors)

    def _refresh(self) -> None:
        """Make every control agree with the state."""
        self._form.setEnabled(not self._task_row.is_running)
        self._task_row.set_missing(self._form.missing)
