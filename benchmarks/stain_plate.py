"""Predict where DNA is from the reporter alone, over the wells of a plate.

    python benchmarks/stain_plate.py plate.safetensors

Rows A-D teach (whole wells of them say when to stop), rows E-F are judged and never opened before.
A block of 16 px is positive where a quarter of it is above Otsu's threshold of its well's DNA.
"""

from __future__ import annotations

import numpy as np
from skimage.filters import threshold_otsu

from _stain import (
    DATA,
    draw_efficiencies,
    judge,
    keep,
    parse,
    show_blocks,
    show_efficiencies,
    train_or_load,
)
from napari_seewhy.images import read_image
from napari_seewhy.staining.stain_field import StainField
from napari_seewhy.staining.stain_options import StainOptions
from napari_seewhy.staining.stain_plan import StainSource

PLATE = DATA / "translocation_plate"
WANTED = {"roc_auc": 0.97, "f1": 0.85}
OPTIONS = StainOptions(
    block_px=16,
    window_blocks=16,
    width=16,
    epochs=45,
    n_windows=160,
    marker_name="DNA",
    data="CellProfiler/ExampleSBSImages, rows A-D",
    licence="BSD-3-Clause",
    device="cpu",
    precision="bf16",
)


def read_wells(rows: str) -> tuple[list[StainField], tuple]:
    """Read the wells of some rows."""
    files = tuple(sorted(path for row in rows for path in PLATE.glob(f"{row}*.ome.tif")))
    fields = []
    for file in files:
        image = read_image(file)
        reporter, dna = (
            np.asarray(image.pixels[image.channel_index(name)]) for name in ("reporter", "DNA")
        )
        well = file.name.removesuffix(".ome.tif")
        fields.append(StainField(well, reporter[None], dna > threshold_otsu(dna), dna, group=well))
    return fields, files


def main() -> None:
    chosen = parse(__doc__)
    train, files = read_wells("ABCD")
    source = StainSource(("reporter",), {"how": "otsu", "per_image": True}, files)
    model = train_or_load(chosen.model, train, OPTIONS, source)
    report, _ = read_wells("EF")
    scores, correlation, predicted, measured = judge(model, report)
    print(f"{len(report)} wells of rows E-F:")
    figures = show_blocks(scores, WANTED)
    print(f"  correlation of probability and positive area {correlation:.3f}")
    print("  wanted: efficiency r 0.90")
    keep(chosen.json, figures | show_efficiencies(predicted, measured))
    draw_efficiencies("virtual_stain_plate", "24 wells of unseen rows", predicted, measured)
    brightness = np.array([one.phase.mean() for one in report])
    print(f"  mean brightness against measured: r {np.corrcoef(brightness, measured)[0, 1]:.3f}")


if __name__ == "__main__":
    main()
