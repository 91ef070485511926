"""The methods otsu and nuclei side by side.

    python docs/scripts/nuclei_against_otsu.py ../shared/data

Needs a screen (a real one or Xvfb). One field of human cells, and the most crowded of the images
that the shipped network was not trained on, counted by nuclei for each pixel.
"""

import sys
from pathlib import Path

import napari
import numpy as np
import tifffile
from qtpy.QtWidgets import QApplication

from napari_seewhy.cells import SegmentOptions, segment
from napari_seewhy.images import CellImage
from napari_seewhy.nuclei.learning.pairs import hold_out

IMAGES = Path(__file__).parents[1] / "images"
HOLD_OUT = 5


def most_crowded(folder: Path) -> Path:
    """Return the held-out image with the most nuclei in its area that touch another."""
    paths = hold_out(sorted((folder / "images").glob("*.tif")), HOLD_OUT)[1]

    def crowding(path: Path) -> float:
        labels = tifffile.imread(folder / "labels" / path.name)
        pairs = [(labels[1:], labels[:-1]), (labels[:, 1:], labels[:, :-1])]
        touching = [one[(one != other) & (one > 0) & (other > 0)] for one, other in pairs]
        return len(np.unique(np.concatenate(touching))) / labels.size

    return max(paths, key=crowding)


def compare(pixels: np.ndarray, name: str) -> None:
    """Photograph the outlines of both methods over the same pixels ``(Y, X)``."""
    viewer = napari.Viewer()
    viewer.window.resize(1500, 850)
    image = CellImage(pixels[None], "CYX", ("DNA",))
    for method in ("nuclei", "otsu"):
        labels = segment(image, SegmentOptions(method=method)).nuclei
        shown = viewer.add_image(
            pixels, name=f"DNA ({method})", contrast_limits=(0, np.quantile(pixels, 0.998))
        )
        shown.gamma = 0.6
        viewer.add_labels(labels, name=f"{method}: {labels.max()} nuclei").contour = 1
    viewer.canvas.grid.stride = -2
    viewer.canvas.grid.shape = (1, 2)
    viewer.canvas.grid.enabled = True
    viewer.reset_view()
    for _ in range(5):
        QApplication.processEvents()
    for notice in QApplication.allWidgets():
        if type(notice).__name__ == "NapariQtNotification":
            notice.hide()
    viewer.screenshot(str(IMAGES / f"{name}.png"), canvas_only=False, flash=False)
    viewer.close()


def main() -> None:
    data = Path(sys.argv[1])
    human = tifffile.imread(data / "human" / "dna_ph3_cell.ome.tif")[0]
    compare(human, "nuclei_against_otsu_human")
    crowded = most_crowded(data / "nuclei")
    print(f"the crowded image: {crowded.name}")
    compare(tifffile.imread(crowded), "nuclei_against_otsu_crowded")


if __name__ == "__main__":
    main()
