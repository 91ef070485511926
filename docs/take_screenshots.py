"""Take the pictures of the widgets on real data: `python docs/take_screenshots.py ../shared/data`.

Needs a screen (a real one or Xvfb). The field is 512 x 512 px of human cells: DNA, PH3 and a stain
of the whole cell.
"""

import sys
from pathlib import Path

import napari
from qtpy.QtCore import QEventLoop
from qtpy.QtWidgets import QApplication

from napari_seewhy.cells import SegmentOptions
from napari_seewhy.widgets._task_row import TaskRow

PLUGIN = "napari-seewhy"
IMAGES = Path(__file__).parent / "images"


def wait(row: TaskRow) -> None:
    loop = QEventLoop()
    row.running_changed.connect(loop.quit)
    loop.exec()


def photograph(viewer: napari.Viewer, name: str) -> None:
    for _ in range(5):
        QApplication.processEvents()
    viewer.screenshot(str(IMAGES / f"{name}.png"), canvas_only=False, flash=False)


def main() -> None:
    data = Path(sys.argv[1])
    viewer = napari.Viewer()
    viewer.window.resize(1500, 950)
    docks = {}

    def show(name: str):
        docks[name], widget = viewer.window.add_plugin_dock_widget(PLUGIN, name, tabify=True)
        docks[name].raise_()
        return widget

    viewer.open(str(data / "human" / "dna_ph3_cell.ome.tif"), plugin=PLUGIN)
    segment = show("Segment cells")
    segment._form._cells.set_options(SegmentOptions(cells="watershed", cell_channel="cell"))
    segment.segment()
    wait(segment._task_row)
    viewer.reset_view()
    photograph(viewer, "segment_human")

    tidy = show("Tidy cells")
    nuclei = next(layer for layer in viewer.layers if layer.name.startswith("nuclei"))
    viewer.layers.selection.active = nuclei
    for label in (120, 121):
        tidy._on_cell_clicked(label)
    viewer.camera.zoom *= 2
    photograph(viewer, "tidy_human")
    viewer.reset_view()

    measure = show("Measure cells")
    measure.measure()
    wait(measure._task_row)
    photograph(viewer, "measure_human")

    crop = show("Crop cells")
    crop.cut()
    wait(crop._cut_row)
    photograph(viewer, "crop_human")
    viewer.close()


if __name__ == "__main__":
    main()
