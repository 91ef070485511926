"""What correcting one field brings: fine-tune on one image, score on others of its kind.

    python benchmarks/segment_fine_tune.py [--repeats 3]

All images are among the held-out ones of the 2018 Data Science Bowl, which the network that ships
never saw; their true labels stand for those that a person has corrected. What is run is what the
button "Train on my labels" runs, with its usual options. Two kinds are tried on which the network
is worst: round nuclei of 18 px and more in images of 256 x 256 px, whose masks are drawn wide, and
large fields of thick tissue. Each repeat learns from another image of the kind and is scored on all
the rest of it.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from _nuclei import NUCLEI, read_nuclei
from napari_seewhy.cells import SegmentOptions, average_precision, segment
from napari_seewhy.cells.segmenting.fine_tune import FineTuneJob, fine_tune_steps
from napari_seewhy.images import CellImage
from napari_seewhy.models.files.library import SHIPPED_FOLDER
from napari_seewhy.nuclei.learning.options import SegmenterOptions
from napari_seewhy.nuclei.learning.pairs import OpenPair
from napari_seewhy.nuclei.pictures import median_diameter
from napari_seewhy.progress import finish

if TYPE_CHECKING:
    from collections.abc import Callable

    from _nuclei import NucleiImage

IOUS = (0.5, 0.7, 0.9)
SHIPPED = SHIPPED_FOLDER / "nuclei.safetensors"
KINDS: dict[str, Callable[[NucleiImage], bool]] = {
    "round nuclei, masks drawn wide": lambda image: (
        image.pixels.shape == (256, 256) and median_diameter(image.truth) >= 18
    ),
    "thick tissue": lambda image: image.pixels.shape == (603, 1272),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="images that are learned from")
    n_repeats = parser.parse_args().repeats
    if not NUCLEI.is_dir():
        print(f"skipped: {NUCLEI} does not exist")
        return
    torch.set_num_threads(1)
    images = read_nuclei(held_out=True)
    for name, is_of_kind in KINDS.items():
        kind = [image for image in images if is_of_kind(image)]
        print(f"{name}: {len(kind)} images".ljust(46), *(f"AP@{iou}" for iou in IOUS))
        before, after = [], []
        for taught in kind[:n_repeats]:
            others = [image for image in kind if image is not taught]
            with tempfile.TemporaryDirectory() as folder:
                tuned = fine_tune(taught, Path(folder))
                before.append(score(SHIPPED, others))
                after.append(score(tuned, others))
        show("as it ships", before)
        show("after one field", after)


def fine_tune(image: NucleiImage, library: Path) -> Path:
    """Do what the button does with one open image and its corrected labels."""
    pair = OpenPair(image.name, as_image(image), image.truth)
    options = SegmenterOptions(device="cpu")
    job = FineTuneJob((pair,), SHIPPED, "mine", options=options, library=library)
    return finish(fine_tune_steps(job)).path


def score(model: Path, images: list[NucleiImage]) -> np.ndarray:
    """Mean AP of a model over images, at each overlap."""
    options = SegmentOptions(model=str(model))
    found = [segment(as_image(image), options).nuclei for image in images]
    pairs = zip(images, found, strict=True)
    return np.mean([average_precision(one.truth, labels, IOUS) for one, labels in pairs], axis=0)


def as_image(image: NucleiImage) -> CellImage:
    return CellImage(image.pixels[None], "CYX", ("DNA",))


def show(name: str, scores: list[np.ndarray]) -> None:
    mean, low, high = np.mean(scores, 0), np.min(scores, 0), np.max(scores, 0)
    cells = zip(mean, low, high, strict=True)
    print(f"  {name:44}", *(f"{m:.3f} ({a:.3f} to {b:.3f})" for m, a, b in cells), flush=True)


if __name__ == "__main__":
    main()
