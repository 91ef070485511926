"""Draw dishes as files: ``python tools/draw_dishes.py --out DIR --n 24``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import SeewhyError
from napari_seewhy.files import writing
from napari_seewhy.images import write_image, write_labels
from simulating.dishes.dishes import DAYS, simulate_dishes

if TYPE_CHECKING:
    from collections.abc import Sequence


def draw_dishes(folder: Path, n: int, seed: int = 0, *, days: Sequence[int] = DAYS) -> None:
    """Write simulated dishes as OME-TIFF, with their truth.

    Parameters
    ----------
    folder
        Gets ``dish_001_day_08.ome.tif`` ... (channels phase contrast and NKX2.5), ``dishes.csv``
        (name, dish, day, efficiency) and ``truth/<name>_hearts.ome.tif`` (1 = cardiomyocyte).
    n, seed, days
        As in `simulate_dishes`.

    Raises
    ------
    FileError
        If a file cannot be written.
    """
    import pandas as pd

    folder, rows = Path(folder), []
    for name, dish, day, drawn in simulate_dishes(n, seed, days=days):
        hearts = drawn.is_heart.astype(np.int32)
        write_image(folder / f"{name}.ome.tif", drawn.image)
        write_labels(
            folder / "truth" / f"{name}_hearts.ome.tif",
            hearts,
            pixel_size_um=drawn.options.pixel_size_um,
        )
        rows.append((name, dish, day, drawn.efficiency))
    table = pd.DataFrame(rows, columns=["name", "dish", "day", "efficiency"])
    with writing(folder / "dishes.csv") as part:
        table.to_csv(part, index=False, float_format="%.4f", lineterminator="\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Draw simulated dishes of cardiomyocytes.")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--n", type=int, default=12, help="number of dishes")
    parser.add_argument("--seed", type=int, default=1, help="the package's own files are seed 0")
    parser.add_argument("--days", type=int, nargs="+", default=DAYS, help="when each is pictured")
    chosen = parser.parse_args(arguments)
    try:
        draw_dishes(chosen.out, chosen.n, chosen.seed, days=chosen.days)
    except SeewhyError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
