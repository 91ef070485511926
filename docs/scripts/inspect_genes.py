"""Make the screenshots of the widget that inspects pictures of genes.

`python docs/scripts/inspect_genes.py PICTURES TREE`: the folder that `seewhy epigenome draw` wrote,
and the one that `seewhy epigenome train` wrote. Needs a screen (a real one or Xvfb). Those in
`docs/images` are of compounds 1 to 3 that `../shared/benchmarks/paint_tracks.py` paints onto real
lung tracks.
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
    widget._tabs.setCurrentIndex(0)
    photograph(viewer, "inspect_pictures")
    run(widget._classify_row)
    run(widget._explain_row)
    keep = widget._view.keep
    keep.setCurrentText("induction")
    keep.activated.emit(keep.currentIndex())
    photograph(viewer, "inspect_genes")
    widget._setup.apart_box.setChecked(True)
    QTest.qWait(REST_MS)
    viewer.screenshot(str(IMAGES / "inspect_halves.png"), canvas_only=False, flash=False)
    viewer.close()


if __name__ == "__main__":
    main()
