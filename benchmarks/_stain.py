"""What the benchmarks of virtual immunostaining share: reading, judging, printing."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from matplotlib.figure import Figure
from scipy.stats import spearmanr

from napari_seewhy.files import write_json
from napari_seewhy.progress import finish
from napari_seewhy.staining.block_scores import judge_blocks
from napari_seewhy.staining.card import load_stain
from napari_seewhy.staining.grid import BlockGrid, positive_area
from napari_seewhy.staining.predict import stain_pixels
from napari_seewhy.staining.train import train_stain_steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.staining.block_scores import BlockScores
    from napari_seewhy.staining.card import StainModel
    from napari_seewhy.staining.stain_field import StainField
    from napari_seewhy.staining.stain_options import StainOptions
    from napari_seewhy.staining.stain_plan import StainSource

HERE = Path(__file__).resolve().parent
IMAGES = HERE.parent / "docs" / "images"
DATA = HERE.parents[1] / "shared" / "data"


def parse(doc: str | None, model: Path | None = None) -> argparse.Namespace:
    """Read the command line that all of them take; `model` is taken where none is named."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument(
        "model",
        type=Path,
        nargs="?",
        default=model or Path("out/bench") / f"{Path(sys.argv[0]).stem}.safetensors",
        help="model file, written where it is not there",
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path, help="where the figures of the report go")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    chosen.model.parent.mkdir(parents=True, exist_ok=True)
    return chosen


def train_or_load(
    path: Path, fields: Sequence[StainField], options: StainOptions, source: StainSource
) -> StainModel:
    """Load a model, or train it; a training that was interrupted is continued."""
    if path.exists():
        return load_stain(path)
    start, epoch = time.perf_counter(), 0

    def show(step: object) -> None:
        nonlocal epoch
        if getattr(step, "epoch", 0) > epoch:
            epoch = step.epoch
            seconds = time.perf_counter() - start
            print(f"epoch {epoch}: stop loss {step.stop_loss:.4f}, {seconds:.0f} s", flush=True)

    task = train_stain_steps(fields, options, out=path, source=source, resume=True)
    return finish(task, show)


def judge(
    model: StainModel, fields: Sequence[StainField]
) -> tuple[BlockScores, np.ndarray, np.ndarray, np.ndarray]:
    """Stain fields that were not learned from.

    Returns the scores over all their side-by-side blocks, the correlation of probability and
    positive area, and per field the predicted and the measured efficiency.
    """
    grid = BlockGrid(model.card.block_px, model.card.block_px)
    said = [stain_pixels(model, field.phase).probability for field in fields]
    areas = [positive_area(field.positive, grid) for field in fields]
    truths = [area >= model.card.positive_area for area in areas]
    probability, area = (np.concatenate([one.ravel() for one in all_]) for all_ in (said, areas))
    scores = judge_blocks(probability, area >= model.card.positive_area, model.card.cut)
    correlation = np.corrcoef(probability, area)[0, 1]
    predicted, measured = (np.array([one.mean() for one in all_]) for all_ in (said, truths))
    return scores, correlation, predicted, measured


def show_blocks(scores: BlockScores, wanted: dict[str, float]) -> dict[str, float]:
    """Print the figures of blocks beside what is wanted; return them by name."""
    print(
        f"{scores.n_blocks} blocks, {scores.n_positives} positive; saying the more frequent of "
        f"always: accuracy {scores.baseline:.3f}"
    )
    for name, value in scores.to_json().items():
        if not name.startswith(("n_", "base")):
            target = f"   wanted {wanted[name]:.2f}" if name in wanted else ""
            print(f"  {name:18s} {value:.3f}{target}")
    return {name: round(value, 4) for name, value in scores.to_json().items()}


def show_efficiencies(predicted: np.ndarray, measured: np.ndarray) -> dict[str, float]:
    """Print, and return by name, how well the efficiency of fields or dishes is estimated."""
    r = np.corrcoef(predicted, measured)[0, 1]
    rho = spearmanr(predicted, measured).statistic
    mae = 100 * np.abs(predicted - measured).mean()
    print(f"  efficiency of {len(measured)}: Pearson r {r:.3f}, Spearman {rho:.3f}, ", end="")
    print(f"mean absolute error {mae:.2f} points")
    return {
        "efficiency_pearson_r": round(float(r), 4),
        "efficiency_spearman_r": round(float(rho), 4),
        "efficiency_mae": round(float(mae) / 100, 4),
        "n_efficiencies": len(measured),
    }


def keep(path: Path | None, figures: dict[str, float]) -> None:
    """Write the figures as JSON where that was asked for."""
    if path is not None:
        write_json(path, figures)


def draw_efficiencies(name: str, title: str, predicted: np.ndarray, measured: np.ndarray) -> None:
    """Draw predicted against measured efficiencies into docs/images."""
    figure = Figure(figsize=(4.2, 4), layout="constrained")
    axes = figure.subplots()
    top = 105 * max(predicted.max(), measured.max())
    axes.plot([0, top], [0, top], color="#999999", linewidth=1)
    axes.plot(100 * measured, 100 * predicted, "o", color="#0072B2", markersize=5, alpha=0.8)
    axes.set(xlabel="measured with the marker (%)", ylabel="virtual stain (%)", title=title)
    axes.set(xlim=(0, top), ylim=(0, top), aspect="equal")
    figure.savefig(IMAGES / f"{name}.png", dpi=110)
