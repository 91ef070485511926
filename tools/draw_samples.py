"""Draw the sample files: ``python tools/draw_samples.py --out DIR --seed 0``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from draw_dishes import draw_dishes
from draw_tracks import draw_tracks
from napari_seewhy.errors import SeewhyError
from napari_seewhy.files import write_text, writing
from napari_seewhy.images import write_image, write_labels
from napari_seewhy.sample_data import FIELDS
from simulating.dishes.cardiac_dish import simulate_series
from simulating.dishes.dish_options import DishOptions
from simulating.dishes.dishes import efficiency_on
from simulating.fields.field import SimulatedField, simulate_field
from simulating.fields.simulate_options import SimulateOptions
from simulating.genome.tracks_options import TracksOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.images import CellImage

__all__ = ["SimulateOptions", "SimulatedField", "draw_sample_data", "main", "simulate_field"]

_CHANGES: dict[str, dict[str, Any]] = {
    "field_typical": {},
    "field_crowded": {"n_cells": 110, "crowding": 0.55, "mitotic_share": 0.12},
    "field_dim": {"n_cells": 60, "exposure": 0.12, "haze": 0.45, "vignetting": 0.5},
}
"""How each field differs from the defaults."""

README = """\
# Sample data

Simulated fields of stained cells, dishes and tracks whose truth is known. This project draws them
from a checkout of its source (`tools/` is not part of the installed package) with

    python tools/draw_samples.py --out sample_data --seed {seed}

The same seed gives the same pixels. The files carry the project's licence (BSD-3-Clause).

| file | what |
|---|---|
| `field_typical.ome.tif` | the defaults: 20x / 0.75 objective, 0.5 µm pixels, {size} x {size} |
| `field_crowded.ome.tif` | more cells, more of them pressed together, more mitoses |
| `field_dim.ome.tif` | little light, much haze, dark corners |
| `truth/<field>_labels.ome.tif` | labels of the nuclei; of the chromosomes once there is none |
| `truth/<field>_cell_labels.ome.tif` | labels of the whole cells, numbered as their nuclei |
| `truth/<field>_cells.csv` | one row per label, below |
| `truth/<field>_options.json` | the options of `simulate_field` |
| `dishes/` | phase contrast of differentiating dishes with a marker of cardiomyocytes, below |
| `series/` | one place of a dish on eight days: phase contrast and the marker |
| `epigenome/` | tracks of chromatin and methylation, untreated and treated, below |

## Fields of cells

Channels: DNA, Golgi, CENP-F (a marker of G2: low in G1, rising in late S), microtubules.

| column of the truth | means |
|---|---|
| `label` | number in both label images |
| `phase` | G1, S, G2 or M |
| `stage` | interphase, prophase, metaphase or anaphase; each daughter of an anaphase has its row |
| `y`, `x` | centre of the nucleus in pixels |
| `dna_content` | copies of the haploid genome, 2 to 4; 2 in each daughter of an anaphase |
| `marker` | level of CENP-F in the nucleus, 1 = a typical G2 cell |
| `area_um2` | area of the nucleus' label |
| `golgi_area_um2`, `golgi_fragments` | area and number of pieces of the Golgi, before any blur |
| `touches_border` | whether the nucleus reaches the edge, where its content is cut off |

## Dishes

Two dishes on two days, 10x / 0.3 objective, {dish_um} µm pixels. More of them, with other cells:

    python tools/draw_dishes.py --out dishes --n 12 --seed 1

| file | what |
|---|---|
| `dishes/<dish>_day_<day>.ome.tif` | channels phase contrast and NKX2.5, the marker |
| `dishes/truth/<dish>_day_<day>_hearts.ome.tif` | 1 where a cardiomyocyte is, else 0 |
| `dishes/dishes.csv` | name, dish, day, efficiency: share of the field that is cardiomyocyte |

Cardiomyocytes have fibres inside, other cells grains of the same size, strength and number, and
others lie as densely: neither brightness nor local variance shows where they are.

## Epigenome

{n_genes} genes on a chromosome of no organism, a control and {n_compounds} compounds. More of them:

    python tools/draw_tracks.py --out tracks --genes 1000 --compounds 4 --seed 1

| file | what |
|---|---|
| `epigenome/<sample>/chromatin.bw` | reads of a mark of active promoters in every 25 bp |
| `epigenome/<sample>/methylation.bw` | methylated share of the reads of every CpG, 0 to 1 |
| `epigenome/genes.bed` | the genes; they start at `start` on +, at the base before `end` on - |
| `epigenome/genome.fa` | its letters (`draw_promoters.py`); FOS in promoters of induced genes |
| `epigenome/compounds.csv` | which tracks belong together, for `seewhy epigenome draw` |
| `epigenome/truth.csv` | one row per compound and gene, below |

| column of the truth | means |
|---|---|
| `compound`, `gene` | the sample, and the name in `genes.bed` |
| `class` | suppression, induction or non_significant |
| `where` | what was changed: chromatin, methylation, both, none, or a decoy, below |
| `position` | of the start of the gene, bp, 0-based |

True effects act near the start of a gene. Decoys are not significant: decoy_outside lies 3 to
4.5 kb away, decoy_global changes the whole window, decoy_balanced goes up on one side of the start
and down on the other.
"""
"""The page beside the files."""

_DISHES, _DAYS = 2, (8, 14)
"""Dishes of the sample data, and the days on which they are imaged."""

_SERIES_DAYS, _SERIES_PX, _SERIES_FINAL, _HALF_WAY_DAY = (5, 6, 7, 8, 9, 10, 12, 14), 384, 0.5, 8.0
_SERIES_SEED = 20
"""Days, size and course of the time series; its seed is this one more than that of the others."""


def options_of(name: str, seed: int) -> SimulateOptions:
    """Look up the options of one sample field; each field has a seed of its own."""
    return SimulateOptions(seed=seed + FIELDS.index(name), **_CHANGES[name])


def draw_sample_data(folder: Path, seed: int = 0) -> None:
    """Draw all sample fields, dishes and tracks, and write them with their truth and a README.

    Raises
    ------
    FileError
        If a file cannot be written.
    """
    folder = Path(folder)
    for name in FIELDS:
        options = options_of(name, seed)
        _write_field(folder, name, simulate_field(options), options)
    draw_dishes(folder / "dishes", _DISHES, seed, days=_DAYS)
    write_image(folder / "series" / "dish_series.ome.tif", _draw_series(seed))
    tracks = TracksOptions(seed=seed)
    draw_tracks(folder / "epigenome", tracks)
    readme = README.format(
        seed=seed,
        size=SimulateOptions().size_px,
        dish_um=DishOptions().pixel_size_um,
        n_genes=tracks.n_genes,
        n_compounds=tracks.n_compounds,
    )
    write_text(folder / "README.md", readme)


def _draw_series(seed: int) -> CellImage:
    efficiencies = [efficiency_on(day, _SERIES_FINAL, _HALF_WAY_DAY) for day in _SERIES_DAYS]
    options = DishOptions(size_px=_SERIES_PX, seed=seed + _SERIES_SEED)
    return simulate_series(efficiencies, options).image


def _write_field(folder: Path, name: str, field: SimulatedField, options: SimulateOptions) -> None:
    truth = folder / "truth"
    size_um = options.pixel_size_um
    write_image(folder / f"{name}.ome.tif", field.image)
    write_labels(truth / f"{name}_labels.ome.tif", field.nuclei, pixel_size_um=size_um)
    write_labels(truth / f"{name}_cell_labels.ome.tif", field.cells, pixel_size_um=size_um)
    with writing(truth / f"{name}_cells.csv") as part:
        field.truth.to_csv(part, index=False, float_format="%.4g", lineterminator="\n")
    options.save(truth / f"{name}_options.json")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Draw the sample data of the package.")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same pixels")
    chosen = parser.parse_args(arguments)
    try:
        draw_sample_data(chosen.out, chosen.seed)
    except SeewhyError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
