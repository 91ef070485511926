"""`TrainRow`: the task row of a training, which hands on what its steps say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal

from napari_seewhy.engine import Cancelled, Stepped
from napari_seewhy.widgets.parts.tasks.task_row import TaskRow

if TYPE_CHECKING:
    from napari_seewhy.engine import Event


class TrainRow(TaskRow):
    """A task row for a task that keeps what it has learned when it is cancelled."""

    stepped = Signal(object)
    """A `Step` of the running task."""

    stopped = Signal()
    """The task has ended because the person cancelled it."""

    def _on_event(self, event: Event) -> None:
        super()._on_event(event)
        if isinstance(event, Stepped):
            self.stepped.emit(event.step)
        elif isinstance(event, Cancelled):
            self.stopped.emit()

    def _refresh(self) -> None:
        super()._refresh()
        if self.is_running:
            self._button.setToolTip("Stops the training; the best network so far is kept.")
