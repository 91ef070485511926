"""The row that runs, shows and cancels a task: real clicks, a real child process."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from qtpy.QtCore import Qt
from qtpy.QtGui import QGuiApplication
from qtpy.QtWidgets import QLabel, QProgressBar, QPushButton, QWidget

from napari_seewhy.widgets.parts.tasks.state import ViewerState, state_of
from napari_seewhy.widgets.parts.tasks.task_row import TaskRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.widgets


class Owner(QWidget):
    """A widget as ours are: it runs a task when asked to, and keeps the results."""

    def __init__(self, state: ViewerState, title: str = "Count cells") -> None:
        super().__init__()
        self.row = TaskRow(state, title, self)
        self.results: list[Any] = []
        self.job: tuple[Any, ...] = ()
        self.row.run_clicked.connect(self._on_run_clicked)

    def _on_run_clicked(self) -> None:
        self.row.run(*self.job, on_result=self._on_result)

    def _on_result(self, result: Any) -> None:
        self.results.append(result)

    @property
    def button(self) -> QPushButton:
        return self.row.findChildren(QPushButton)[0]

    @property
    def details_button(self) -> QPushButton:
        return self.row.findChildren(QPushButton)[1]

    @property
    def message(self) -> str:
        return self.row.findChild(QLabel).text()

    def click(self, qtbot: QtBot) -> None:
        qtbot.mouseClick(self.button, Qt.MouseButton.LeftButton)

    def run_to_the_end(self, qtbot: QtBot, *job: Any) -> None:
        self.job = job
        with qtbot.waitSignal(self.row.running_changed, check_params_cb=lambda on: not on):
            self.click(qtbot)


@pytest.fixture
def state() -> Iterator[ViewerState]:
    state = ViewerState()
    yield state
    state.runner.close()


@pytest.fixture
def owner(qtbot: QtBot, state: ViewerState) -> Owner:
    owner = Owner(state)
    qtbot.addWidget(owner)
    owner.show()
    return owner


def test_a_click_runs_the_task_and_hands_over_its_result(owner, tasks, qtbot) -> None:
    owner.run_to_the_end(qtbot, tasks.count, 3)
    assert owner.results == [3]
    assert owner.button.text() == "Count cells"
    assert owner.button.isEnabled()


def test_while_it_runs_the_step_is_shown_and_the_button_cancels(owner, tasks, qtbot) -> None:
    owner.job = (tasks.never_end,)
    owner.click(qtbot)
    qtbot.waitUntil(lambda: owner.message == "Going on")
    assert owner.row.is_running
    assert owner.button.text() == "Cancel"
    assert owner.row.findChild(QProgressBar).isVisible()

    owner.click(qtbot)
    assert not owner.button.isEnabled()
    qtbot.waitUntil(lambda: not owner.row.is_running)
    assert owner.results == []
    assert owner.message == "Cancelled; nothing was changed."
    assert not owner.row.findChild(QProgressBar).isVisible()


def test_progress_is_drawn_in_the_bar(owner, tasks, qtbot) -> None:
    owner.job = (tasks.say_saving, 1000)
    owner.click(qtbot)
    bar = owner.row.findChild(QProgressBar)
    qtbot.waitUntil(lambda: bar.value() == 2)
    assert bar.maximum() == 2


def test_a_refusal_is_one_sentence_in_napari_and_in_the_row(owner, tasks, qtbot, told) -> None:
    owner.run_to_the_end(qtbot, tasks.refuse)
    assert told == ["The image is too small; take a larger one."]
    assert owner.message == told[0]
    assert owner.results == []
    assert not owner.details_button.isVisible()


def test_the_details_of_a_crash_can_be_copied(owner, tasks, qtbot, told) -> None:
    owner.run_to_the_end(qtbot, tasks.divide_by_zero)
    assert len(told) == 1
    qtbot.mouseClick(owner.details_button, Qt.MouseButton.LeftButton)
    assert "fake_tasks.py" in QGuiApplication.clipboard().text()


def test_after_a_crash_the_next_click_runs(owner, tasks, qtbot, told) -> None:
    owner.run_to_the_end(qtbot, tasks.leave)
    assert "nothing was changed" in told[0]
    owner.run_to_the_end(qtbot, tasks.count, 2)
    assert owner.results == [2]


def test_warnings_of_the_task_reach_napari(owner, tasks, qtbot, told) -> None:
    owner.run_to_the_end(qtbot, tasks.warn)
    assert told == ["Pixels are not square."]


def test_what_is_missing_is_said_and_keeps_the_button_off(owner, qtbot) -> None:
    owner.row.set_missing("Open an image first.")
    assert owner.message == "Open an image first."
    assert not owner.button.isEnabled()
    owner.row.set_missing("")
    assert owner.message == ""
    assert owner.button.isEnabled()


def test_one_task_at_a_time_in_a_viewer(owner, state, tasks, qtbot, told) -> None:
    other = Owner(state, "Measure cells")
    qtbot.addWidget(other)
    owner.job = (tasks.never_end,)
    owner.click(qtbot)
    assert not other.button.isEnabled()
    assert other.message == "Count cells is running; wait for its end."

    other.job = (tasks.count, 1)
    other.row.run_clicked.emit()
    assert told == ["Count cells is running; wait for its end or cancel it."]

    owner.click(qtbot)
    qtbot.waitUntil(other.button.isEnabled)


def test_short_work_goes_on_beside_a_long_task(owner, state, tasks, qtbot) -> None:
    short = Owner(state.beside, "Measure cells")
    qtbot.addWidget(short)
    owner.job = (tasks.never_end,)
    owner.click(qtbot)
    assert short.button.isEnabled()
    short.run_to_the_end(qtbot, tasks.count, 3)
    assert short.results == [3]
    assert owner.row.is_running
    owner.click(qtbot)
    qtbot.waitUntil(lambda: not owner.row.is_running)
    state.beside.runner.close()


def test_what_waits_says_how_long_the_other_still_takes(owner, state, qtbot) -> None:
    other = Owner(state, "Classify cells")
    qtbot.addWidget(other)
    state.busy, state.left = "Train classifier", "at most 3 min left"
    assert other.message == "Train classifier is running (at most 3 min left); wait for its end."
    assert other.button.toolTip() == other.message
    state.busy = state.left = ""
    assert other.button.isEnabled()


def test_when_the_last_row_goes_its_task_and_the_child_end(state, tasks, qtbot) -> None:
    owner = Owner(state)
    owner.job = (tasks.never_end,)
    owner.row.run(*owner.job, on_result=owner._on_result)
    pid = state.runner.child_pid
    with qtbot.waitSignal(owner.row.destroyed):
        owner.deleteLater()
    assert state.busy == ""
    qtbot.waitUntil(lambda: not psutil.pid_exists(pid))


def test_a_row_that_is_collected_while_its_task_runs_frees_the_others(state, tasks, qtbot) -> None:
    lost, other = Owner(state), Owner(state, "Measure cells")
    qtbot.addWidget(other)
    lost.row.run(tasks.never_end, on_result=lost._on_result)
    pid = state.runner.child_pid
    assert not other.button.isEnabled()

    lost.circle = lost
    del lost
    gc.collect()
    qtbot.waitUntil(other.button.isEnabled)
    assert other.message == ""
    qtbot.waitUntil(lambda: not psutil.pid_exists(pid))


def test_the_child_ends_with_the_viewer(make_napari_viewer, tasks, qtbot) -> None:
    viewer = make_napari_viewer()
    state = state_of(viewer)
    owner = Owner(state)
    viewer.window.add_dock_widget(owner)
    owner.row.run(tasks.never_end, on_result=owner._on_result)
    pid = state.runner.child_pid
    viewer.close()
    qtbot.waitUntil(lambda: not psutil.pid_exists(pid))


def test_the_state_is_shared_by_all_widgets_of_a_viewer_and_no_other(viewer) -> None:
    from napari.components import ViewerModel
    from napari.utils._proxies import PublicOnlyProxy

    assert state_of(viewer) is state_of(PublicOnlyProxy(viewer))
    assert state_of(viewer) is not state_of(ViewerModel())


def test_why_a_button_is_grey_stands_beside_it_below_what_came_out(owner, tasks, qtbot) -> None:
    owner.row.show_message("5 cells measured.")
    owner.row.set_missing("Open an image first.")
    assert owner.message == "5 cells measured.\nOpen an image first."
    owner.row.set_missing("")
    assert owner.message == "5 cells measured."
