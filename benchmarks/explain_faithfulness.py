"""How faithful the heatmaps of every method are, and whether they come from what was learned.

For the cells of the simulated field and a model: area below the deletion curve (the less the
better) and the insertion curve (the more the better; Petsiuk et al. 2018), beside those of places
taken at random; rank correlation with the same network with fresh weights (below 0.5 is wanted;
Adebayo et al. 2018); share of attention in the nucleus.

Run it as

    python benchmarks/explain_faithfulness.py [MODEL] [--cells 32]

Without a model it is the one for the tour, which was trained on such fields.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import numpy as np

from napari_seewhy.cells.cropping import plan_model_crops_steps
from napari_seewhy.cells.labels import LabelledCells
from napari_seewhy.explaining import ExplainOptions
from napari_seewhy.explaining.attention import attention_shares
from napari_seewhy.explaining.explain import explain
from napari_seewhy.explaining.explain_options import MethodName
from napari_seewhy.explaining.faithfulness import measure_faithfulness
from napari_seewhy.explaining.sanity import check_sanity
from napari_seewhy.layers import image_from_layers, labels_from_layer
from napari_seewhy.models import load_model
from napari_seewhy.models.files.library import SHIPPED_FOLDER
from napari_seewhy.progress import finish
from napari_seewhy.sample_data import open_field_with_truth

if TYPE_CHECKING:
    from napari_seewhy.cells.cropping import CropPlan
    from napari_seewhy.explaining import Heatmaps
    from napari_seewhy.models import Model

TOUR = SHIPPED_FOLDER / "cell-cycle-simulated.safetensors"
EXACT = ExplainOptions(device="cpu", precision="fp32")


def plan_cells(model: Model) -> CropPlan:
    from napari.layers import Layer

    layers = [Layer.create(*data) for data in open_field_with_truth()]
    labels = next(layer for layer in layers if layer.name.startswith("true nuclei"))
    images = [layer for layer in layers if not layer.name.startswith("true")]
    cells = LabelledCells(image_from_layers(images), labels_from_layer(labels))
    return finish(plan_model_crops_steps(cells, model.card))


def shuffle(heatmaps: Heatmaps) -> Heatmaps:
    """Put the squares of every heatmap into a random order."""
    flat = heatmaps.grid.reshape(len(heatmaps), -1)
    shuffled = np.random.default_rng(0).permuted(flat, axis=1)
    return replace(heatmaps, grid=shuffled.reshape(heatmaps.grid.shape))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, nargs="?", default=TOUR)
    parser.add_argument("--cells", type=int, default=32, help="how many are explained")
    chosen = parser.parse_args()
    path = chosen.model
    model = load_model(path)
    plan = plan_cells(model)
    rows = np.linspace(0, len(plan) - 1, min(chosen.cells, len(plan))).astype(int)
    pixels, masks = plan.cut(rows), plan.cut_masks(rows, plan.source.labels)
    print(f"{path.name}, {len(rows)} cells")
    print("method       deletion  insertion  random  fresh weights  in nucleus")
    for method in get_args(MethodName):
        options = EXACT.change(method=method)
        heatmaps = explain(model, pixels, options)
        found, by_chance = (
            measure_faithfulness(model, pixels, maps, options)
            for maps in (heatmaps, shuffle(heatmaps))
        )
        share = attention_shares(heatmaps.values, {"nucleus": masks})["nucleus"].mean()
        print(
            f"{method:12} {found.deletion_area.mean():8.3f}  {found.insertion_area.mean():9.3f}  "
            f"{by_chance.deletion_area.mean():.3f}/{by_chance.insertion_area.mean():.3f}  "
            f"{check_sanity(model, pixels, options).mean:10.2f}  {share:9.2f}"
        )


if __name__ == "__main__":
    main()
