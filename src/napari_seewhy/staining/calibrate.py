"""Setting probabilities right: how often a block is positive when the network is so sure of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.staining.block_scores import judge_blocks
from napari_seewhy.staining.card import CalibrationCard

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FEWEST = 20
"""Positive blocks, and others, below which nothing is fitted."""

_CUTS = np.round(np.arange(0.2, 0.81, 0.02), 2)


def to_probability(logit: NDArray[np.float32], card: CalibrationCard) -> NDArray[np.float32]:
    """Turn logits of any shape into probabilities."""
    set_right = np.clip(card.slope * logit + card.bias, -30, 30)
    probability: NDArray[np.float32] = (1 / (1 + np.exp(-set_right))).astype(np.float32)
    return probability


def fit_calibration(logit: NDArray[np.float32], is_positive: NDArray[np.bool_]) -> CalibrationCard:
    """Find slope and bias with which the probability is a share of positives (Platt 1999).

    Parameters
    ----------
    logit, is_positive
        ``(n,)``, of blocks that were not learned from.

    Returns
    -------
    CalibrationCard
        That changes nothing where there are too few blocks to tell, or they say nothing.
    """
    from sklearn.linear_model import LogisticRegression

    if not _is_enough(is_positive):
        return CalibrationCard()
    fitted = LogisticRegression().fit(logit[:, None].astype(np.float64), is_positive)
    slope = float(fitted.coef_[0, 0])
    if slope <= 0:
        return CalibrationCard()
    return CalibrationCard(slope=slope, bias=float(fitted.intercept_[0]))


def find_cut(probability: NDArray[np.float32], is_positive: NDArray[np.bool_]) -> float:
    """Find the probability with the best F1; 0.5 where there are too few blocks to tell."""
    if not _is_enough(is_positive):
        return 0.5
    scores = [judge_blocks(probability, is_positive, cut).f1 for cut in _CUTS]
    best = np.flatnonzero(np.isclose(scores, max(scores), rtol=0, atol=1e-3))
    # Of cuts that are as good, the one in the middle: the next field will be a little different.
    return float(_CUTS[best[len(best) // 2]])


def _is_enough(is_positive: NDArray[np.bool_]) -> bool:
    n_positives = int(is_positive.sum())
    return min(n_positives, len(is_positive) - n_positives) >= _FEWEST
