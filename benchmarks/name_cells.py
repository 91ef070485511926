"""Balanced accuracy of cells that nobody named, after a few of each class were (the sample fields).

    python benchmarks/name_cells.py [--draws 6]

Cells of the sample fields are measured with their true outlines. Of each phase some are named at
random, and the others judged: by the random forest of *Name cells*, by logistic regression and by
linear discriminant analysis on the same measurements, standardised; beside them the most frequent
class, whose balanced accuracy is 0.25. Means over the draws.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from napari_seewhy.cells.classifying.learned import ANNOTATION, learn_classes
from napari_seewhy.cells.measuring import MeasureOptions, find_measurements, measure_cells
from napari_seewhy.images import read_image, read_labels

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLES = Path(__file__).parents[1] / "sample_data"
FIELDS = ("typical", "crowded")
"""The dim field has too few cells of one phase."""
PEERS = {
    "logistic": lambda: LogisticRegression(max_iter=2000, class_weight="balanced"),
    "LDA": LinearDiscriminantAnalysis,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=6)
    n_draws = parser.parse_args().draws
    fields = {name: measure(name) for name in FIELDS}
    print("named of each phase, method".ljust(32), *(f"{name:>9}" for name in FIELDS))
    for n_named in (3, 6):
        scores: dict[str, list[float]] = {}
        for cells in fields.values():
            for name, values in judge(cells, n_named, n_draws).items():
                scores.setdefault(name, []).append(float(np.mean(values)))
        for name, values in scores.items():
            print(f"{n_named:2}, {name:28}", *(f"{value:9.2f}" for value in values))
    cells = pd.concat([fields["typical"]] * 150, ignore_index=True)[:10_000]
    name_some(cells, 10, np.random.default_rng(0))
    start = time.process_time()
    learn_classes(cells)
    took, n_values = time.process_time() - start, len(find_measurements(cells)[0])
    print(f"{len(cells):,} cells, {n_values} measurements: {took:.2f} s of processor time")


def measure(name: str) -> pd.DataFrame:
    """Measure a field with its true outlines; the column ``phase`` is the truth."""
    image = read_image(SAMPLES / f"field_{name}.ome.tif")
    nuclei, whole = (
        read_labels(SAMPLES / "truth" / f"field_{name}{kind}_labels.ome.tif").labels
        for kind in ("", "_cell")
    )
    cells = measure_cells(image, nuclei, MeasureOptions(), cell_labels=whole)
    truth = pd.read_csv(SAMPLES / "truth" / f"field_{name}_cells.csv")
    return cells.merge(truth[["label", "phase"]], on="label")


def name_some(cells: pd.DataFrame, n: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Name some cells of each phase; return which are named."""
    named = np.zeros(len(cells), bool)
    for _, rows in cells.groupby("phase").indices.items():
        named[rng.choice(rows, n, replace=False)] = True
    cells[ANNOTATION] = cells["phase"].where(named)
    return named


def judge(cells: pd.DataFrame, n_named: int, n_draws: int) -> dict[str, list[float]]:
    """Balanced accuracy of each method on the cells that were not named, for every draw."""
    names = find_measurements(cells.drop(columns=["phase"]))[0]
    scores: dict[str, list[float]] = {name: [] for name in ("forest", *PEERS)}
    for draw in range(n_draws):
        named = name_some(cells, n_named, np.random.default_rng(draw))
        truth = cells["phase"][~named]
        said = learn_classes(cells.drop(columns=["phase"])).table["class"].astype(str)
        scores["forest"].append(balanced_accuracy_score(truth, said[~named]))
        for name, peer in PEERS.items():
            model = make_pipeline(SimpleImputer(), StandardScaler(), peer())
            model.fit(cells.loc[named, names], cells["phase"][named])
            scores[name].append(
                balanced_accuracy_score(truth, model.predict(cells.loc[~named, names]))
            )
    return scores


if __name__ == "__main__":
    main()
