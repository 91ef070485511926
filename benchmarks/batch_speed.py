"""Time batches in several processes: images per second of two builds, in turns, and empty jobs.

`seewhy segment` of every n-th image, by the build in the folder `--base` as it comes and by this
one with `--workers`; the labels must be the same. Whole runs are timed with their start; the rate
between the first and the last image is without it. Without `--base` this build in one process is
the other side. Then 10,000 jobs that do nothing, on a Dask cluster of this computer.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import napari_seewhy
from _nuclei import NUCLEI
from napari_seewhy.batch import Result, run_steps
from napari_seewhy.engine import WorkerOptions, open_workers
from napari_seewhy.images import read_labels
from napari_seewhy.progress import finish

if TYPE_CHECKING:
    from napari_seewhy.progress import Task

SEEWHY = "import sys; from napari_seewhy.cli.main import main; sys.exit(main())"


@dataclass(frozen=True)
class Empty:
    """A job of which nothing is wanted."""

    title: str


@dataclass(frozen=True)
class Nothing:
    """Work that does nothing."""

    def check(self) -> None:
        """Nothing can fail."""

    def is_done(self, job: Empty) -> bool:
        """Never."""
        return False

    def steps(self, job: Empty) -> Task[Result]:
        """Do nothing."""
        yield from ()
        return Result()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, help="folder src of the build to compare with")
    parser.add_argument("--every", type=int, default=9, help="take every n-th image only")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--empty", type=int, default=10_000, help="number of empty jobs")
    arguments = parser.parse_args()
    if NUCLEI.is_dir():
        compare(arguments)
    else:
        print(f"skipped: {NUCLEI} does not exist")
    if arguments.empty:
        time_empty(arguments.empty, arguments.workers)


def compare(arguments: argparse.Namespace) -> None:
    """Segment with both builds in turns and print the rates."""
    images = sorted((NUCLEI / "images").iterdir())[:: arguments.every]
    ours = Path(napari_seewhy.__file__).parents[1]
    sides = {
        "before": (arguments.base or ours, ()),
        f"{arguments.workers} workers": (ours, ("--workers", f"{arguments.workers}")),
    }
    print(f"{len(images)} images; load of this computer {os.getloadavg()[0]:.1f}")
    rates: dict[str, list[float]] = {name: [] for name in sides}
    labels: dict[str, str] = {}
    for _ in range(arguments.rounds):
        for name, (source, flags) in sides.items():
            with tempfile.TemporaryDirectory() as folder:
                start = time.perf_counter()
                run(source, images, Path(folder), flags)
                wall = time.perf_counter() - start
                ended = sorted(one.stat().st_mtime for one in Path(folder).glob("*_record.json"))
                rates[name].append((len(ended) - 1) / (ended[-1] - ended[0]))
                labels[name] = hash_labels(Path(folder))
                print(
                    f"{name:12} {rates[name][-1]:6.2f} images/s, {len(images) / wall:6.2f} with "
                    "the start",
                    flush=True,
                )
    before, after = (max(one) for one in rates.values())
    same = "the same" if len(set(labels.values())) == 1 else "OTHER"
    print(f"{after / before:.2f} times as many images per second, {same} labels")


def run(source: Path, images: list[Path], out: Path, flags: tuple[str, ...]) -> None:
    """Segment images with the build in a folder, as a person would by default."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OMP_")}
    command = [sys.executable, "-c", SEEWHY, "segment", *map(str, images), "--out", str(out)]
    subprocess.run(
        [*command, "--quiet", *flags], env=environment | {"PYTHONPATH": str(source)}, check=True
    )


def hash_labels(folder: Path) -> str:
    """Hash all labels of a folder, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*_labels.ome.tif")):
        digest.update(path.name.encode() + read_labels(path).labels.tobytes())
    return digest.hexdigest()


def time_empty(n_jobs: int, n_workers: int) -> None:
    """Time jobs that do nothing."""
    jobs = [Empty(f"{i}") for i in range(n_jobs)]
    with open_workers(WorkerOptions(cluster="local", workers=n_workers)) as workers:
        finish(run_steps(jobs[:10], Nothing(), workers, resume=False))
        start = time.perf_counter()
        outcomes = finish(run_steps(jobs, Nothing(), workers, resume=False))
        each = (time.perf_counter() - start) / n_jobs
    n_done = sum(one.status == "done" for one in outcomes)
    print(f"{n_done:,} of {n_jobs:,} empty jobs done, {1000 * each:.2f} ms each")


if __name__ == "__main__":
    main()
