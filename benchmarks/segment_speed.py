"""Time the segmentation of nuclei end to end, from pixels in memory to labels.

The method otsu against the same steps written plainly with scikit-image; the method nuclei against
StarDist's own `predict_instances`, on the same images in the same run, where the Python of an
environment with stardist and tensorflow is given: `--stardist ENVIRONMENT/bin/python`. StarDist has
its usual network (32 rays, grid 2) with random weights and nothing to suppress, so that its time is
the least it can take, unless `--stardist-model` names a trained one that lies on this computer.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from _nuclei import NUCLEI, by_network, by_threshold, read_nuclei, same_steps
from napari_seewhy.cells import average_precision

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from _nuclei import NucleiImage

CHILD = Path(__file__).with_name("_stardist_child.py")
WIDTH = 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="take every n-th held-out image only")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of the networks")
    parser.add_argument("--stardist", type=Path, help="Python of an environment with stardist")
    parser.add_argument("--stardist-model", default="", help="name of a model of StarDist")
    arguments = parser.parse_args()
    if not NUCLEI.is_dir():
        print(f"skipped: {NUCLEI} does not exist")
        return
    torch.set_num_threads(arguments.threads)
    images = read_nuclei(arguments.every, held_out=True)
    megapixels = sum(image.pixels.size for image in images) / 1e6
    head = f"{len(images)} images, {megapixels:.1f} Mpx, {arguments.threads} threads"
    print(head.ljust(WIDTH), " wall s   CPU s  Mpx/s  Mpx/CPU s  AP@0.5")

    def show(name: str, wall: float, cpu: float, score: float) -> float:
        rates = f"{megapixels / wall:7.2f}{megapixels / cpu:11.2f}"
        print(f"{name:{WIDTH}}{wall:8.1f}{cpu:8.1f}{rates}{score:8.3f}", flush=True)
        return wall

    ours = show("napari-seewhy, nuclei", *measure(by_network, images))
    otsu = show("napari-seewhy, otsu", *measure(by_threshold, images))
    plain = show("scikit-image, the steps of otsu", *measure(same_steps, images))
    print(f"otsu: {plain / otsu:.2f} times as fast as the same steps in scikit-image")
    if arguments.stardist is None:
        print("StarDist: not timed; give --stardist the Python of an environment that has it")
        return
    said = run_stardist(images, arguments)
    theirs = show(f"StarDist, {said['weights']}", said["wall"], said["cpu"], said["score"])
    least = "" if arguments.stardist_model else "at least "
    print(f"nuclei: {least}{theirs / ours:.2f} times as fast as StarDist's predict_instances")


def measure(
    method: Callable[[NDArray[np.uint8]], NDArray[np.int32]], images: list[NucleiImage]
) -> tuple[float, float, float]:
    """Wall and CPU seconds for all images, and the mean score."""
    method(images[0].pixels)  # what is loaded on first use should not count
    wall, cpu = time.perf_counter(), time.process_time()
    found = [method(image.pixels) for image in images]
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return wall, cpu, score(images, found)


def score(images: list[NucleiImage], found: list[NDArray[np.integer]]) -> float:
    """Mean AP at an overlap of 0.5."""
    pairs = zip(images, found, strict=True)
    return float(np.mean([average_precision(one.truth, labels)[0] for one, labels in pairs]))


def run_stardist(images: list[NucleiImage], arguments: argparse.Namespace) -> dict[str, float]:
    """Have another Python time StarDist on the same images."""
    with tempfile.TemporaryDirectory() as folder:
        given, answer = Path(folder) / "images.npz", Path(folder) / "labels.npz"
        np.savez(given, *(image.pixels for image in images))
        words = [given, answer, str(arguments.threads), arguments.stardist_model]
        command = [arguments.stardist, CHILD, *words]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        labels = np.load(answer)
        found = [labels[name] for name in labels.files]
    said: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return said | {"score": score(images, found)}


if __name__ == "__main__":
    main()
