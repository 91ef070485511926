"""Make the screenshot of a folder that two workers of a Dask cluster segment.

    python docs/scripts/folder_on_cluster.py ../shared/data

Needs a screen (a real one or Xvfb). Twelve images of the 2018 Data Science Bowl are segmented in
the folder tab of *Segment cells*; the picture is taken when half of them are done.
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import napari
from qtpy.QtCore import QEventLoop, QTimer

from napari_seewhy.engine import WorkerOptions

IMAGES = Path(__file__).parents[1] / "images"
N_IMAGES = 12


def main() -> None:
    data = Path(sys.argv[1])
    with TemporaryDirectory() as name:
        folder = Path(name) / "plate"
        folder.mkdir()
        for i, path in enumerate(
            sorted((data / "nuclei" / "images").iterdir())[:: 432 // N_IMAGES]
        ):
            shutil.copy(path, folder / f"field {i:02d}{path.suffix}")
        viewer = napari.Viewer()
        viewer.window.resize(1500, 950)
        _, widget = viewer.window.add_plugin_dock_widget("napari-seewhy", "Segment cells")
        view = widget._folder
        widget._tabs.setCurrentWidget(view)
        view.where.set_options(WorkerOptions(cluster="local", workers=2))
        view._images.set_path(folder)
        loop, states = QEventLoop(), []

        def look(step: object) -> None:
            done = sum(one.status == "done" for one in getattr(step, "outcomes", ()))
            if done >= N_IMAGES // 2 and not states:
                states.append(done)
                QTimer.singleShot(0, photograph)

        def photograph() -> None:
            path = IMAGES / "segment_folder_cluster.png"
            viewer.screenshot(str(path), canvas_only=False, flash=False)

        view.task_row.stepped.connect(look)
        view.task_row.running_changed.connect(loop.quit)
        view._on_run_clicked()
        loop.exec()
        print(view.task_row.message)
        viewer.close()


if __name__ == "__main__":
    main()
