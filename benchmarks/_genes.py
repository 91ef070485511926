"""What the benchmarks of pictures of genes share: drawing, importing, printing."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import torch

from napari_seewhy.cli.main import main
from napari_seewhy.epigenome.pictures.set import PictureSet
from napari_seewhy.epigenome.sampling.options import PictureInputOptions
from napari_seewhy.epigenome.sampling.samples import import_pictures_steps
from napari_seewhy.progress import Step, Task, finish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import TypeVar

    T = TypeVar("T")

WIDTH_PX, HALF_PX = 128, 32
"""Size to which pictures are brought for training: see docs/how-to/epigenome.md."""

_SAY_EVERY_S = 30


def draw(words: Sequence[str], out: Path) -> None:
    """Draw pictures with the command; what is there already is kept."""
    if main(["epigenome", "draw", *words, "--out", str(out)]):
        raise SystemExit(f"Not all pictures of {out} were drawn; see above.")


def import_all(pictures: Path, labels: Path, work: Path, kinds: Sequence[str]) -> list[Path]:
    """Make a sample set per input, in groups by twenty stretches of position."""
    work.mkdir(parents=True, exist_ok=True)
    paths = []
    for kind in kinds:
        paths.append(work / f"{kind}.h5")
        if paths[-1].exists():
            continue
        is_resized = kind != "tracks"
        options = PictureInputOptions(
            input=kind,
            group_by="stretch",
            labels=labels,
            width_px=WIDTH_PX if is_resized else None,
            height_px=(2 if kind == "whole" else 1) * HALF_PX if is_resized else None,
        )
        gathered = run(import_pictures_steps(PictureSet(pictures), paths[-1], options), kind)
        gathered.samples.close()
    return paths


def run(task: Task[T], about: str) -> T:
    """Run a task and say now and then how far it is."""
    torch.set_num_threads(1)
    start = last = time.perf_counter()

    def say(step: Step) -> None:
        nonlocal last
        now = time.perf_counter()
        if now - last > _SAY_EVERY_S:
            last = now
            print(f"[{now - start:.0f} s] {about}: {step.message}", file=sys.stderr, flush=True)

    return finish(task, say)


def show(name: str, value: float, wanted: float) -> None:
    """Print a figure beside what is wanted."""
    verdict = "reached" if value >= wanted else "NOT reached"
    print(f"{name}: {value:.3f} (wanted {wanted:.3f}: {verdict})", flush=True)
