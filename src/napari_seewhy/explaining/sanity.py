"""Sanity check: whether heatmaps show what a network learned, or only what its pictures look like.

Adebayo et al. 2018, "Sanity checks for saliency maps": heatmaps that stay as they are when all
weights are randomised cannot explain what was learned.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch

from napari_seewhy.explaining.explain import explain_steps
from napari_seewhy.explaining.explain_options import ExplainOptions
from napari_seewhy.explaining.sanity_verdict import SanityCheck
from napari_seewhy.models.files import Model
from napari_seewhy.progress import Step, Task, blocking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.samples.storing import SampleSet

_DEFAULTS = ExplainOptions()
_SEEDS = (0, 1, 2)
"""One draw may agree by chance; the mean of three is taken."""


def randomise_weights(model: Model, seed: int) -> Model:
    """Build the network of a model with fresh weights, as if it had never learned.

    Parameters
    ----------
    model
        Is left as it is.
    seed
        The same seed gives the same weights.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return Model.from_card(model.card)


def check_sanity_steps(
    model: Model,
    samples: SampleSet | NDArray[np.generic],
    options: ExplainOptions = _DEFAULTS,
    *,
    rows: Sequence[int] | NDArray[np.int64] | None = None,
) -> Task[SanityCheck]:
    """Say whether heatmaps still agree after all weights were randomised; they should not.

    Parameters
    ----------
    model, samples, options, rows
        See `explain`; some dozens of samples are enough.
    """
    wanted = np.arange(len(samples)) if rows is None else np.asarray(rows, np.int64)
    trained = yield from explain_steps(model, samples, options, rows=wanted)
    same = options.change(layer=trained.layer)
    correlations = []
    for i, seed in enumerate(_SEEDS):
        yield Step(i, len(_SEEDS), "Explaining a network that learned nothing")
        untrained = randomise_weights(model, seed)
        others = yield from explain_steps(untrained, samples, same, rows=wanted, of=trained.target)
        correlations.append(correlate_ranks(trained.grid, others.grid))
    return SanityCheck(np.mean(correlations, axis=0), trained.layer)


check_sanity = blocking(check_sanity_steps)


def correlate_ranks(
    heatmaps: NDArray[np.float32], others: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Correlate the ranks of the places of two heatmaps (Spearman), pair by pair.

    Parameters
    ----------
    heatmaps, others
        ``(N, h, w)``.

    Returns
    -------
    ndarray, shape ``(N,)``
        -1..1; NaN where the first is the same everywhere, 0 where only the second is: it agrees
        with nothing.

    Examples
    --------
    >>> heatmap = np.array([[[1, 2], [3, 4]]], np.float32)
    >>> correlate_ranks(heatmap, heatmap**2), correlate_ranks(heatmap, -heatmap)
    (array([1.]), array([-1.]))
    """
    from scipy.stats import rankdata

    n_places = math.prod(heatmaps.shape[1:])
    ranks, other_ranks = (
        rankdata(maps.reshape(len(maps), n_places), axis=1) for maps in (heatmaps, others)
    )
    first, second = (rank - rank.mean(axis=1, keepdims=True) for rank in (ranks, other_ranks))
    together = (first * second).sum(axis=1)
    spread = np.sqrt((first**2).sum(axis=1)) * np.sqrt((second**2).sum(axis=1))
    correlation: NDArray[np.float64] = np.divide(
        together, spread, out=np.zeros(len(first)), where=spread > 0
    )
    correlation[~first.any(axis=1)] = np.nan
    return correlation
