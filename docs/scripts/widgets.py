"""Make the screenshots of the widgets with real data.

    python docs/scripts/widgets.py ../shared/data

Needs a screen (a real one or Xvfb). The field is 512 x 512 px of human cells: DNA, PH3 and a stain
of the whole cell. Classified and explained are dividing cells, by a small network that learns from
DNA alone which cells of this field have PH3: it is trained here, shows what the widgets show, and
is not to be trusted on another field.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import napari
from qtpy.QtCore import QEventLoop
from qtpy.QtWidgets import QApplication

from napari_seewhy.cells import SegmentOptions
from napari_seewhy.widgets.parts.tasks.task_row import TaskRow

FIELD = Path("human") / "dna_ph3_cell.ome.tif"
PLUGIN = "napari-seewhy"
IMAGES = Path(__file__).parents[1] / "images"


def wait(row: TaskRow) -> None:
    loop = QEventLoop()
    row.running_changed.connect(loop.quit)
    loop.exec()


def photograph(viewer: napari.Viewer, name: str) -> None:
    for _ in range(5):
        QApplication.processEvents()
    # A notice of napari about the computer covers the picture until somebody closes it.
    for notice in QApplication.allWidgets():
        if type(notice).__name__ == "NapariQtNotification":
            notice.hide()
    viewer.screenshot(str(IMAGES / f"{name}.png"), canvas_only=False, flash=False)


def open_field(data: Path) -> napari.Viewer:
    viewer = napari.Viewer()
    viewer.window.resize(1500, 950)
    viewer.open(str(data / FIELD), plugin=PLUGIN)
    return viewer


def show_widget(viewer: napari.Viewer, name: str):
    dock, widget = viewer.window.add_plugin_dock_widget(PLUGIN, name, tabify=True)
    dock.raise_()
    return widget


def find_nuclei(viewer: napari.Viewer):
    return next(layer for layer in viewer.layers if layer.name.startswith("nuclei"))


def seewhy(*words: object) -> None:
    subprocess.run([Path(sys.executable).with_name("seewhy"), *map(str, words)], check=True)


def train_on_ph3(field: Path, folder: Path) -> Path:
    """Train a network that tells from DNA which cells have PH3, in about a minute."""
    labels, samples, model = folder / "labels", folder / "ph3.h5", folder / "human-ph3.safetensors"
    seewhy("segment", field, "--channel", "DNA", "--out", labels)
    cut = ("--labels", labels, "--size-px", 32, "--channels", "DNA", "--out", samples)
    names = ("--target-negative", "PH3 negative", "--target-positive", "PH3 positive")
    seewhy("crop", field, *cut, "--target-from-channel", "PH3", *names)
    small = ("--width", 16, "--epochs", 20, "--split-by", "sample")
    seewhy("train", samples, "--out", model, *small)
    return model


def choose_model(widget, model: Path) -> None:
    """Choose a model by its file, as *Choose a file ...* does."""
    widget._model.choice._others.append(model)
    widget._model.choice.choose(model)


def photograph_cells(data: Path) -> None:
    viewer = open_field(data)
    segment = show_widget(viewer, "Segment cells")
    segment._form._cells.set_options(SegmentOptions(cells="watershed", cell_channel="cell"))
    segment.segment()
    wait(segment._task_row)
    viewer.reset_view()
    photograph(viewer, "segment_human")

    tidy = show_widget(viewer, "Tidy cells")
    viewer.layers.selection.active = find_nuclei(viewer)
    for label in (120, 121):
        tidy._on_cell_clicked(label)
    viewer.camera.zoom *= 2
    photograph(viewer, "tidy_human")
    viewer.reset_view()

    measure = show_widget(viewer, "Measure cells")
    measure.measure()
    wait(measure._task_row)
    photograph(viewer, "measure_human")

    crop = show_widget(viewer, "Crop cells")
    crop.cut()
    wait(crop._cut_row)
    photograph(viewer, "crop_human")
    viewer.close()


def photograph_classes(data: Path, model: Path) -> None:
    viewer = open_field(data)
    viewer.layers["cell (dna_ph3_cell)"].visible = False
    segment = show_widget(viewer, "Segment cells")
    segment.segment()
    wait(segment._task_row)
    viewer.reset_view()

    classify = show_widget(viewer, "Classify cells")
    choose_model(classify, model)
    classify.classify()
    wait(classify._task_row)
    photograph(viewer, "classify_human")

    explain = show_widget(viewer, "Explain cells")
    choose_model(explain, model)
    explain.explain()
    wait(explain._task_row)
    # The heatmaps lie over the cells, not over the colours of their classes.
    viewer.layers["classes (dna_ph3_cell)"].visible = False
    photograph(viewer, "explain_human")
    viewer.close()


def main() -> None:
    data = Path(sys.argv[1])
    photograph_cells(data)
    with TemporaryDirectory() as folder:
        photograph_classes(data, train_on_ph3(data / FIELD, Path(folder)))


if __name__ == "__main__":
    main()
