"""Score the segmentation of nuclei on held-out images of the 2018 Data Science Bowl.

Every fifth image, counted from the second, was never seen by the network that ships. For every
image AP = TP / (TP + FP + FN) at several bounds on the overlap (IoU); the table shows the mean over
the images. StarDist is there by figures taken elsewhere: its network needs tensorflow, and its
published one was trained on other images of the same challenge.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from _nuclei import (
    NUCLEI,
    NucleiImage,
    by_network,
    by_network_bf16,
    by_threshold,
    plain_watershed,
    read_nuclei,
    tuned_watershed,
)
from _worst import draw_worst
from napari_seewhy.cells import average_precision

IOUS = (0.5, 0.6, 0.7, 0.8, 0.9)
WIDTH = 46
METHODS = {
    "napari-seewhy, nuclei": by_network,
    "napari-seewhy, nuclei, bf16": by_network_bf16,
    "napari-seewhy, otsu": by_threshold,
    "scikit-image, tuned": tuned_watershed,
    "scikit-image, plain": plain_watershed,
}
ELSEWHERE = {
    "StarDist, as published (other images)": (0.864, 0.804, 0.685, 0.450, 0.119),
    "StarDist, trained on this set (other images)": (0.843, 0.801, 0.732, 0.560, 0.131),
}
"""Schmidt et al. 2018 (MICCAI), table 1; and the package as it comes (32 rays, grid 2, 100 epochs
of 50 steps), trained on images of this set and scored on others of it than here."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="take every n-th held-out image only")
    parser.add_argument("--all", action="store_true", help="score the images learned from as well")
    parser.add_argument("--worst", type=int, default=0, help="draw the n worst of method nuclei")
    parser.add_argument("--out", type=Path, default=Path("worst.png"), help="where they are drawn")
    arguments = parser.parse_args()
    if not NUCLEI.is_dir():
        print(f"skipped: {NUCLEI} does not exist")
        return
    images = read_nuclei(arguments.every, held_out=not arguments.all)
    print(f"{len(images)} images".ljust(WIDTH), *(f"AP@{iou:.1f}" for iou in IOUS))
    for name, method in METHODS.items():
        found = [method(image.pixels) for image in images]
        pairs = zip(images, found, strict=True)
        scores = np.array([average_precision(one.truth, labels, IOUS) for one, labels in pairs])
        show(name, scores.mean(axis=0))
        if method is by_network and arguments.worst:
            save_worst(images, found, scores, arguments.worst, arguments.out)
    for name, known in ELSEWHERE.items():
        show(name, known)


def show(name: str, scores: np.ndarray | tuple[float, ...]) -> None:
    print(name.ljust(WIDTH), *(f"{score:6.3f}" for score in scores), flush=True)


def save_worst(
    images: list[NucleiImage], found: list[np.ndarray], scores: np.ndarray, n: int, out: Path
) -> None:
    """Draw the images with the lowest mean score, the worst first."""
    worst = np.argsort(scores.mean(axis=1), kind="stable")[:n]
    draw_worst([(images[i], found[i]) for i in worst]).save(out)
    for i in worst:
        print(f"  {scores[i].mean():.3f}  {images[i].name}")


if __name__ == "__main__":
    main()
