"""Time drawing pictures of genes, from bigWigs on disk to PNG, table and numeric tracks.

PAINTED is a folder that ``../shared/benchmarks/paint_tracks.py`` wrote: 17 compounds and a control.
Beside it stand the same signals drawn by a plain loop with matplotlib, for a few genes.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib import pyplot

from napari_seewhy.epigenome.drawing.compounds import CompoundTracks
from napari_seewhy.epigenome.drawing.draw import draw_genes
from napari_seewhy.genome import place_genes, read_genes
from napari_seewhy.genome.track import Track
from napari_seewhy.genome.window import bin_window, pair_sites

N_REPORT = 8743
"""Pictures of the 2023 report."""


matplotlib.use("agg")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("painted", type=Path, nargs="?", default=Path("out/painted"))
    parser.add_argument("--compounds", type=int, default=17, help="draw so many of them")
    parser.add_argument("--plain", type=int, default=40, help="pictures of the plain loop")
    arguments = parser.parse_args()
    if not arguments.painted.is_dir():
        print(f"skipped: {arguments.painted} does not exist; paint_tracks.py makes it")
        return
    compounds = find_compounds(arguments.painted)[: arguments.compounds]
    genes = arguments.painted / "genes.bed"
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        begun, cpu = time.perf_counter(), sum(os.times()[:4])
        done = draw_genes(compounds, genes, Path(folder))
        wall, cpu = time.perf_counter() - begun, sum(os.times()[:4]) - cpu
        sizes = [path.stat().st_size for path in Path(folder).rglob("*.png")]
    n = sum(one.n_pictures for one in done)
    ours = show("napari-seewhy", n, wall, cpu)
    print(f"{np.mean(sizes) / 1000:.1f} kB per picture")
    draw_plainly(compounds[0], genes, 1)  # finds its fonts once, which is not timed
    begun, cpu = time.perf_counter(), sum(os.times()[:4])
    draw_plainly(compounds[0], genes, arguments.plain)
    wall, cpu = time.perf_counter() - begun, sum(os.times()[:4]) - cpu
    plain = show("plain loop with matplotlib", arguments.plain, wall, cpu)
    print(f"CPU time per picture: {plain / ours:.1f} times less than the plain loop")


def show(name: str, n: int, wall: float, cpu: float) -> float:
    """Print a line, and return the CPU time per picture."""
    whole = wall / n * N_REPORT
    print(
        f"{name:28}{n:6} pictures in {wall:6.1f} s wall, {cpu:6.1f} s CPU; "
        f"{N_REPORT:,}: {whole:.0f} s ({whole / 60:.1f} min)",
        flush=True,
    )
    return cpu / n


def find_compounds(painted: Path) -> list[CompoundTracks]:
    """List the compounds of a painted folder, all against its one control."""
    control = painted / "control"
    return [
        CompoundTracks(
            compound=folder.name,
            chromatin=folder / "chromatin.bw",
            methylation=folder / "methylation.bw",
            control_chromatin=control / "chromatin.bw",
            control_methylation=control / "methylation.bw",
        )
        for folder in sorted(painted.glob("compound_*"))
    ]


def draw_plainly(compound: CompoundTracks, genes: Path, n: int) -> None:
    """Draw as one would in a notebook: one figure per gene, distribution and dots."""
    tracks = [Track(path) for path in compound.paths()]
    places = place_genes(read_genes(genes), 5000, mirror=True)[:n]
    with tempfile.TemporaryDirectory() as folder:
        for number, place in enumerate(places):
            found = [track.read(place.chromosome, place.start, place.end) for track in tracks]
            treated, control = (bin_window(found[i], place, 200) for i in (0, 2))
            sites = pair_sites(found[1], found[3], place)
            figure, (upper, lower) = pyplot.subplots(2, 1, figsize=(2.4, 1.7), sharex=True)
            x = np.arange(200) * 50 + 25
            upper.fill_between(x, control)
            upper.fill_between(x, treated, alpha=0.5)
            lower.scatter(sites.offset_bp, sites.difference, c=sites.level, s=3, cmap="coolwarm")
            figure.savefig(Path(folder) / f"{number}.png", dpi=100)
            pyplot.close(figure)
    for track in tracks:
        track.__exit__()


if __name__ == "__main__":
    main()
