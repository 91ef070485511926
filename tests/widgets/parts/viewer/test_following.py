"""Widgets and viewers that are collected together leave nothing behind, and end no program."""

from __future__ import annotations

import subprocess
import sys

import pytest
from qtpy.QtWidgets import QWidget

from napari_seewhy.widgets.parts.viewer.following import at_end_of

pytestmark = pytest.mark.widgets

COLLECT = """
import gc, weakref
from napari.components import ViewerModel
from qtpy.QtWidgets import QApplication, QWidget
from napari_seewhy.widgets.parts.cells.clicks import CellClicks
from napari_seewhy.widgets.parts.viewer.following import _WAITING, follow
from napari_seewhy.widgets.parts.tasks.state import state_of
from napari_seewhy.widgets.parts.tasks.task_row import TaskRow

app = QApplication([])


class Listener(QWidget):
    def __init__(self, viewer):
        super().__init__()
        self.viewer = viewer
        self.row = TaskRow(state_of(viewer), "Count", self)
        self.clicks = CellClicks(viewer, lambda: None, self)
        follow(viewer.events.theme, self.listen)
        follow(viewer.layers.events.inserted, self.listen)

    def listen(self, event):
        raise AssertionError("gone")


for _ in range(5):
    viewer = ViewerModel()
    listener = Listener(viewer)
    viewer.layers.listener = listener  # a circle
    states = state_of(viewer)
    known = weakref.ref(viewer), weakref.ref(listener)
    del viewer, listener
    gc.collect()
    app.processEvents()
    print([one() for one in known], len(_WAITING), states._n_users)
"""


def test_a_widget_and_its_viewer_that_are_collected_together_end_no_program():
    done = subprocess.run(
        [sys.executable, "-c", COLLECT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["[None, None] 0 0"] * 5


def test_what_waits_for_the_end_of_a_widget_is_done_once(qtbot):
    owner, ends = QWidget(), []
    at_end_of(owner, lambda: ends.append("end"))
    with qtbot.waitSignal(owner.destroyed):
        owner.deleteLater()
    assert ends == ["end"]
    del owner
    assert ends == ["end"]
