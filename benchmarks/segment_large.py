"""Segment an image of 20,000 x 20,000 px from its file, and say how much memory and time it takes.

    python benchmarks/segment_large.py [--edge-px 20000] [--method nuclei] [--enlarge 4] [--zarr]

The image is a mosaic of images of the 2018 Data Science Bowl, turned and mirrored, as a 16-bit TIFF
in tiles, or with `--zarr` as an OME-Zarr whose labels are also written into it; the command
`seewhy segment` runs in a process of its own, whose peak of memory the operating system tells, and
what it still holds when files that are mapped are left out, looked at ten times a second.
Labels are written too.
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
import zarr
from scipy import ndimage

from _nuclei import NUCLEI, read_nuclei

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

TILE_PX = 512


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edge-px", type=int, default=20_000)
    parser.add_argument("--method", default="nuclei", choices=["nuclei", "otsu"])
    parser.add_argument("--enlarge", type=int, default=1, help="how many times nuclei are enlarged")
    parser.add_argument("--zarr", action="store_true", help="OME-Zarr in and out instead of TIFF")
    chosen = parser.parse_args()
    if not NUCLEI.is_dir():
        print(f"skipped: {NUCLEI} does not exist")
        return
    edge = chosen.edge_px // TILE_PX * TILE_PX
    with tempfile.TemporaryDirectory() as name:
        image = Path(name) / ("large.zarr" if chosen.zarr else "large.tif")
        write = write_zarr if chosen.zarr else write_tiff
        write(image, edge, draw_tiles(edge, chosen.enlarge))
        words = ["segment", str(image), "--out", name, "--method", chosen.method, "--json"]
        words += ["--into-zarr"] if chosen.zarr else []
        start = time.perf_counter()
        child = subprocess.Popen(
            [Path(sys.executable).with_name("seewhy"), *words], stdout=subprocess.PIPE
        )
        own = watch(child)
        if child.returncode:
            sys.exit(f"exit status {child.returncode}")
        seconds = time.perf_counter() - start
        assert child.stdout is not None
        said = json.loads(child.stdout.read())
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = usage.ru_maxrss * 1024 / 1e9
    cpu = usage.ru_utime + usage.ru_stime
    megapixels, n_nuclei = edge**2 / 1e6, said["inputs"][0]["results"]["n_cells"]
    print(
        f"{edge} x {edge} px, {n_nuclei:,} nuclei, {os.cpu_count()} cores: {seconds:.0f} s, "
        f"{cpu:.0f} s of CPU, {megapixels / seconds:.2f} Mpx/s\n"
        f"peak of memory {peak:.2f} GB, {own:.2f} GB without mapped files"
    )


def watch(child: subprocess.Popen[bytes]) -> float:
    """Wait for a process; return the largest memory that is no file's, in GB."""
    status, own = Path(f"/proc/{child.pid}/status"), 0
    while child.poll() is None:
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        own = max(own, int(lines.get("RssAnon", "0").split()[0]))
        time.sleep(0.1)
    return own * 1024 / 1e9


def write_tiff(path: Path, edge: int, tiles: Iterator[NDArray[np.uint16]]) -> None:
    """Write the tiles of a square image."""
    tifffile.imwrite(path, tiles, shape=(edge, edge), dtype=np.uint16, tile=(TILE_PX, TILE_PX))


def write_zarr(path: Path, edge: int, tiles: Iterator[NDArray[np.uint16]]) -> None:
    """Write the tiles of a square image as an OME-Zarr 0.5 of one resolution."""
    group = zarr.create_group(path, zarr_format=3)
    chunks = (TILE_PX, TILE_PX)
    pixels = group.create_array("0", shape=(edge, edge), dtype="uint16", chunks=chunks)
    for y in range(0, edge, TILE_PX):
        row = [next(tiles) for _ in range(edge // TILE_PX)]
        pixels[y : y + TILE_PX] = np.concatenate(row, 1)
    scale = {"type": "scale", "scale": [0.325, 0.325]}
    axes = [{"name": name, "type": "space", "unit": "micrometer"} for name in "yx"]
    datasets = [{"path": "0", "coordinateTransformations": [scale]}]
    group.attrs["ome"] = {
        "version": "0.5",
        "multiscales": [{"name": "large", "axes": axes, "datasets": datasets}],
    }


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
