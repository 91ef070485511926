"""Segment an image of 20,000 x 20,000 px from its file, and say how much memory and time it takes.

    python benchmarks/segment_large.py [--edge-px 20000] [--method nuclei] [--enlarge 4]

The image is a mosaic of images of the 2018 Data Science Bowl, turned and mirrored, as a 16-bit TIFF
in tiles; the command `seewhy segment` runs in a process of its own, whose peak of memory the
operating system tells. Labels are written too.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import tifffile
from scipy import ndimage

from _nuclei import NUCLEI, read_nuclei

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

TILE_PX = 512
WANTED_GB = 4.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edge-px", type=int, default=20_000)
    parser.add_argument("--method", default="nuclei", choices=["nuclei", "otsu"])
    parser.add_argument("--enlarge", type=int, default=1, help="how many times nuclei are enlarged")
    chosen = parser.parse_args()
    if not NUCLEI.is_dir():
        print(f"skipped: {NUCLEI} does not exist")
        return
    edge = chosen.edge_px // TILE_PX * TILE_PX
    with tempfile.TemporaryDirectory() as name:
        image = Path(name) / "large.tif"
        tifffile.imwrite(
            image,
            draw_tiles(edge, chosen.enlarge),
            shape=(edge, edge),
            dtype=np.uint16,
            tile=(TILE_PX, TILE_PX),
        )
        words = ["segment", str(image), "--out", name, "--method", chosen.method, "--json"]
        start = time.perf_counter()
        done = subprocess.run(
            [Path(sys.executable).with_name("seewhy"), *words], stdout=subprocess.PIPE, check=True
        )
        seconds = time.perf_counter() - start
        said = json.loads(done.stdout)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = usage.ru_maxrss * 1024 / 1e9
    cpu = usage.ru_utime + usage.ru_stime
    megapixels, n_nuclei = edge**2 / 1e6, said["inputs"][0]["results"]["n_cells"]
    print(
        f"{edge} x {edge} px, {n_nuclei:,} nuclei, {os.cpu_count()} cores: {seconds:.0f} s, "
        f"{cpu:.0f} s of CPU, {megapixels / seconds:.2f} Mpx/s\n"
        f"peak of memory {peak:.2f} GB (wanted {WANTED_GB:g}: "
        f"{'reached' if peak < WANTED_GB else 'NOT reached'})"
    )


def draw_tiles(edge: int, enlarge: int) -> Iterator[NDArray[np.uint16]]:
    """Give the tiles of the mosaic, row by row: squares of images, each turned by chance."""
    side = -(-TILE_PX // enlarge)
    rng = np.random.default_rng(0)
    squares = [
        square
        for image in read_nuclei()
        if min(image.pixels.shape) >= TILE_PX
        for square in [
            ndimage.zoom(image.pixels[:side, :side].astype(np.uint16) * 16, enlarge, order=1)
        ]
    ]
    for _ in range((edge // TILE_PX) ** 2):
        square = squares[rng.integers(len(squares))]
        turned = np.rot90(square[:TILE_PX, :TILE_PX], rng.integers(4))
        yield np.ascontiguousarray(turned[:, :: rng.choice([1, -1])])


if __name__ == "__main__":
    main()
