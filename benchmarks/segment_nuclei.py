"""Score the segmentation of nuclei on the 2018 Data Science Bowl.

For every image AP = TP / (TP + FP + FN) at several bounds on the overlap (IoU); the table shows
the mean over the images.
"""

from __future__ import annotations

import argparse

import numpy as np

from _nuclei import NUCLEI, ours, plain_watershed, read_nuclei, tuned_watershed
from napari_seewhy.cells import average_precision

IOUS = (0.5, 0.6, 0.7, 0.8, 0.9)
METHODS = {
    "napari-seewhy, otsu": ours,
    "scikit-image, tuned": tuned_watershed,
    "scikit-image, plain": plain_watershed,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="take every n-th image only")
    every = parser.parse_args().every
    if not NUCLEI.is_dir():
        print(f"skipped: {NUCLEI} does not exist")
        return
    images = read_nuclei(every)
    print(f"{len(images)} images".ljust(24), *(f"AP@{iou:.1f}" for iou in IOUS))
    for name, method in METHODS.items():
        scores = [average_precision(truth, method(pixels), IOUS) for pixels, truth in images]
        print(name.ljust(24), *(f"{score:6.3f}" for score in np.mean(scores, axis=0)))


if __name__ == "__main__":
    main()
