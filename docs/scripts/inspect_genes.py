"""Make the screenshot of the widget that inspects pictures of genes.

`python docs/scripts/inspect_genes.py PICTURES TREE`: the folder that `seewhy epigenome draw` wrote,
and a tree; for that in `docs/images` they are the pictures of `docs/tutorials/epigenome.md` and
`genes-simulated`. Needs a screen (a real one or Xvfb).
"""

import sys
from pathlib import Path

import napari
from qtpy.QtCore import QEventLoop
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

from napari_seewhy.widgets.parts.tasks.task_row import TaskRow

PLUGIN = "napari-seewhy"
IMAGES = Path(__file__).parents[1] / "images"
REST_MS = 800


def run(row: TaskRow) -> None:
    loop = QEventLoop()
    row.running_changed.connect(lambda on: None if on else loop.quit())
    row.run_clicked.emit()
    loop.exec()


def photograph(viewer: napari.Viewer, name: str) -> None:
    QTest.qWait(REST_MS)
    viewer.reset_view()
    QTest.qWait(REST_MS)
    # What napari says of PyQt5 would lie over the picture.
    for notice in QApplication.allWidgets():
        if type(notice).__name__ == "NapariQtNotification":
            notice.hide()
    viewer.screenshot(str(IMAGES / f"{name}.png"), canvas_only=False, flash=False)


def main() -> None:
    pictures, tree = map(Path, sys.argv[1:3])
    viewer = napari.Viewer()
    viewer.window.resize(1500, 950)
    _, widget = viewer.window.add_plugin_dock_widget(PLUGIN, "Inspect gene pictures")
    widget._view.reader.setEditText("AB")
    widget.open(pictures)
    widget._setup.tree.choose(tree)
    run(widget._classify_row)
    run(widget._explain_row)
    keep = widget._view.keep
    keep.setCurrentText("induction")
    keep.activated.emit(keep.currentIndex())
    photograph(viewer, "inspect_genes")
    viewer.close()


if __name__ == "__main__":
    main()
