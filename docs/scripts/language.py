"""Make the screenshots of the tutorial of language models.

    python docs/scripts/language.py ../shared/data

Needs a screen of 1600 x 1000 px or more (a real one or Xvfb). The gene is that of TEM-1 with the
measurements of Stiffler et al. 2015; the genome that is learned from is that of the sample data.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import napari
from qtpy.QtCore import QEventLoop
from qtpy.QtWidgets import QApplication, QTabWidget

from napari_seewhy.models.files import SHIPPED_FOLDER
from napari_seewhy.models.files.library import FOLDER_VARIABLE
from napari_seewhy.reading.language import LanguageOptions
from napari_seewhy.sample_data import sample_folder
from napari_seewhy.widgets.parts.tasks import TaskRow

PLUGIN = "napari-seewhy"
IMAGES = Path(__file__).parents[1] / "images"
GENOMES = Path("sequence") / "genomes"
SIZES = ((1366, 768), (1600, 1000))


def run(row: TaskRow, start) -> None:
    loop = QEventLoop()
    row.running_changed.connect(lambda on: None if on else loop.quit())
    start()
    loop.exec()


def photograph(viewer: napari.Viewer, name: str, folder: Path) -> None:
    for width, height in SIZES:
        viewer.window._qt_window.resize(width, height)
        for _ in range(20):
            QApplication.processEvents()
        wide = "" if width == SIZES[0][0] else f"_{width}"
        place = (IMAGES if not wide else folder) / f"{name}{wide}.png"
        viewer.screenshot(str(place), canvas_only=False, flash=False)


def main() -> None:
    import os

    data, folder = Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else "out")
    folder.mkdir(exist_ok=True)
    with TemporaryDirectory() as library:
        os.environ[FOLDER_VARIABLE] = library
        viewer = napari.Viewer()

        def open_widget(name):
            dock, widget = viewer.window.add_plugin_dock_widget(PLUGIN, name, tabify=True)
            dock.raise_()
            return widget

        train = open_widget("Train on DNA")
        train.findChild(QTabWidget).setCurrentWidget(train.language)
        photograph(viewer, "train_language_plan", folder)
        train.language._form.file.set_path(sample_folder() / "dna" / "genome.fa")
        train.language._form.set_training(LanguageOptions(epochs=6))
        run(train.language._task_row, train.language.train)
        photograph(viewer, "train_language", folder)

        read = open_widget("Read DNA")
        read._tabs.setCurrentWidget(read.score)
        score = read.score
        score.model.choose(SHIPPED_FOLDER / "ecoli-k12.safetensors")
        score.sequence.set_path(data / GENOMES / "TEM1_pBR322_bla_861nt.fa")
        score.table.set_path(data / GENOMES / "BLAT_ECOLX_Ranganathan2015.csv")
        score.measured.setCurrentText("2500")
        run(score.task_row, score.run)
        viewer.reset_view()
        photograph(viewer, "score_language", folder)
        score.shown.setCurrentIndex(score.shown.findData("2500"))
        score._show_layer()
        viewer.reset_view()
        photograph(viewer, "score_measured", folder)
        read._tabs.setCurrentIndex(0)
        read.form.set_model(SHIPPED_FOLDER / "dna-painted.safetensors")
        read.form.set_genome(sample_folder() / "dna" / "genome.fa")
        read.form.set_observed(sample_folder() / "dna")
        read.form.set_place("painted1:1-131,072")
        viewer.layers.clear()
        run(read.read_row, read.read)
        photograph(viewer, "read_dna_now", folder)
        viewer.close()


if __name__ == "__main__":
    main()
