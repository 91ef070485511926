"""Running tasks in a real child process."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest

from napari_seewhy.engine import Cancelled, Failed, Finished, Stepped, TaskRunner, Warned
from napari_seewhy.errors import DataError, TaskError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


def test_a_task_reports_its_steps_and_then_its_result(runner, tasks, drain) -> None:
    runner.start(tasks.count, 3)
    assert runner.is_running
    *steps, end = drain(runner)
    assert end.result == 3
    assert all(event.step.message == "Counting" for event in steps)
    assert not runner.is_running


def test_arrays_go_there_and_come_back(runner, tasks, drain) -> None:
    pixels = np.arange(2_000_000, dtype=np.int32).reshape(2, 1000, 1000)
    runner.start(tasks.double, pixels[:, ::2])
    np.testing.assert_array_equal(drain(runner)[-1].result, pixels[:, ::2] * 2)


def test_the_child_stays_for_the_next_task(runner, tasks, drain) -> None:
    runner.start(tasks.tell_main)
    first = drain(runner)[-1].result
    runner.start(tasks.tell_main)
    assert drain(runner)[-1].result == first


def test_the_child_never_imports_qt_nor_napari(runner, tasks, drain) -> None:
    runner.start(tasks.list_modules)
    tops = {name.split(".")[0] for name in drain(runner)[-1].result}
    assert "napari_seewhy" in tops
    assert not tops & {"qtpy", "PyQt5", "PyQt6", "PySide6", "napari", "vispy", "magicgui", "torch"}


def test_many_steps_are_thinned_out(runner, tasks, drain) -> None:
    runner.start(tasks.count, 100_000)
    events = drain(runner)
    assert events[-1].result == 100_000
    assert len(events) < 1000


def test_a_step_that_says_something_once_is_not_thinned_out(runner, tasks, drain) -> None:
    runner.start(tasks.measure_once, 1000)
    *steps, _ = drain(runner)
    assert [event.step.figure for event in steps if hasattr(event.step, "figure")] == [2]
    runner.start(tasks.measure_then_count, 1000)
    *steps, _ = drain(runner)
    assert [event.step.figure for event in steps if hasattr(event.step, "figure")] == [1]


def test_the_step_before_a_long_wait_is_shown(runner, tasks, wait_until) -> None:
    runner.start(tasks.say_saving, 1000)
    seen: list[str] = []

    def has_come() -> bool:
        seen.extend(e.step.message for e in runner.poll() if isinstance(e, Stepped))
        return "Saving" in seen

    wait_until(has_come)


def test_a_refusal_travels_with_its_kind_and_sentence(runner, tasks, drain) -> None:
    runner.start(tasks.refuse)
    error = drain(runner)[-1].error
    assert type(error) is DataError
    assert str(error) == "The image is too small; take a larger one."


def test_an_unexpected_error_is_one_sentence_with_its_traceback_as_a_note(
    runner, tasks, drain
) -> None:
    runner.start(tasks.divide_by_zero)
    error = drain(runner)[-1].error
    assert type(error) is TaskError
    assert "ZeroDivisionError: division by zero" in str(error)
    assert "fake_tasks.py" in error.__notes__[0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("use_up_memory", "not enough memory; nothing was changed"),
        ("leave", "was ended from outside (exit status 3); nothing was changed"),
        ("return_a_function", "pickle"),
        ("refuse_unreadably", "What the task returned cannot be read (TypeError: "),
        pytest.param(
            "be_killed",
            "ran out of memory or was ended from outside (SIGKILL); nothing was changed",
            marks=pytest.mark.skipif(os.name == "nt", reason="Windows has no signals."),
        ),
        pytest.param(
            "crash",
            "A library crashed in the child process (SIGSEGV); nothing was changed",
            marks=pytest.mark.skipif(os.name == "nt", reason="Windows has no signals."),
        ),
    ],
)
def test_the_child_may_die_in_any_way_and_the_next_task_runs(
    runner, tasks, drain, name: str, words: str
) -> None:
    runner.start(getattr(tasks, name))
    end = drain(runner)[-1]
    assert isinstance(end, Failed)
    assert isinstance(end.error, TaskError)
    assert words in str(end.error)
    runner.start(tasks.count, 2)
    assert drain(runner)[-1].result == 2


def test_a_task_whose_child_dies_before_the_first_answer_is_started_once_more(
    runner, tasks, drain, tmp_path: Path
) -> None:
    runner.start(tasks.die_once, str(tmp_path / "once"))
    events = drain(runner)
    assert isinstance(events[-1], Finished)
    assert events[-1].result == "done"
    runner.start(tasks.die_always, str(tmp_path / "always"))
    end = drain(runner)[-1]
    assert isinstance(end, Failed)
    assert "exit status 9" in str(end.error)
    assert (tmp_path / "always").read_text() == "xx"


def test_a_child_that_was_killed_while_idle_is_replaced(runner, tasks, drain) -> None:
    runner.start(tasks.count, 2)
    drain(runner)
    child = psutil.Process(runner.child_pid)
    child.kill()
    child.wait(10)
    runner.start(tasks.count, 5)
    assert drain(runner)[-1].result == 5


def test_a_task_that_cannot_be_handed_over_fails_and_says_so(runner, drain) -> None:
    runner.start(lambda: None)
    error = drain(runner)[-1].error
    assert "cannot be handed to the child process" in str(error)


def test_cancel_stops_at_the_next_step_and_lets_the_task_clean_up(
    runner, tasks, wait_until, drain, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    runner.start(tasks.never_end, str(trace))
    wait_until(runner.poll)
    child = runner.child_pid
    runner.cancel()
    assert drain(runner)[-1] == Cancelled()
    assert trace.read_text() == "tidy"
    assert runner.child_pid == child


def test_cancel_kills_a_task_that_comes_to_no_step(runner, tasks, wait_until, drain) -> None:
    runner.start(tasks.hang)
    wait_until(runner.poll)
    runner.cancel()
    assert drain(runner) == [Cancelled()]
    runner.start(tasks.count, 1)
    assert isinstance(drain(runner)[-1], Finished)


def test_a_result_that_comes_after_cancel_is_dropped(runner, tasks, drain) -> None:
    runner.start(tasks.count, 1)
    runner.cancel()
    assert drain(runner)[-1] == Cancelled()


def test_a_late_cancel_does_not_meet_the_next_task(runner, tasks, drain) -> None:
    for _ in range(5):
        runner.start(tasks.count, 1)
        runner.cancel()
        drain(runner)
        runner.start(tasks.count, 1)
        assert drain(runner)[-1].result == 1


def test_a_second_task_is_refused_while_one_runs(runner, tasks) -> None:
    runner.start(tasks.never_end)
    with pytest.raises(TaskError, match="running already"):
        runner.start(tasks.count, 1)


def test_only_our_own_warnings_reach_the_window(runner, tasks, drain) -> None:
    runner.start(tasks.warn)
    warned = [event.message for event in drain(runner) if isinstance(event, Warned)]
    assert warned == ["Pixels are not square."]


def test_the_child_ends_after_idle_time(tasks, drain, wait_until) -> None:
    runner = TaskRunner(idle_s=0.05)
    runner.start(tasks.count, 1)
    pid = runner.child_pid
    drain(runner)
    wait_until(lambda: not psutil.pid_exists(pid))
    assert runner.child_pid is None


def test_close_ends_the_child_and_its_task(runner, tasks, wait_until, tmp_path: Path) -> None:
    runner.start(tasks.never_end, str(tmp_path / "trace"))
    wait_until(runner.poll)
    pid = runner.child_pid
    runner.close()
    assert not runner.is_running
    assert runner.poll() == []
    wait_until(lambda: not psutil.pid_exists(pid))
    assert (tmp_path / "trace").read_text() == "tidy"


def test_close_kills_a_child_that_hangs(runner, tasks, wait_until) -> None:
    runner.start(tasks.hang)
    wait_until(runner.poll)
    pid = runner.child_pid
    runner.close()
    wait_until(lambda: not psutil.pid_exists(pid))


SCRIPT = """
    import os, sys, time
    sys.path.insert(0, {folder!r})
    import fake_tasks
    from napari_seewhy.engine import TaskRunner

    # No guard of __main__: a child that ran this again would start children without end.
    runner = TaskRunner()
    runner.start(fake_tasks.{task})
    while runner.is_running:
        for event in runner.poll():
            print(runner.child_pid, getattr(event, "result", ""), flush=True)
        time.sleep(0.005)
"""


def start_script(folder: Path, tasks: ModuleType, task: str) -> subprocess.Popen[str]:
    path = folder / "script.py"
    tests = str(Path(tasks.__file__).parent)
    path.write_text(textwrap.dedent(SCRIPT).format(folder=tests, task=task))
    return subprocess.Popen([sys.executable, path], stdout=subprocess.PIPE, text=True)


def test_the_users_script_is_not_run_again_in_the_child(tasks, tmp_path: Path) -> None:
    with start_script(tmp_path, tasks, "tell_main") as script:
        output, _ = script.communicate(timeout=60)
    assert script.returncode == 0
    assert output.splitlines()[-1].endswith(", '')")


def test_the_child_ends_when_the_window_is_killed(
    tasks, tmp_path: Path, wait_until: Callable[[Callable[[], object]], None]
) -> None:
    with start_script(tmp_path, tasks, "never_end") as script:
        pid = int(script.stdout.readline().split()[0])
        assert psutil.pid_exists(pid)
        script.kill()
    wait_until(lambda: not psutil.pid_exists(pid))
