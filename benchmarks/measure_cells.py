"""Measure 5,000 cells with `measure_cells` and with `skimage.measure.regionprops_table`.

Both give label, area, centroid, perimeter, eccentricity, solidity, and mean, maximum and standard
deviation of two channels, of the same drawn image in the same run; the values must be the same.
`measure_cells` also gives boxes, axes and sums meanwhile. Run it as

    python benchmarks/measure_cells.py
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage as ndi
from skimage.measure import regionprops_table
from skimage.segmentation import expand_labels

from napari_seewhy.cells.measuring.measure import MeasureOptions, measure_cells
from napari_seewhy.images import CellImage

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

WANTED_RATIO = 3.0
N_REPEATS = 3
COLUMNS = {
    "label": "label",
    "area": "area_px",
    "centroid-0": "y",
    "centroid-1": "x",
    "perimeter": "perimeter_px",
    "eccentricity": "eccentricity",
    "solidity": "solidity",
    "mean_intensity-0": "mean_DNA",
    "mean_intensity-1": "mean_Golgi",
    "max_intensity-0": "max_DNA",
    "max_intensity-1": "max_Golgi",
    "intensity_std-0": "std_DNA",
    "intensity_std-1": "std_Golgi",
}


def draw_field(side: int = 2048, n_cells: int = 5000, seed: int = 0) -> tuple[CellImage, NDArray]:
    """Draw ragged cells that often touch, and two noisy channels of them."""
    rng = np.random.default_rng(seed)
    per_side = int(np.ceil(np.sqrt(n_cells)))
    grid = np.stack(np.mgrid[:per_side, :per_side], -1).reshape(-1, 2)[:n_cells]
    places = (grid + rng.uniform(0.2, 0.8, grid.shape)) * side / per_side
    seeds = np.zeros((side, side), np.int32)
    seeds[tuple(places.astype(int).T)] = np.arange(1, n_cells + 1)
    ragged = ndi.gaussian_filter(rng.normal(size=seeds.shape), 3) > -0.15
    labels = expand_labels(seeds, 14) * (ragged | (expand_labels(seeds, 5) > 0))
    brightness = rng.uniform(200, 2000, (2, n_cells + 1))
    brightness[:, 0] = 100
    pixels = rng.poisson(brightness[:, labels]).astype(np.uint16)
    return CellImage(pixels, "CYX", ("DNA", "Golgi")), labels


def measure_time(function: Callable[[], Any]) -> tuple[Any, float, float]:
    """Run a function some times; return its result and its least wall and CPU time in seconds."""
    wall, cpu = [], []
    for _ in range(N_REPEATS):
        started = time.perf_counter(), time.process_time()
        result = function()
        wall.append(time.perf_counter() - started[0])
        cpu.append(time.process_time() - started[1])
    return result, min(wall), min(cpu)


def main() -> None:
    image, labels = draw_field()
    properties = dict.fromkeys(name.split("-")[0] for name in COLUMNS)
    channels_last = np.moveaxis(image.pixels, 0, -1)
    peer, peer_wall, peer_cpu = measure_time(
        lambda: regionprops_table(labels, channels_last, properties=tuple(properties))
    )
    options = MeasureOptions(background="none")
    ours, wall, cpu = measure_time(lambda: measure_cells(image, labels, options))
    for theirs, mine in COLUMNS.items():
        np.testing.assert_allclose(ours[mine], peer[theirs], rtol=1e-6, atol=1e-6, err_msg=mine)
    print(f"{len(ours)} cells, 2 channels, {labels.shape}: the values are the same")
    print(f"regionprops_table   {peer_wall:6.2f} s wall  {peer_cpu:6.2f} s CPU")
    print(f"measure_cells       {wall:6.2f} s wall  {cpu:6.2f} s CPU")
    print(f"times faster        {peer_wall / wall:6.1f} wall    {peer_cpu / cpu:6.1f} CPU")
    print(f"wanted              {WANTED_RATIO:6.1f}")
    if peer_cpu / cpu < WANTED_RATIO:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
