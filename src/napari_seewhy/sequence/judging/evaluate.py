"""Correlations of predicted coverage, track by track, with intervals over windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from napari_seewhy.errors import DataError
from napari_seewhy.models.running import DeviceOptions
from napari_seewhy.progress import Step
from napari_seewhy.sequence.judging.baselines import Baseline, predict_simply_steps

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.genome import DnaWindows
    from napari_seewhy.progress import Task

NETWORK = "network"
_N_DRAWS = 1000


@dataclass(frozen=True, eq=False)
class CoverageEvaluation:
    """How good a model and simpler predictions are on windows that none of them learned from.

    Attributes
    ----------
    model
        Name of the model.
    n_windows
        Windows that were judged.
    table
        One row per track and prediction: ``track``, ``prediction``, ``pearson``, ``low``,
        ``high`` (95 % interval, from draws of whole windows), and of logarithms ``pearson_log``,
        ``low_log``, ``high_log``.
    """

    model: str
    n_windows: int
    table: pd.DataFrame

    def means(self) -> pd.DataFrame:
        """Return the mean over the tracks of each prediction."""
        columns = ["pearson", "pearson_log"]
        return self.table.groupby("prediction", sort=False)[columns].mean()

    def describe(self) -> str:
        """Say it in a few lines."""
        lines = [f"{self.model} on {self.n_windows} windows, mean Pearson r over the tracks:"]
        lines += [
            f"  {name}: {row.pearson:.3f}, of logarithms {row.pearson_log:.3f}"
            for name, row in self.means().iterrows()
        ]
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """Return all figures."""
        rows = self.table.astype(object).where(self.table.notna(), None).to_dict("records")
        return {"model": self.model, "n_windows": self.n_windows, "tracks": rows}


def evaluate_coverage_steps(
    model_path: Path, windows: DnaWindows, options: DeviceOptions | None = None
) -> Task[CoverageEvaluation]:
    """Compare a model with simpler predictions on the windows to report on.

    Parameters
    ----------
    model_path
        The model.
    windows
        Those to report on are judged; the others teach the simpler predictions.
    options
        Where it runs.

    Raises
    ------
    DataError
        If there are no windows to report on, or their tracks or bins are not those of the model.
    """
    from napari_seewhy.models.running import choose_runtime
    from napari_seewhy.reading import load_coverage, predict_coverage

    model, runtime = load_coverage(model_path), choose_runtime(options or DeviceOptions())
    test = windows.take("test")
    if not len(test.codes) or not windows.count("train") or not windows.count("valid"):
        raise DataError(
            "There are no windows of each kind (train, valid, test); wanted some to report on, and "
            "some that teach the simpler predictions."
        )
    if model.card.tracks != windows.tracks or model.card.bin_bp != windows.bin_bp:
        raise DataError(
            f"{model_path} predicts {', '.join(model.card.tracks[:4])} in bins of "
            f"{model.card.bin_bp} bp and the windows hold {', '.join(windows.tracks[:4])} in bins "
            f"of {windows.bin_bp} bp; choose windows with the same tracks."
        )
    runtime.place_network(model.network)
    said = []
    for number, codes in enumerate(test.codes):
        yield Step(number, len(test.codes), "Reading windows")
        said.append(predict_coverage(model, codes, runtime))
    simple = yield from predict_simply_steps(windows)
    predictions = [Baseline(NETWORK, np.stack(said).astype(np.float64)), *simple]
    rows = [row for one in predictions for row in _judge(one, test)]
    return CoverageEvaluation(model.card.name, len(test.codes), pd.DataFrame(rows))


def _judge(prediction: Baseline, test: DnaWindows) -> list[dict[str, Any]]:
    rows = []
    for number, track in enumerate(test.tracks):
        row: dict[str, Any] = {"track": track, "prediction": prediction.name}
        said, true = prediction.said[:, number], test.target[:, number].astype(np.float64)
        for ending, a, b in (("", said, true), ("_log", np.log1p(said), np.log1p(true))):
            value, low, high = correlate(a, b)
            row |= {f"pearson{ending}": value, f"low{ending}": low, f"high{ending}": high}
        rows.append(row)
    return rows


def correlate(said: NDArray[np.float64], true: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the correlation over all bins, and its 95 % interval from draws of whole windows.

    Parameters
    ----------
    said, true
        ``(N, n_bins)``. Neighbouring bins are alike, so windows are drawn and no single bins.

    Examples
    --------
    >>> correlate(np.array([[0.0, 1, 2]]), np.array([[0.0, 2, 4]]))
    (1.0, 1.0, 1.0)
    """
    n_bins = said.shape[1]
    sums = np.stack([one.sum(1) for one in (said, true, said * said, true * true, said * true)], 1)
    generator = np.random.default_rng(0)
    draws = generator.integers(0, len(said), (_N_DRAWS, len(said)))
    drawn = np.concatenate([sums.sum(0)[None], sums[draws].sum(1)]) / (n_bins * len(said))
    mean_a, mean_b, square_a, square_b, product = drawn.T
    spread = np.sqrt(np.maximum((square_a - mean_a**2) * (square_b - mean_b**2), 0))
    found = np.zeros(len(drawn))
    np.divide(product - mean_a * mean_b, spread, out=found, where=spread > 1e-12)
    found = found.round(12)
    low, high = np.quantile(found[1:], [0.025, 0.975])
    return float(found[0]), float(low), float(high)
