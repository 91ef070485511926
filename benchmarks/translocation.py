"""Measure how a reporter moves into the nucleus with the dose, over the wells of a plate.

Every well is segmented, its cells are grown and measured, and the reporter's brightness in the
nucleus is divided by that in a ring about it. Prints Spearman's correlation of the wells' medians
with the dose, and draws ``docs/images/translocation.png``. Run it as

    python benchmarks/translocation.py
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from scipy.stats import spearmanr
from skimage.segmentation import mark_boundaries

from napari_seewhy.cells import SegmentOptions, segment
from napari_seewhy.cells.measuring.measure import MeasureOptions, measure_cells
from napari_seewhy.cells.measuring.regions import draw_rings
from napari_seewhy.images import read_image

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HERE = Path(__file__).resolve().parent
PLATE = HERE.parents[1] / "shared" / "data" / "translocation_plate"
FIGURE = HERE.parent / "docs" / "images" / "translocation.png"
WANTED_CORRELATION = 0.8

SEGMENTING = SegmentOptions(channel="DNA", cells="expand", cell_distance_px=10)
MEASURING = MeasureOptions(ring_width_px=5)

BLUE, SKY, ORANGE, GREEN, GRAY = "#0072B2", "#56B4E9", "#E69F00", "#009E73", "#999999"
GROUPS = (
    ("negative control", "control == -1", GRAY, "o"),
    ("treated, rows A-D", "control == 0 and row < 'E'", BLUE, "o"),
    ("treated, rows E-F", "control == 0 and row >= 'E'", ORANGE, "s"),
    ("positive control", "control == 1", GREEN, "^"),
)


def measure_well(path: Path) -> pd.DataFrame:
    """Return the table of cells of one well, with the ratio of nucleus to ring."""
    image = read_image(path)
    found = segment(image, SEGMENTING)
    cells = measure_cells(image, found.nuclei, MEASURING, cell_labels=found.cells)
    return cells.assign(ratio=cells["mean_reporter"] / cells["mean_reporter_ring"])


def measure_plate(plate: Path) -> pd.DataFrame:
    """Return the wells with their number of cells and the median of the ratio over them."""
    wells = pd.read_csv(plate / "wells.csv")
    tables = [measure_well(plate / f"{well}.ome.tif") for well in wells["well"]]
    return wells.assign(
        n_cells=[len(cells) for cells in tables],
        ratio=[cells["ratio"].median() for cells in tables],
    )


def draw_well(axes: Axes, path: Path, title: str) -> None:
    """Show the reporter in a corner of a well, with the outlines of nuclei and of their rings."""
    image = read_image(path)
    found = segment(image, SEGMENTING)
    rings = draw_rings(found.nuclei, found.cells, MEASURING.ring_width_px or 0)
    corner = slice(200, 340), slice(200, 340)
    reporter = np.asarray(image.pixels[image.channel_index("reporter")], np.float64)[corner]
    shown = np.clip(reporter / np.percentile(reporter, 99.8), 0, 1)
    shown = np.kron(shown, np.ones((4, 4)))
    for labels, color in ((found.nuclei + rings, ORANGE), (found.nuclei, SKY)):
        enlarged = np.kron(labels[corner], np.ones((4, 4), labels.dtype))
        shown = mark_boundaries(shown, enlarged, color=to_rgb(color), mode="inner")
    axes.imshow(shown)
    axes.set_title(title, fontsize=10)
    axes.axis("off")


def draw_ratios(axes: Axes, wells: pd.DataFrame, correlation: float) -> None:
    """Show the ratio of every well over the dose, and the median of the wells of a dose."""
    medians = wells.groupby("dose_level")["ratio"].median()
    axes.plot(medians.index, medians, color="black", lw=1, zorder=0, label="median of wells")
    nudge = 0.06 * (wells["row"].map(ord) - ord("C") - 0.5)
    for name, query, color, marker in GROUPS:
        group = wells.query(query)
        at = group["dose_level"] + nudge[group.index]
        axes.scatter(at, group["ratio"], 18, color, marker=marker, label=f"{name} ({len(group)})")
    axes.set(xlabel="dose level", ylabel="reporter, nucleus / ring", xticks=medians.index)
    axes.set_title(f"{len(wells)} wells, Spearman {correlation:.2f}", fontsize=10)
    axes.legend(frameon=False, fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)


def draw_figure(wells: pd.DataFrame, correlation: float, plate: Path, path: Path) -> None:
    figure = Figure(figsize=(10, 3.4), layout="constrained")
    none, most, ratios = figure.subplots(1, 3, width_ratios=[1, 1, 1.5])
    draw_well(none, plate / "A01.ome.tif", "dose level 0 (well A01)")
    draw_well(most, plate / "A12.ome.tif", "dose level 10 (well A12)")
    draw_ratios(ratios, wells, correlation)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


def main() -> None:
    started = time.process_time()
    wells = measure_plate(PLATE)
    spent = time.process_time() - started
    treated = wells[wells["control"] == 0]
    by_set = {
        name: float(spearmanr(chosen["dose_level"], chosen["ratio"]).statistic)
        for name, chosen in {
            "all wells": wells,
            "treated wells": treated,
            "treated, rows A-D": treated[treated["row"] < "E"],
            "treated, rows E-F": treated[treated["row"] >= "E"],
        }.items()
    }
    summary = wells.groupby("dose_level").agg(
        wells=("well", "size"), cells=("n_cells", "sum"), ratio=("ratio", "median")
    )
    print(summary.to_string(float_format="{:.2f}".format))
    for name, correlation in by_set.items():
        print(f"Spearman of ratio and dose, {name:18} {correlation:6.3f}")
    print(f"{wells['n_cells'].sum()} cells in {len(wells)} wells, {spent:.1f} s CPU")
    draw_figure(wells, by_set["all wells"], PLATE, FIGURE)
    if by_set["all wells"] <= WANTED_CORRELATION:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
