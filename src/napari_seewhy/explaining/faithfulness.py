"""Faithfulness: whether the answer depends on the places that a heatmap names.

Petsiuk et al. 2018: the named places are taken out of a sample, the strongest first, and the
probability of the class should fall at once (deletion); put into an empty one, it should rise at
once (insertion).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from napari_seewhy.errors import DataError
from napari_seewhy.explaining.explain_options import ExplainOptions
from napari_seewhy.models.running import SampleReader, as_predicting, choose_runtime
from napari_seewhy.progress import Step, Task, blocking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.explaining.heatmaps import Heatmaps
    from napari_seewhy.models.files import Model
    from napari_seewhy.models.running import Runtime
    from napari_seewhy.samples.storing import SampleSet

N_SHARES = 21
"""Points of a curve: every twentieth of the places."""

_DEFAULTS = ExplainOptions()


@dataclass(frozen=True, slots=True, eq=False)
class Faithfulness:
    """How the probability of the class changes as places are taken out or put in.

    Attributes
    ----------
    share
        ``(S,)`` share of the places, 0..1.
    deletion
        ``(N, S)`` probability after that share was taken out, the strongest places first.
    insertion
        ``(N, S)`` probability after that share was put into an empty sample.
    """

    share: NDArray[np.float64]
    deletion: NDArray[np.float32]
    insertion: NDArray[np.float32]

    @property
    def deletion_area(self) -> NDArray[np.float64]:
        """``(N,)`` area below the deletion curve, 0..1: the less, the more faithful."""
        return _area_below(self.deletion)

    @property
    def insertion_area(self) -> NDArray[np.float64]:
        """``(N,)`` area below the insertion curve, 0..1: the more, the more faithful."""
        return _area_below(self.insertion)


def measure_faithfulness_steps(
    model: Model,
    samples: SampleSet | NDArray[np.generic],
    heatmaps: Heatmaps,
    options: ExplainOptions = _DEFAULTS,
    *,
    rows: Sequence[int] | NDArray[np.int64] | None = None,
) -> Task[Faithfulness]:
    """Measure how much the answer depends on the places that heatmaps name.

    What is taken out is replaced by the background: the median of a sample's outermost pixels, per
    channel.

    Parameters
    ----------
    model, samples, options, rows
        See `explain`.
    heatmaps
        Of these rows.

    Raises
    ------
    DataError
        If there are not as many heatmaps as samples.
    """
    read = SampleReader(model, samples)
    wanted = np.arange(len(samples)) if rows is None else np.asarray(rows, np.int64)
    if len(wanted) != len(heatmaps):
        raise DataError(
            f"There are {len(heatmaps)} heatmaps for {len(wanted)} samples; explain these samples."
        )
    share = np.linspace(0, 1, N_SHARES)
    deletion, insertion = (np.zeros((len(wanted), N_SHARES), np.float32) for _ in range(2))
    if not len(wanted):
        return Faithfulness(share, deletion, insertion)
    runtime = choose_runtime(options)
    with as_predicting(model.network):
        runtime.place_network(model.network)
        for i, row in enumerate(wanted):
            yield Step(i, len(wanted), "Taking places out and putting them in")
            sample = read(np.array([row]))[0]
            rank = rank_places(heatmaps.enlarge([i])[0])
            altered = _take_out_and_put_in(sample, rank, share)
            said = _predict(model, altered, runtime)[:, heatmaps.target[i]]
            deletion[i], insertion[i] = np.split(said, 2)
    return Faithfulness(share, deletion, insertion)


measure_faithfulness = blocking(measure_faithfulness_steps)


def rank_places(heatmap: NDArray[np.float32]) -> NDArray[np.float64]:
    """Rank the places of a heatmap ``(H, W)``: 0 the strongest, towards 1 the weakest."""
    order = np.argsort(-heatmap, axis=None, kind="stable")
    rank = np.empty(heatmap.size)
    rank[order] = np.arange(heatmap.size) / heatmap.size
    return rank.reshape(heatmap.shape)


def _area_below(curve: NDArray[np.float32]) -> NDArray[np.float64]:
    """Area below curves ``(N, S)`` by trapezia of the same width."""
    area: NDArray[np.float64] = ((curve[:, 1:] + curve[:, :-1]) / 2).mean(axis=1, dtype=np.float64)
    return area


def _take_out_and_put_in(
    sample: NDArray[Any], rank: NDArray[np.float64], share: NDArray[np.float64]
) -> NDArray[Any]:
    """Return the sample ``(2 S, C, H, W)`` with ever more places taken out, then put in."""
    frame = np.ones(rank.shape, bool)
    frame[1:-1, 1:-1] = False
    empty = np.median(sample[:, frame], axis=1).astype(sample.dtype)[:, None, None]
    is_named = (rank < share[:, None, None])[:, None]
    return np.concatenate([np.where(is_named, empty, sample), np.where(is_named, sample, empty)])


def _predict(model: Model, pixels: NDArray[np.generic], runtime: Runtime) -> NDArray[np.float32]:
    with torch.inference_mode(), runtime.autocast():
        logits = model.network(runtime.place(model.normalise(pixels, runtime.device)))
    said: NDArray[np.float32] = model.to_probability(logits).cpu().numpy()
    return said
