"""Draw the sample files: ``python -m napari_seewhy.sample_data.simulate --out DIR --seed 0``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import SeewhyError
from napari_seewhy.files import write_text, writing
from napari_seewhy.images import write_image, write_labels
from napari_seewhy.sample_data.field import SimulatedField, simulate_field
from napari_seewhy.sample_data.folder import FIELDS
from napari_seewhy.sample_data.simulate_options import SimulateOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SimulateOptions", "SimulatedField", "draw_sample_data", "main", "simulate_field"]

_CHANGES: dict[str, dict[str, Any]] = {
    "field_typical": {},
    "field_crowded": {"n_cells": 110, "crowding": 0.55, "mitotic_share": 0.12},
    "field_dim": {"n_cells": 60, "exposure": 0.12, "haze": 0.45, "vignetting": 0.5},
}
"""How each field differs from the defaults."""

_README = """\
# Sample data

Simulated fields of stained cells, with the truth about them. Drawn by this project with

    python -m napari_seewhy.sample_data.simulate --out sample_data --seed {seed}

which gives the same pixels again. They carry the project's licence (BSD-3-Clause).

| file | what |
|---|---|
| `field_typical.ome.tif` | the defaults: 20x / 0.75 objective, 0.5 µm pixels, {size} x {size} |
| `field_crowded.ome.tif` | more cells, more of them pressed together, more mitoses |
| `field_dim.ome.tif` | little light, much haze, dark corners |
| `truth/<field>_labels.ome.tif` | labels of the nuclei; of the chromosomes once there is none |
| `truth/<field>_cell_labels.ome.tif` | labels of the whole cells, numbered as their nuclei |
| `truth/<field>_cells.csv` | one row per label, below |
| `truth/<field>_options.json` | the options of `simulate_field` |

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
"""


def options_of(name: str, seed: int) -> SimulateOptions:
    """Look up the options of one sample field; each field has a seed of its own."""
    return SimulateOptions(seed=seed + FIELDS.index(name), **_CHANGES[name])


def draw_sample_data(folder: Path, seed: int = 0) -> None:
    """Draw all sample fields and write them with their truth and a README.

    Raises
    ------
    FileError
        If a file cannot be written.
    """
    folder = Path(folder)
    for name in FIELDS:
        options = options_of(name, seed)
        _write_field(folder, name, simulate_field(options), options)
    write_text(folder / "README.md", _README.format(seed=seed, size=SimulateOptions().size_px))


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
    parser = argparse.ArgumentParser(description="Draw simulated fields of stained cells.")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same pixels")
    chosen = parser.parse_args(arguments)
    try:
        draw_sample_data(chosen.out, chosen.seed)
    except SeewhyError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
