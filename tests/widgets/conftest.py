"""A real viewer, and the child process watched by way of Qt's own loop."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from napari import Viewer

FAKE_TASKS = Path(__file__).parents[1] / "engine"


@pytest.fixture
def viewer(make_napari_viewer: Callable[..., Viewer]) -> Viewer:
    """A viewer in a window; napari reports widgets that outlive it."""
    return make_napari_viewer()


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Quick tasks, where the child process finds them too."""
    monkeypatch.syspath_prepend(FAKE_TASKS)
    return importlib.import_module("fake_tasks")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sentences that napari's notifications would have shown, errors and warnings."""
    messages: list[str] = []
    monkeypatch.setattr("napari.utils.notifications.show_error", messages.append)
    monkeypatch.setattr("napari.utils.notifications.show_warning", messages.append)
    return messages
