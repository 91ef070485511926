"""Time the segmentation of nuclei against the same steps written plainly with scikit-image."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

import numpy as np

from _nuclei import NUCLEI, ours, read_nuclei, same_steps
from napari_seewhy.cells import average_precision

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def measure(
    method: Callable[[NDArray[np.uint8]], NDArray[np.int32]], pixels: NDArray[np.uint8]
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """CPU and wall seconds, and the labels."""
    wall, cpu = time.perf_counter(), time.process_time()
    labels = method(pixels)
    return np.array([time.process_time() - cpu, time.perf_counter() - wall]), labels


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="take every n-th image only")
    every = parser.parse_args().every
    if not NUCLEI.is_dir():
        print(f"skipped: {NUCLEI} does not exist")
        return
    images = read_nuclei(every)
    for method in (ours, same_steps):
        method(images[0][0])  # what is imported on first use shall not count
    seconds = np.zeros((2, 2))
    agreement = []
    scores = np.zeros(2)
    for pixels, truth in images:
        took, found = measure(ours, pixels)
        took_plainly, found_plainly = measure(same_steps, pixels)
        seconds += took, took_plainly
        agreement.append(average_precision(found_plainly, found, (0.7,))[0])
        for i, labels in enumerate((found, found_plainly)):
            scores[i] += average_precision(truth, labels, (0.5,))[0] / len(images)
    megapixels = sum(pixels.size for pixels, _ in images) / 1e6
    print(
        f"{len(images)} images, {megapixels:.0f} Mpx".ljust(28), "CPU s  wall s  Mpx/CPU s  AP@0.5"
    )
    names = ("napari-seewhy, otsu", "scikit-image, same steps")
    for name, (cpu, wall), score in zip(names, seconds, scores, strict=True):
        print(f"{name:28}{cpu:6.1f}{wall:8.1f}{megapixels / cpu:11.2f}{score:8.3f}")
    ratio = seconds[1] / seconds[0]
    print(f"ratio: {ratio[0]:.2f} times faster by CPU time, {ratio[1]:.2f} by the clock")
    print(f"objects of one that the other has too (AP at IoU 0.7): {np.mean(agreement):.3f}")


if __name__ == "__main__":
    main()
