"""Stain simulated dishes virtually, and judge it on dishes that were never learned from.

    python benchmarks/stain_dishes.py dishes.safetensors

Beside the network stands what mean brightness and local variance of phase contrast reach, each with
the best cut that the training dishes give.
"""

from __future__ import annotations

import numpy as np
from skimage.filters import threshold_otsu

from _stain import (
    draw_efficiencies,
    judge,
    keep,
    parse,
    show_blocks,
    show_efficiencies,
    train_or_load,
)
from napari_seewhy.staining.block_scores import judge_blocks
from napari_seewhy.staining.grid import BlockGrid, positive_area
from napari_seewhy.staining.stain_field import StainField
from napari_seewhy.staining.stain_options import StainOptions
from napari_seewhy.staining.stain_plan import StainSource
from simulating.dishes.dishes import DAYS, simulate_dishes

N_TRAIN, N_REPORT = 16, 24
REPORT_DAYS = (8, 14)
TRAIN_SEED, REPORT_SEED = 1, 2
WANTED = {"f1": 0.9}
OPTIONS = StainOptions(
    width=16,
    epochs=60,
    n_windows=96,
    marker_name="NKX2.5 (simulated)",
    data=f"{N_TRAIN} dishes on 4 days, simulated by this program (seed {TRAIN_SEED})",
    licence="BSD-3-Clause",
    device="cpu",
    precision="bf16",
)


def read_dishes(
    n: int, seed: int, days: tuple[int, ...], threshold: float | None = None
) -> tuple[list[StainField], float, np.ndarray]:
    """Draw dishes; a pixel is positive above Otsu's threshold of the log of all their markers.

    Returns fields, threshold, and the true efficiency of each field.
    """
    drawn = list(simulate_dishes(n, seed, days=days))
    pixels = [np.asarray(one.drawn.image.pixels) for one in drawn]
    if threshold is None:
        every = np.concatenate([one[1, ::4, ::4].ravel() for one in pixels])
        threshold = float(np.exp(threshold_otsu(np.log(np.maximum(every, 1)))))
    fields = [
        StainField(
            name=dish.name,
            phase=both[:1],
            positive=both[1] > threshold,
            marker=both[1],
            group=dish.dish,
            pixel_size_um=dish.drawn.image.pixel_size_um,
        )
        for dish, both in zip(drawn, pixels, strict=True)
    ]
    right = np.mean([f.positive == d.drawn.is_heart for f, d in zip(fields, drawn, strict=True)])
    agree = f"{100 * right:.1f} % of the pixels"
    print(f"seed {seed}: the marker above {threshold:.0f} tells the truth of {agree}")
    grid = BlockGrid(OPTIONS.block_px, OPTIONS.block_px)
    areas = [positive_area(dish.drawn.is_heart, grid) for dish in drawn]
    true = np.array([(area >= OPTIONS.positive_area).mean() for area in areas])
    return fields, threshold, true


def measure_plainly(field: StainField, grid: BlockGrid) -> dict[str, np.ndarray]:
    """Return mean brightness and local variance of the blocks, against the whole field."""
    phase = field.phase[0].astype(np.float64)
    scaled = (phase - phase.mean()) / phase.std()
    edge = grid.block_px
    height, width = (side // edge * edge for side in scaled.shape)
    blocks = scaled[:height, :width].reshape(height // edge, edge, width // edge, edge)
    return {"mean brightness": blocks.mean((1, 3)), "local variance": blocks.var((1, 3))}


def show_baselines(train: list[StainField], report: list[StainField]) -> None:
    """Print what plain measurements reach, turned the way and cut where the training is best."""
    grid = BlockGrid(OPTIONS.block_px, OPTIONS.block_px)
    for name in ("mean brightness", "local variance"):
        (said, true), (unseen, unseen_true) = (
            (
                np.concatenate([measure_plainly(one, grid)[name].ravel() for one in fields]),
                np.concatenate([positive_area(one.positive, grid).ravel() for one in fields])
                >= OPTIONS.positive_area,
            )
            for fields in (train, report)
        )
        sign = 1 if judge_blocks(said, true).roc_auc >= 0.5 else -1
        cuts = np.quantile(sign * said, np.linspace(0.02, 0.98, 97))
        cut = max(cuts, key=lambda cut: judge_blocks(sign * said, true, cut).f1)
        scores = judge_blocks(sign * unseen, unseen_true, cut)
        print(f"  {name}: F1 {scores.f1:.3f}, AUC {scores.roc_auc:.3f}")


def main() -> None:
    chosen = parse(__doc__)
    train, threshold, _ = read_dishes(N_TRAIN, TRAIN_SEED, DAYS)
    source = StainSource(
        ("phase contrast",), {"how": "log-otsu", "per_image": False, "value": threshold}
    )
    model = train_or_load(chosen.model, train, OPTIONS, source)
    report, _, true = read_dishes(N_REPORT, REPORT_SEED, REPORT_DAYS, threshold)
    scores, correlation, predicted, measured = judge(model, report)
    print(f"{N_REPORT} unseen dishes, days {REPORT_DAYS}:")
    figures = show_blocks(scores, WANTED)
    print(f"  correlation of probability and positive area {correlation:.3f}")
    show_efficiencies(predicted, measured)
    dishes = np.array([one.group for one in report])
    each = [dishes == dish for dish in np.unique(dishes)]
    per_dish, per_dish_measured, per_dish_true = (
        np.array([values[one].mean() for one in each]) for values in (predicted, measured, true)
    )
    print("per dish, over its days (wanted: r 0.99, 2 points):")
    figures |= show_efficiencies(per_dish, per_dish_measured)
    print("per dish, against the truth instead of the marker:")
    against_truth = show_efficiencies(per_dish, per_dish_true)
    for name in ("pearson_r", "mae"):
        figures[f"efficiency_against_truth_{name}"] = against_truth[f"efficiency_{name}"]
    keep(chosen.json, figures)
    title = "24 unseen simulated dishes"
    draw_efficiencies("virtual_stain_dishes", title, per_dish, per_dish_measured)
    print("plain measurements of the same blocks:")
    show_baselines(train, report)


if __name__ == "__main__":
    main()
