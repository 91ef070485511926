"""A real viewer, and the child process watched by way of Qt's own loop."""

from __future__ import annotations

import gc
import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from npe2 import PluginManifest
from qtpy.QtCore import QEvent, QPointF, Qt
from qtpy.QtGui import QMouseEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

from napari_seewhy.engine import TaskRunner
from napari_seewhy.widgets.parts.tasks.state import ViewerState, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

    from napari import Viewer
    from napari.layers import Layer
    from pytestqt.qtbot import QtBot
    from qtpy.QtWidgets import QPushButton, QWidget

    from napari_seewhy.widgets.parts.tasks.task_row import TaskRow

FAKE_TASKS = Path(__file__).parents[1] / "engine"


@pytest.fixture(scope="session", autouse=True)
def installed_plugins() -> Iterator[None]:
    """Read the manifests of installed plugins once; napari reads them for every viewer."""
    found = list(PluginManifest.discover())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PluginManifest, "discover", lambda paths=(): iter(found))
        yield


@pytest.fixture(scope="module", autouse=True)
def frozen_modules(installed_plugins: None) -> None:
    """Exempt what is loaded by now from the garbage collections that napari runs."""
    gc.collect()
    gc.freeze()


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


@pytest.fixture(scope="session")
def warm_runner() -> Iterator[TaskRunner]:
    """One child for all tests that need torch: loading it takes seconds."""
    runner = TaskRunner()
    yield runner
    runner.close()


@pytest.fixture
def dock(
    viewer: Viewer, warm_runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> Callable[[type[QWidget], str], QWidget]:
    """Put a widget into the viewer's window; its tasks run in the warm child, which outlives it."""
    state_of(viewer)._runner = state_of(viewer).beside._runner = warm_runner
    monkeypatch.setattr(ViewerState, "leave", lambda _: None)

    def dock(kind: type[QWidget], name: str) -> QWidget:
        widget = kind(viewer)
        viewer.window.add_dock_widget(widget, name=name)
        return widget

    return dock


@pytest.fixture
def click(qtbot: QtBot) -> Callable[[QPushButton], None]:
    """Click a button."""
    return lambda button: qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def run_task(qtbot: QtBot, click: Callable[[QPushButton], None]) -> Callable[..., None]:
    """Click a button that starts the task of a row, its own if none is given; wait for the end."""

    def run_task(row: TaskRow, button: QPushButton | None = None) -> None:
        with qtbot.waitSignal(
            row.running_changed, timeout=120_000, check_params_cb=lambda on: not on
        ):
            click(button or row._button)

    return run_task


class Hand:
    """Presses, drags and lets go the real mouse on the viewer's canvas."""

    def __init__(self, viewer: Viewer) -> None:
        self._canvas = viewer.window._qt_viewer.canvas
        viewer.reset_view()

    def click(self, layer: Layer, place: Sequence[float]) -> None:
        """Click the middle of a pixel of a layer."""
        self.drag(layer, [place])

    def drag(self, layer: Layer, places: Sequence[Sequence[float]]) -> None:
        """Press at the first place, move over the others, let go at the last."""
        points = [self._point(layer, place) for place in places]
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        self._move(points[0], none)
        self._send(QEvent.Type.MouseButtonPress, points[0], left, left)
        for point in points[1:]:
            self._move(point, left)
        self._send(QEvent.Type.MouseButtonRelease, points[-1], left, none)

    def _move(self, point: QPointF, held: Qt.MouseButton) -> None:
        # vispy drops moves that come faster than a hand's, one in 10 ms; napari puts them off by 5.
        self._canvas.native._last_time = 0
        self._send(QEvent.Type.MouseMove, point, Qt.MouseButton.NoButton, held)
        QTest.qWait(15)
        # On a busy computer the wait may end before what was put off has been done.
        QApplication.processEvents()

    def _point(self, layer: Layer, place: Sequence[float]) -> QPointF:
        node = self._canvas.layer_to_visual[layer].node
        # The middle of a pixel is at whole numbers in napari and at halves in vispy.
        x, y, _, w = node.get_transform("visual", "canvas").map([place[1] + 0.5, place[0] + 0.5])
        return QPointF(x / w, y / w)

    def _send(
        self, kind: QEvent.Type, point: QPointF, button: Qt.MouseButton, held: Qt.MouseButton
    ) -> None:
        plain = Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, point, point, button, held, plain)
        QApplication.sendEvent(self._canvas.native, event)


@pytest.fixture
def hand(viewer: Viewer) -> Callable[[], Hand]:
    """Make a hand for the layers that are in the viewer by then."""
    return lambda: Hand(viewer)
