"""`TaskRow`: the row at the foot of every widget that runs, shows and cancels its task."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QTimer, Signal
from qtpy.QtGui import QGuiApplication
from qtpy.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from napari_seewhy.engine import Cancelled, Failed, Finished, Stepped, Warned
from napari_seewhy.errors import TaskError
from napari_seewhy.pages import literal
from napari_seewhy.progress import Step
from napari_seewhy.widgets.parts.tasks.pace import Pace
from napari_seewhy.widgets.parts.viewer import (
    at_end_of,
    follow,
    tell_error,
    tell_warning,
    telling_errors,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_seewhy.engine import Event
    from napari_seewhy.errors import SeewhyError
    from napari_seewhy.progress import Task
    from napari_seewhy.widgets.parts.tasks.state import ViewerState

_POLL_MS = 30


class TaskRow(QWidget):
    """Idle -> running -> stopping -> idle; one task at a time for each state.

    Parameters
    ----------
    state
        Of the viewer: `state_of(viewer)`; for short work `state_of(viewer).beside`.
    title
        What the button says while nothing runs, a verb first: "Segment cells".
    """

    run_clicked = Signal()
    """The person wants the task to run; answer with `run`."""

    running_changed = Signal(bool)

    def __init__(self, state: ViewerState, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._title = title
        self._missing = ""
        self._is_running = False
        self._is_stopping = False
        self._has_failed = False
        self._on_result: Callable[[Any], object] | None = None
        self._text = ""
        self._details = ""
        self._pace = Pace()

        self._bar = QProgressBar()
        self._message = QLabel()
        self._message.setWordWrap(True)
        self._button = QPushButton()
        self._details_button = QPushButton("Copy details")
        self._details_button.setToolTip("Copies what a developer needs to find the cause.")
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._lay_out()

        self._button.clicked.connect(self._on_clicked)
        self._details_button.clicked.connect(self._on_copy)
        self._timer.timeout.connect(self._on_poll)
        follow(state.events.busy, self._refresh)
        follow(state.events.left, self._refresh)
        state.join()
        at_end_of(self, partial(_leave, state, title))
        self._refresh()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self._button, 1)
        buttons.addWidget(self._details_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(9, 4, 9, 9)
        layout.addWidget(self._message)
        layout.addWidget(self._bar)
        layout.addLayout(buttons)

    @property
    def is_running(self) -> bool:
        """Whether this row's task runs."""
        return self._is_running

    @property
    def message(self) -> str:
        """The line above the button: the step, what came out, or why nothing did."""
        return self._message.text()

    @property
    def has_failed(self) -> bool:
        """Whether the last task ended with an error."""
        return self._has_failed

    def set_missing(self, missing: str) -> None:
        """Say what is missing before the task can run ("Open an image first."); "" = nothing."""
        self._missing = missing
        self._refresh()

    def show_message(self, message: str) -> None:
        """Show a line above the button, such as what came out."""
        self._details = ""
        self._text = message
        self._refresh()

    def run(
        self,
        function: Callable[..., Task[Any]],
        *args: Any,
        on_result: Callable[[Any], object],
        **kwargs: Any,
    ) -> None:
        """Run ``function(*args, **kwargs)`` in the child process.

        Parameters
        ----------
        function
            A generator function of the core, such as `segment_steps`.
        on_result
            Gets what the task returns, and is called only on success: a bound method, or a
            `partial` of one that carries what the result belongs to.
        """
        with telling_errors():
            if self._state.busy:
                raise TaskError(f"{self._state.busy} is running; wait for its end or cancel it.")
            self._state.runner.start(function, *args, **kwargs)
            self._on_result = on_result
            self._is_running, self._is_stopping, self._has_failed = True, False, False
            self._details = ""
            self._pace = Pace()
            self._show_step(Step(0, 0, "Starting"))
            self._timer.start()
            self._state.busy = self._title
            self.running_changed.emit(True)

    def cancel(self) -> None:
        """Ask the task to stop; it is ended by force if it does not soon."""
        if self._is_running:
            self._state.runner.cancel()
            self._is_stopping = True
            self._text = "Stopping ..."
            self._refresh()

    def _on_clicked(self) -> None:
        if self._is_running:
            self.cancel()
        else:
            self.run_clicked.emit()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self._message.text()}\n\n{self._details}")

    def _on_poll(self) -> None:
        for event in self._state.runner.poll():
            self._on_event(event)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Stepped):
            if not self._is_stopping:
                self._show_step(event.step)
            return
        if isinstance(event, Warned):
            tell_warning(event.message)
            return
        on_result, self._on_result = self._on_result, None
        self._timer.stop()
        self._is_running = self._is_stopping = False
        self._text = "Cancelled; nothing was changed." if event == Cancelled() else ""
        self._state.busy = self._state.left = ""
        self.running_changed.emit(False)
        if isinstance(event, Failed):
            self._show_error(event.error)
        elif isinstance(event, Finished) and on_result is not None:
            with telling_errors():
                on_result(event.result)

    def _show_step(self, step: Step) -> None:
        # A range from 0 to 0 is Qt's bar that only says "busy".
        self._bar.setRange(0, step.total)
        self._bar.setValue(step.done)
        self._text = step.message
        self._state.left = self._pace.say_left(step)
        self._refresh()

    def _show_error(self, error: SeewhyError) -> None:
        self._text, self._has_failed = str(error), True
        if isinstance(error, TaskError):
            self._details = "\n".join(getattr(error, "__notes__", ()))
        self._refresh()
        tell_error(str(error))

    def _refresh(self) -> None:
        """Make the row agree with its state."""
        busy_elsewhere = "" if self._is_running else self._state.busy
        left = f" ({self._state.left})" if self._state.left else ""
        waits_for = (
            f"{busy_elsewhere} is running{left}; wait for its end." if busy_elsewhere else ""
        )
        tooltip = waits_for or self._missing
        can_run = not tooltip
        self._bar.setVisible(self._is_running)
        # Why the button is grey stands beside it, also below what came out before.
        lines = dict.fromkeys(filter(None, (self._text, tooltip)))
        self._message.setText(literal("\n".join(lines)))
        self._message.setVisible(bool(self._message.text()))
        self._details_button.setVisible(bool(self._details))
        self._button.setText("Cancel" if self._is_running else self._title)
        self._button.setEnabled(not self._is_stopping if self._is_running else can_run)
        self._button.setToolTip(
            "Stops the task; nothing is changed."
            if self._is_running
            else literal(tooltip) or "Runs on the CPU in a process of its own; napari stays usable."
        )


def _leave(state: ViewerState, title: str) -> None:
    """When a row is gone with its widget, so is its task, and with the last row the child."""
    if state.busy == title:
        state.runner.close()
        state.busy = state.left = ""
    state.leave()
