"""Make the screenshots of virtual staining with real neurons.

`python docs/scripts/stain.py ../shared/data [MODEL]`; the model is a file, that which came
with the program if not given. Needs a screen (a real one or Xvfb). MAP2 stands in for a marker of
cardiomyocytes; the model has learned from the left two thirds of this field.
"""

import sys
from pathlib import Path

import napari
from qtpy.QtCore import QEventLoop
from qtpy.QtTest import QTest

from napari_seewhy.models.files.library import SHIPPED_FOLDER
from napari_seewhy.widgets.parts.tasks.task_row import TaskRow

PLUGIN = "napari-seewhy"
IMAGES = Path(__file__).parents[1] / "images"
MODEL = SHIPPED_FOLDER / "stain-neurons-map2.safetensors"
MARKER = "MAP2 (dapi_map2_nfh)"
REST_MS = 500


def wait(row: TaskRow) -> None:
    loop = QEventLoop()
    row.running_changed.connect(loop.quit)
    loop.exec()


def photograph(viewer: napari.Viewer, name: str) -> None:
    viewer.reset_view()
    QTest.qWait(REST_MS)
    viewer.screenshot(str(IMAGES / f"{name}.png"), canvas_only=False, flash=False)


def open_field(data: Path) -> napari.Viewer:
    viewer = napari.Viewer()
    viewer.window.resize(1500, 950)
    for name in ("phase_contrast_z13", "dapi_map2_nfh"):
        viewer.open(str(data / "neurons" / f"{name}.ome.tif"), plugin=PLUGIN)
    for layer in list(viewer.layers)[1:]:
        layer.visible = False
    return viewer


def photograph_training(viewer: napari.Viewer) -> None:
    dock, widget = viewer.window.add_plugin_dock_widget(PLUGIN, "Train virtual staining")
    fields = widget._form.fields
    fields.choose(fields.image_layer, viewer.layers[MARKER])
    widget._form.blocks.threshold.set_how("log-otsu")
    QTest.qWait(REST_MS)
    photograph(viewer, "stain_train_neurons")
    widget._form.blocks._is_shown.setChecked(False)
    QTest.qWait(REST_MS)
    dock.close()


def photograph_staining(viewer: napari.Viewer, model: Path) -> None:
    _, widget = viewer.window.add_plugin_dock_widget(PLUGIN, "Virtual immunostaining")
    fields = widget._form.fields
    fields.choose(fields.image_layer, viewer.layers[MARKER])
    widget._model.choice.choose(model)
    widget.stain()
    wait(widget._task_row)
    modes = widget._view._mode
    modes.setCurrentIndex(modes.findData("side by side"))
    photograph(viewer, "stain_neurons")
    modes.setCurrentIndex(modes.findData("overlay"))
    widget._view._explains.setChecked(True)
    probability = widget._shown.stained.probability[0]
    row, column = divmod(int(probability.argmax()), probability.shape[1])
    widget.explain(0, row, column)
    wait(widget._task_row)
    photograph(viewer, "stain_neurons_explained")


def main() -> None:
    viewer = open_field(Path(sys.argv[1]))
    photograph_training(viewer)
    photograph_staining(viewer, Path(sys.argv[2]) if len(sys.argv) > 2 else MODEL)
    viewer.close()


if __name__ == "__main__":
    main()
