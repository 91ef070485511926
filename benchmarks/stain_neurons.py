"""Stain neurons virtually (MAP2 from phase contrast), and judge it on the part never learned from.

    python benchmarks/stain_neurons.py neurons.safetensors

The left two thirds of the field (x < 512) teach, a strip of them says when to stop; the rest is cut
off before training and is a field of its own in the report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from skimage.filters import threshold_otsu

from _stain import DATA, IMAGES, judge, keep, parse, show_blocks, train_or_load
from napari_seewhy.images import read_image
from napari_seewhy.staining.grid import paint_blocks
from napari_seewhy.staining.predict import stain_pixels
from napari_seewhy.staining.stain_field import StainField
from napari_seewhy.staining.stain_options import StainOptions
from napari_seewhy.staining.stain_plan import StainSource

if TYPE_CHECKING:
    from napari_seewhy.staining.card import StainModel

WANTED = {"roc_auc": 0.97, "f1": 0.77, "accuracy": 0.96}
EDGE = 512
PLANES = (0, 3, 6, 9, 12)
FILES = tuple(
    DATA / "neurons" / name for name in ("phase_contrast_z13.ome.tif", "dapi_map2_nfh.ome.tif")
)
OPTIONS = StainOptions(
    width=16,
    epochs=14,
    n_windows=96,
    marker_name="MAP2",
    data="google/in-silico-labeling: neurons, one field, x < 512 (a stand-in for cardiomyocytes)",
    licence="Apache-2.0",
    device="cpu",
    precision="bf16",
)


def read_neurons() -> tuple[StainField, StainSource]:
    """Read the field with the mask of its marker: above Otsu's threshold of log intensity."""
    phase, marker = (read_image(file) for file in FILES)
    map2 = np.asarray(marker.pixels).squeeze()[1]
    threshold = float(np.exp(threshold_otsu(np.log(np.maximum(map2, 1)))))
    planes = np.asarray(phase.pixels).squeeze()[list(PLANES)]
    names = tuple(f"phase z{z}" for z in PLANES)
    field = StainField("neurons", planes, map2 > threshold, map2, pixel_size_um=phase.pixel_size_um)
    return field, StainSource(
        names, {"how": "log-otsu", "per_image": True, "value": threshold}, FILES
    )


def split_neurons(field: StainField) -> tuple[StainField, StainField]:
    """Cut the field in two, so that neither holds a pixel of the other."""
    everything = slice(None)
    return field.cut(everything, slice(EDGE)), field.cut(everything, slice(EDGE, None))


def draw(model: StainModel, report: StainField) -> None:
    """Show phase contrast, real marker and virtual stain of the unseen strip side by side."""
    fine = stain_pixels(model, report.phase, stride_px=8)
    virtual = paint_blocks(fine.probability, fine.grid, report.shape_px)
    phase = report.phase[len(PLANES) // 2]
    figure = Figure(figsize=(7.2, 10), layout="constrained")
    panels = figure.subplots(1, 3)
    panels[0].imshow(
        phase, cmap="gray", vmin=np.percentile(phase, 0.5), vmax=np.percentile(phase, 99.5)
    )
    panels[1].imshow(report.marker, cmap="gray", vmax=np.percentile(report.marker, 99.5))
    panels[2].imshow(virtual, cmap="magma", vmin=0, vmax=1)
    for axes in panels[1:]:
        axes.contour(report.positive, [0.5], colors="#56B4E9", linewidths=0.6)
    titles = "phase contrast", "MAP2, above threshold", "virtual: probability per block"
    for axes, title in zip(panels, titles, strict=True):
        axes.set_title(title, fontsize=10)
        axes.axis("off")
    figure.savefig(IMAGES / "virtual_stain_neurons.png", dpi=110)


def main() -> None:
    chosen = parse(__doc__)
    field, source = read_neurons()
    train, report = split_neurons(field)
    model = train_or_load(chosen.model, [train], OPTIONS, source)
    scores, correlation, *_ = judge(model, [report])
    print(f"Unseen strip x >= {EDGE}:")
    figures = show_blocks(scores, WANTED)
    print(f"  correlation of probability and positive area {correlation:.3f}   wanted 0.85")
    draw(model, report)
    keep(chosen.json, figures | {"area_correlation": round(float(correlation), 4)})


if __name__ == "__main__":
    main()
