"""Calibration: making a confidence of 0.8 mean right in 8 of 10 samples, and how near it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

N_BINS = 15
"""Bins of confidence, as Guo et al. took them."""

_LOWEST, _HIGHEST = 0.05, 20.0
"""Temperatures that are tried."""


def fit_temperature(logits: ArrayLike, target: ArrayLike) -> float:
    """Find what logits are to be divided by, so that a network is as sure as it is right.

    Minimises the negative log-likelihood of a stop set (temperature scaling: Guo et al. 2017,
    https://arxiv.org/abs/1706.04599); no answer changes, only how sure it is. As in Platt (1999)
    the right class is taken to have a probability of (N + 1) / (N + 2): from N samples, however
    well they are separated, nobody can be surer.

    Parameters
    ----------
    logits
        ``(N, K)`` what the network says before the softmax.
    target
        ``(N,)`` classes; samples of -1 are left out.

    Returns
    -------
    float
        From 0.05 to 20; above 1 where the network was too sure; 1 where no class is known.

    Raises
    ------
    DataError
        If a logit is NaN or infinite.
    """
    from scipy.optimize import minimize_scalar

    said, truth = np.asarray(logits, np.float64), np.asarray(target, np.int64)
    said, truth = said[truth >= 0], truth[truth >= 0]
    if not np.isfinite(said).all():
        raise DataError(
            "The network says NaN or infinity of some samples; train it with a lower learning rate."
        )
    n, n_classes = said.shape
    if n == 0:
        return 1.0
    doubt = 1 / (n + 2)
    wanted = np.full((n, n_classes), doubt / (n_classes - 1))
    wanted[np.arange(n), truth] = 1 - doubt
    mean_wanted = float((wanted * said).sum() / n)

    def loss(log_temperature: float) -> float:
        scale = np.exp(-log_temperature)
        return float(_log_sum_exp(said * scale).mean() - mean_wanted * scale)

    bounds = (np.log(_LOWEST), np.log(_HIGHEST))
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))


def _log_sum_exp(values: NDArray[np.float64]) -> NDArray[np.float64]:
    highest = values.max(axis=1, keepdims=True)
    total: NDArray[np.float64] = np.log(np.exp(values - highest).sum(axis=1)) + highest[:, 0]
    return total


def expected_calibration_error(
    probability: ArrayLike, target: ArrayLike, n_bins: int = N_BINS
) -> float:
    """Say how far confidence and share of right answers lie apart, on average over samples.

    Samples are binned by confidence, in bins of equal width (Naeini et al. 2015, Guo et al. 2017).

    Parameters
    ----------
    probability
        ``(N, K)``, rows sum to 1.
    target
        ``(N,)`` classes; samples of -1 are left out.
    n_bins
        Number of bins between 0 and 1.

    Returns
    -------
    float
        0 = perfect; NaN without samples.

    Examples
    --------
    >>> expected_calibration_error([[0.75, 0.25]] * 4, [0, 0, 0, 1])
    0.0
    """
    said, truth = np.asarray(probability, np.float64), np.asarray(target, np.int64)
    said, truth = said[truth >= 0], truth[truth >= 0]
    if len(truth) == 0:
        return float("nan")
    shares = bin_by_confidence(said, truth, n_bins)
    totals = np.zeros((n_bins, 3))
    np.add.at(totals, shares.place, shares.values)
    return float(calibration_error(totals))


class BinShares(NamedTuple):
    """What each sample adds to the bin of its confidence.

    Attributes
    ----------
    place
        ``(N,)`` number of the bin.
    values
        ``(N, 3)``: 1, the confidence, and whether it is right.
    """

    place: NDArray[np.int64]
    values: NDArray[np.float64]


def bin_by_confidence(
    probability: NDArray[np.float64], target: NDArray[np.int64], n_bins: int = N_BINS
) -> BinShares:
    """Find the bin of every sample and what the sample adds there."""
    confidence = probability.max(axis=1)
    # The lower edge belongs to the bin below, so that exactly 1 is in the last one.
    place = np.clip(np.ceil(confidence * n_bins) - 1, 0, n_bins - 1).astype(np.int64)
    is_right = probability.argmax(axis=1) == target
    return BinShares(place, np.column_stack([np.ones_like(confidence), confidence, is_right]))


def calibration_error(totals: NDArray[Any]) -> NDArray[np.float64]:
    """Turn sums over bins ``(..., n_bins, 3)`` into calibration errors ``(...)``."""
    apart = np.abs(totals[..., 1] - totals[..., 2]).sum(axis=-1)
    error: NDArray[np.float64] = apart / totals[..., 0].sum(axis=-1)
    return error
