"""The window of the demo: opens widgets as a person does, waits for tasks, takes pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import TaskError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari_seewhy.widgets.parts.tasks import TaskRow

PLUGIN = "napari-seewhy"

_WINDOW_PX = (1500, 950)
_LONGEST_MS = 300_000
_REST_MS = 600
"""How long a window lives before its picture is taken: small pictures in lists come bit by bit."""


class DemoWindow:
    """A real napari window and the folder that its pictures go to.

    Parameters
    ----------
    viewer
        A napari viewer with its window.
    out
        Folder of the pictures.
    """

    def __init__(self, viewer: Any, out: Path) -> None:
        self.viewer = viewer
        self.out = out
        viewer.window.resize(*_WINDOW_PX)

    def clear(self) -> None:
        """Take away the layers and widgets of what was before."""
        self.viewer.window.remove_dock_widget("all")
        self.viewer.layers.clear()
        self.viewer.grid.enabled = False

    def open_sample(self, key: str) -> None:
        """Open sample data in an empty window."""
        self.clear()
        self.viewer.open_sample(PLUGIN, key)
        self.viewer.reset_view()

    def open(self, name: str) -> Any:
        """Open a widget as the menu does, in front of those that are open already."""
        dock, widget = self.viewer.window.add_plugin_dock_widget(PLUGIN, name, tabify=True)
        dock.show()
        dock.raise_()
        return widget

    def wait_for(self, row: TaskRow, start: Callable[[], object]) -> None:
        """Start a task and let the window live until it has ended.

        Raises
        ------
        TaskError
            If it does not start, fails, or takes too long.
        """
        from qtpy.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        alarm = QTimer()
        alarm.setSingleShot(True)
        alarm.timeout.connect(loop.quit)
        row.running_changed.connect(loop.quit)
        start()
        if not row.is_running:
            raise TaskError(f"The demo cannot continue: {row.message}")
        alarm.start(_LONGEST_MS)
        loop.exec()
        row.running_changed.disconnect(loop.quit)
        if row.is_running or row.has_failed:
            raise TaskError(f"The demo cannot continue: {row.message}")

    def photograph(self, name: str) -> None:
        """Save a picture of the whole window once it has been painted."""
        from qtpy.QtCore import QEventLoop, QTimer
        from qtpy.QtWidgets import QApplication

        loop = QEventLoop()
        QTimer.singleShot(_REST_MS, loop.quit)
        loop.exec()
        # A notice of napari about the computer covers the picture until somebody closes it.
        for notice in QApplication.allWidgets():
            if type(notice).__name__ == "NapariQtNotification":
                notice.hide()
        path = str(self.out / f"{name}.png")
        self.viewer.screenshot(path, canvas_only=False, flash=False)
