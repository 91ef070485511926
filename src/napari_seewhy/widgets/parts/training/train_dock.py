"""`TrainDock`: what every widget that trains a model has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QLabel, QMessageBox, QTabWidget, QVBoxLayout, QWidget

from napari_seewhy.widgets.parts.tasks import TrainRow, fill_dock, plain_viewer, state_of
from napari_seewhy.widgets.parts.viewer import follow, telling_errors, theme_colors

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_seewhy.progress import Task


class TrainDock(QWidget):
    """A plan, the curves of its training, and continuing where a training was stopped.

    Parameters
    ----------
    napari_viewer
        As napari hands it to a plugin.
    title, purpose
        What the button says, and what the widget is for.
    steps
        Trains a job: a generator function with the argument `resume`.
    form, view
        Make what is asked and what is shown, from the viewer itself. The form has `job`, `missing`,
        `suggest_name` and the signal `changed`; the view `begin`, `add`, `stop`, `finish`,
        `set_colors` and the signal `go_on_clicked`.
    """

    def __init__(
        self,
        napari_viewer: Any,
        title: str,
        purpose: str,
        steps: Callable[..., Task[Any]],
        form: Callable[[Any], Any],
        view: Callable[[Any], Any],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewer = plain_viewer(napari_viewer)
        self._title, self._steps = title, steps
        self._job: Any = None
        said = QLabel(purpose)
        said.setWordWrap(True)
        self._form, self._view = form(self._viewer), view(self._viewer)
        self._task_row = TrainRow(state_of(self._viewer), title)
        plan, self._result = QWidget(), QWidget()
        fill_dock(plan, [said, self._form], [])
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
        self._task_row.running_changed.connect(self._refresh)
        follow(self._viewer.events.theme, self._on_theme_changed)
        self._on_theme_changed()
        self._refresh()

    def train(self) -> None:
        """Train the network that is planned in the form."""
        with telling_errors():
            job = self._form.job()
            self._run(job, self._steps, resume=job.can_go_on and self._ask_to_go_on(job.name))

    def go_on(self) -> None:
        """Continue with the training that was stopped."""
        if self._job is not None:
            self._run(self._job, self._steps, resume=True)

    def _ask_to_go_on(self, name: str) -> bool:
        question = f"A training of {name} was stopped. Continue it? No starts from the beginning."
        answer = QMessageBox.question(self, self._title, question)
        return bool(answer == QMessageBox.StandardButton.Yes)

    def _run(self, job: Any, steps: Callable[..., Task[Any]], **how: bool) -> None:
        self._job = job
        self._view.begin(job)
        self._tabs.setCurrentWidget(self._result)
        self._task_row.run(steps, job, on_result=self._on_trained, **how)

    def _on_trained(self, trained: Any) -> None:
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
