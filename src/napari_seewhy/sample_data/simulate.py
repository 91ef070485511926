"""Draw the sample files: ``python -m napari_seewhy.sample_data.simulate --out DIR --seed 0``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import SeewhyError
from napari_seewhy.files import write_text, writing
from napari_seewhy.images import write_image, write_labels
from napari_seewhy.sample_data.dish_options import DishOptions
from napari_seewhy.sample_data.draw_dishes import draw_dishes
from napari_seewhy.sample_data.draw_tracks import draw_tracks
from napari_seewhy.sample_data.field import SimulatedField, simulate_field
from napari_seewhy.sample_data.folder import FIELDS
from napari_seewhy.sample_data.sample_readme import README
from napari_seewhy.sample_data.simulate_options import SimulateOptions
from napari_seewhy.sample_data.tracks_options import TracksOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SimulateOptions", "SimulatedField", "draw_sample_data", "main", "simulate_field"]

_CHANGES: dict[str, dict[str, Any]] = {
    "field_typical": {},
    "field_crowded": {"n_cells": 110, "crowding": 0.55, "mitotic_share": 0.12},
    "field_dim": {"n_cells": 60, "exposure": 0.12, "haze": 0.45, "vignetting": 0.5},
}
"""How each field differs from the defaults."""

_DISHES, _DAYS = 2, (8, 14)
"""Dishes of the sample data, and the days on which they are pictured."""


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
