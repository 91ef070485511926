"""Time this build against another one, whole processes in turns: `--base` names its source folder.

    python benchmarks/two_builds.py --base OTHER/src [--busy] [--rounds 3]

What is timed, as a person would run it by default: the command on a folder of images with nuclei,
on fields to classify and to explain, on a field to stain, and an image of 2,048 x 2,048 pixels in
the child process of the window until its labels are there. With `--busy` another process keeps one
core busy. The other build has to read the same files: 9158923 is what the figures compare with.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import napari_seewhy
from _nuclei import NUCLEI

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLES = Path(__file__).parents[1] / "sample_data"
FIELDS = [SAMPLES / f"field_{name}.ome.tif" for name in ("typical", "crowded", "dim")]
COMMAND = "import sys; from napari_seewhy.cli.main import main; sys.exit(main())"
IN_CHILD = """
import sys, time
import numpy as np
from skimage.io import imread
from napari_seewhy.cells import segment_steps
from napari_seewhy.engine import Finished, TaskRunner
from napari_seewhy.images import CellImage
tile = imread(sys.argv[1])
tile = tile if tile.ndim == 2 else tile[..., 0]
pixels = np.tile(tile, (2048 // tile.shape[0] + 1, 2048 // tile.shape[1] + 1))[None, :2048, :2048]
runner = TaskRunner()
runner.start(segment_steps, CellImage(pixels, "CYX", ("DNA",)))
while True:
    events = runner.poll()
    if events and not hasattr(events[-1], "step"):
        assert isinstance(events[-1], Finished), events[-1]
        break
    time.sleep(0.01)
runner.close()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="folder that holds napari_seewhy")
    parser.add_argument("--busy", action="store_true", help="keep one core busy meanwhile")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--every", type=int, default=9, help="take every n-th image of nuclei only")
    parser.add_argument("--only", nargs="*", default=(), help="names of tasks")
    arguments = parser.parse_args()
    builds = {"other": arguments.base, "this": Path(napari_seewhy.__file__).parents[1]}
    print(
        f"{'':12}   wall s: other   this  ratio    CPU s: other   this  ratio   peak GB: other this"
    )
    for name, words in list_tasks(arguments.every).items():
        if arguments.only and name not in arguments.only:
            continue
        took: dict[str, list[tuple[float, float, float]]] = {build: [] for build in builds}
        with keeping_busy() if arguments.busy else nullcontext():
            for _ in range(arguments.rounds):
                for build, source in builds.items():
                    took[build].append(run(source, words))
        (old_wall, old_cpu, old_peak), (wall, cpu, peak) = (
            map(statistics.median, zip(*one, strict=True)) for one in took.values()
        )
        print(
            f"{name:12}{old_wall:17.1f}{wall:7.1f}{old_wall / wall:7.2f}{old_cpu:15.1f}{cpu:7.1f}"
            f"{old_cpu / cpu:7.2f}{old_peak:10.2f}{peak:6.2f}",
            flush=True,
        )


def list_tasks(every: int) -> dict[str, list[str]]:
    """Name the tasks with the words of their commands; OUT stands for a new folder."""
    tasks: dict[str, list[object]] = {
        "classify": ["classify", "cell-cycle-simulated", *FIELDS, "--out", "OUT"],
        "explain": ["explain", "cell-cycle-simulated", *FIELDS, "--out", "OUT"],
        "stain": ["stain", "apply", "stain-simulated-dishes", SAMPLES / "dishes", "--out", "OUT"],
    }
    if NUCLEI.is_dir():
        images = sorted((NUCLEI / "images").iterdir())[::every]
        tasks = {
            "segment": ["segment", *images, "--out", "OUT"],
            "in child": ["", images[0]],
        } | tasks
    return {name: [str(word) for word in words] for name, words in tasks.items()}


def run(source: Path, words: list[str]) -> tuple[float, float, float]:
    """Run a task with a build; return wall and CPU seconds, and the peak memory in GB."""
    code, words = (COMMAND, [*words, "--quiet"]) if words[0] else (IN_CHILD, words[1:])
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OMP_")}
    with tempfile.TemporaryDirectory() as folder:
        given = (folder if word == "OUT" else word for word in words)
        command = [sys.executable, "-c", code, *given]
        start = time.perf_counter()
        child = subprocess.Popen(
            command,
            env=environment | {"PYTHONPATH": str(source)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"exit status {child.returncode} of {' '.join(words)}")
    # The peak is that of the largest process, be it the child of the child.
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20


@contextmanager
def keeping_busy() -> Iterator[None]:
    """Let another process take one core."""
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        busy.kill()
        busy.wait()


if __name__ == "__main__":
    main()
