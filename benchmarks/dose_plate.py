"""Say for the cells of a plate how far a reporter has moved, by a network that saw controls alone.

Every well is segmented with the default method and its cells are cut. A network learns the wells
of dose level 0 from those of level 10, split by rows of the plate, and is judged on the control
wells of rows that it did not see. Then it says how probable "full dose" is for the cells of all
wells: the mean of each well over the dose is fitted with a sigmoid. Run it as

    python benchmarks/dose_plate.py --out plate

Writes samples, model and evaluation (JSON, HTML) into that folder, and ``wells.csv`` and
``dose_plate.png`` with the probability of every well. Labels that are there already are taken.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.optimize import curve_fit
from scipy.stats import spearmanr

from napari_seewhy.cells import (
    CropJob,
    CropOptions,
    SegmentOptions,
    TableTargetOptions,
    crop_files_steps,
    measure_cells,
    segment,
)
from napari_seewhy.images import read_image, read_labels, write_labels
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.models.running.predict import predict
from napari_seewhy.models.running.predict_options import PredictOptions
from napari_seewhy.progress import finish
from napari_seewhy.samples.splitting.split import SplitOptions, split_samples
from napari_seewhy.training.fitting.fit import fit
from napari_seewhy.training.fitting.options import TrainOptions
from napari_seewhy.training.judging.options import EvaluateOptions
from napari_seewhy.training.reporting.report import report_steps

if TYPE_CHECKING:
    from napari_seewhy.samples import SampleSet
    from napari_seewhy.samples.splitting.three_sets import Split
    from napari_seewhy.training.judging.evaluation import Evaluation

PLATE = Path(__file__).parents[2] / "shared" / "data" / "translocation_plate"
CLASSES = ("no dose", "full dose")
LEVELS = {0: CLASSES[0], 10: CLASSES[1]}
WANTED_AUC = 0.99
QUICK_WELLS = ("A01", "A06", "A12", "B01", "B12", "C01", "C12")


class Sigmoid(NamedTuple):
    """Four parameters of a dose response; EC50 in dose levels, with its standard error."""

    bottom: float
    top: float
    ec50: float
    slope: float
    ec50_error: float


def respond(level: np.ndarray, bottom: float, top: float, ec50: float, slope: float) -> np.ndarray:
    """Logistic response to the dose level, which counts steps of dilution: the log of the dose."""
    return bottom + (top - bottom) / (1 + np.exp(-slope * (level - ec50)))


def fit_sigmoid(level: np.ndarray, response: np.ndarray) -> Sigmoid | None:
    """Fit the four parameters; None where they cannot be found."""
    guess = (response.min(), response.max(), float(np.median(level)), 1.0)
    bounds = ([-0.5, 0, level.min(), 0.01], [1, 1.5, level.max(), 20])
    try:
        found, covariance = curve_fit(respond, level, response, guess, bounds=bounds)
    except RuntimeError:
        return None
    return Sigmoid(*map(float, found), float(np.sqrt(covariance[2, 2])))


def find_cells(image_path: Path, labels_path: Path, level: int, method: str | None) -> CropJob:
    """Segment a well, unless that was done before, and say of its cells which class they are."""
    image = read_image(image_path)
    if not labels_path.is_file():
        options = SegmentOptions(channel="DNA")
        found = segment(image, options if method is None else options.change(method=method))
        write_labels(labels_path, found.nuclei)
    cells = measure_cells(image, read_labels(labels_path).labels)
    return CropJob(image_path, labels_path, cells.assign(**{"class": LEVELS.get(level, "between")}))


def cut(wells: pd.DataFrame, out: Path, chosen: argparse.Namespace) -> SampleSet:
    """Cut the cells of all wells; those of the controls have a class."""
    jobs = [
        find_cells(
            PLATE / f"{well.well}.ome.tif",
            out / f"{well.well}_labels.ome.tif",
            well.dose_level,
            chosen.method,
        )
        for well in wells.itertuples()
    ]
    target = TableTargetOptions(classes=CLASSES)
    options = CropOptions(size_px=chosen.size_px)
    gathered = finish(crop_files_steps(jobs, out / "plate.h5", options, target))
    for failure in gathered.failures:
        print(f"left out: {failure.name}: {failure.reason}")
    return gathered.samples


def find_wells(samples: SampleSet) -> np.ndarray:
    return np.array([Path(source).name.split(".")[0] for source in samples.origin["source"]])


def split_by_row(samples: SampleSet, seed: int) -> Split:
    """Keep whole rows of the plate together: their wells were treated side by side."""
    rows = np.array([well[0] for well in find_wells(samples)])
    return split_samples(samples.target, rows, SplitOptions(seed=seed), classes=samples.classes)


def train(
    samples: SampleSet, split: Split, options: TrainOptions, out: Path
) -> tuple[Evaluation, np.ndarray]:
    """Train on controls, judge on controls of other rows; say how probable the full dose is."""
    model = fit(samples, NetworkOptions(), options, split, out=out)
    judging = EvaluateOptions(device="cpu", precision="fp32")
    reported = finish(report_steps(model, samples, out, judging))
    said = predict(reported.model, samples, PredictOptions(device="cpu", precision="fp32"))
    return reported.evaluation, said[:, 1]


def summarise(
    samples: SampleSet, split: Split, full: np.ndarray, wells: pd.DataFrame
) -> pd.DataFrame:
    """Return the wells with their number of cells, mean probability and part in the training."""
    names = find_wells(samples)
    learned = set(names[np.concatenate([split.train, split.stop])])
    by_well = pd.Series(full).groupby(names).agg(["size", "mean"])
    return wells.assign(
        n_cells=wells["well"].map(by_well["size"]).fillna(0).astype(int),
        full_dose=wells["well"].map(by_well["mean"]),
        was_learned=wells["well"].isin(learned),
    ).dropna(subset=["full_dose"])


def describe_response(name: str, wells: pd.DataFrame) -> Sigmoid | None:
    """Print how the wells follow the dose; return the sigmoid."""
    level, response = (wells[key].to_numpy(float) for key in ("dose_level", "full_dose"))
    if len(np.unique(level)) < 3:
        return None
    correlation = float(spearmanr(level, response).statistic)
    sigmoid = fit_sigmoid(level, response) if len(wells) > 4 else None
    fitted = (
        "no sigmoid fits"
        if sigmoid is None
        else f"EC50 at level {sigmoid.ec50:.2f} ± {sigmoid.ec50_error:.2f}, slope "
        f"{sigmoid.slope:.2f}, from {sigmoid.bottom:.3f} to {sigmoid.top:.3f}"
    )
    print(f"{name:28} {len(wells):3} wells, Spearman {correlation:.3f}, {fitted}")
    return sigmoid


def draw(wells: pd.DataFrame, sigmoid: Sigmoid | None, path: Path) -> None:
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    for name, chosen, color in (
        ("learned from", wells["was_learned"], "#999999"),
        ("not seen, rows A-D", ~wells["was_learned"] & (wells["row"] < "E"), "#0072B2"),
        ("not seen, rows E-F", ~wells["was_learned"] & (wells["row"] >= "E"), "#E69F00"),
    ):
        shown = wells[chosen]
        axes.scatter(shown["dose_level"], shown["full_dose"], 18, color, label=name)
    if sigmoid is not None:
        level = np.linspace(0, wells["dose_level"].max(), 200)
        axes.plot(
            level,
            respond(level, *sigmoid[:4]),
            color="black",
            lw=1,
            label="sigmoid, wells not seen",
        )
    axes.set(xlabel="dose level", ylabel="mean probability of the full dose", ylim=(-0.03, 1.03))
    axes.legend(frameon=False, fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120)


def choose() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=Path("out/bench/plate"), help="folder for all files"
    )
    parser.add_argument("--seed", type=int, default=0, help="of split and training")
    parser.add_argument("--epochs", type=int, default=TrainOptions().epochs)
    parser.add_argument("--size-px", type=int, default=40, help="edge of a crop")
    parser.add_argument("--method", help="of segmenting, if not the default")
    parser.add_argument("--precision", choices=("auto", "bf16", "fp32"), default="fp32")
    parser.add_argument("--quick", action="store_true", help="few wells and one epoch, to try")
    return parser.parse_args()


def main() -> None:
    chosen = choose()
    if not PLATE.is_dir():
        print(f"skipped: {PLATE} does not exist")
        return
    chosen.out.mkdir(parents=True, exist_ok=True)
    wells = pd.read_csv(PLATE / "wells.csv")
    if chosen.quick:
        wells = wells[wells["well"].isin(QUICK_WELLS)].reset_index(drop=True)
    options = TrainOptions(
        epochs=1 if chosen.quick else chosen.epochs,
        seed=chosen.seed,
        device="cpu",
        precision=chosen.precision,
    )
    with cut(wells, chosen.out, chosen) as samples:
        split = split_by_row(samples, chosen.seed)
        print(split.summary().to_string())
        evaluation, full = train(samples, split, options, chosen.out / "dose.safetensors")
        table = summarise(samples, split, full, wells)
    print(f"\nControl wells of rows that were not seen:\n{evaluation.describe()}\n")
    by_level = table.groupby("dose_level").agg(
        wells=("well", "size"), cells=("n_cells", "sum"), full_dose=("full_dose", "mean")
    )
    print(by_level.to_string(float_format="{:.3f}".format))
    unseen = table[~table["was_learned"]]
    sigmoid = describe_response("wells not learned from", unseen)
    describe_response("of these, rows A-D", unseen[unseen["row"] < "E"])
    describe_response("of these, rows E-F", unseen[unseen["row"] >= "E"])
    table.to_csv(chosen.out / "wells.csv", index=False)
    draw(table, sigmoid, chosen.out / "dose_plate.png")
    auc = 0.0 if evaluation.roc_auc is None else evaluation.roc_auc.value
    if auc < WANTED_AUC and not chosen.quick:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
