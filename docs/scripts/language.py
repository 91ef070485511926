"""Make the screenshot of the tutorial of language models: a training that is finished.

    python docs/scripts/language.py

Needs a screen (a real one or Xvfb). The genome that is learned from is that of the sample data.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import napari
from qtpy.QtCore import QEventLoop
from qtpy.QtWidgets import QApplication, QTabWidget

from napari_seewhy.models.files.library import FOLDER_VARIABLE
from napari_seewhy.reading.language import LanguageOptions
from napari_seewhy.sample_data import sample_folder

IMAGES = Path(__file__).parents[1] / "images"


def main() -> None:
    with TemporaryDirectory() as library:
        os.environ[FOLDER_VARIABLE] = library
        viewer = napari.Viewer()
        dock, widget = viewer.window.add_plugin_dock_widget("napari-seewhy", "Train on DNA")
        dock.raise_()
        widget.findChild(QTabWidget).setCurrentWidget(widget.language)
        widget.language._form.file.set_path(sample_folder() / "dna" / "genome.fa")
        widget.language._form.set_training(LanguageOptions(epochs=6))
        loop = QEventLoop()
        widget.language._task_row.running_changed.connect(lambda on: None if on else loop.quit())
        widget.language.train()
        loop.exec()
        viewer.window._qt_window.resize(1366, 768)
        for _ in range(20):
            QApplication.processEvents()
        viewer.screenshot(str(IMAGES / "train_language.png"), canvas_only=False, flash=False)
        viewer.close()


if __name__ == "__main__":
    main()
