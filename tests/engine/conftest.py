"""A runner, tasks for it, and waiting for them without guessing how long they take."""

from __future__ import annotations

import importlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from napari_seewhy.engine import Cancelled, Event, Failed, Finished, TaskRunner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The fake tasks, where the child finds them too."""
    monkeypatch.syspath_prepend(Path(__file__).parent)
    return importlib.import_module("fake_tasks")


@pytest.fixture
def runner() -> Iterator[TaskRunner]:
    runner = TaskRunner(grace_s=0.3)
    yield runner
    runner.close()


@pytest.fixture
def wait_until() -> Callable[[Callable[[], object]], None]:
    """Wait until a condition comes true; fail when it does not in half a minute."""

    def wait(is_true: Callable[[], object]) -> None:
        end = time.monotonic() + 30
        while not is_true():
            assert time.monotonic() < end, "It did not happen in time."
            time.sleep(0.005)

    return wait


@pytest.fixture
def drain(
    wait_until: Callable[[Callable[[], object]], None],
) -> Callable[[TaskRunner], list[Event]]:
    """Collect all events of the running task, up to and including its end."""

    def collect(runner: TaskRunner) -> list[Event]:
        events: list[Event] = []

        def has_ended() -> bool:
            events.extend(runner.poll())
            return bool(events) and isinstance(events[-1], Finished | Failed | Cancelled)

        wait_until(has_ended)
        return events

    return collect
