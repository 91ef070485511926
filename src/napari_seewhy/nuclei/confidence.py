"""How sure one may be of a nucleus: from what its pixels say, fitted to what turned out right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.nuclei.card import ConfidenceCard
from napari_seewhy.nuclei.instances import assign_pixels, find_centres, keep_whole
from napari_seewhy.nuclei.network import STRIDE
from napari_seewhy.nuclei.scale import choose_zoom

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from napari_seewhy.nuclei.instances import Assigned
    from napari_seewhy.nuclei.pictures import Picture
    from napari_seewhy.nuclei.plane import Eye

RIGHT_IOU = 0.5
"""A nucleus was found where it overlaps with a true one by more than this share of their union."""

_FEWEST = 30
"""Nuclei that are right, and that are wrong, below which nothing is fitted."""

_SURE = 1e-4


def count_evidence(assigned: Assigned) -> NDArray[np.float64]:
    """Sum up what the pixels of each nucleus say.

    Returns
    -------
    Table, shape ``(3, n)``
        By number: pixels, sum of their probabilities, sum of how far they stray; all of them may
        be added up over the tiles of an image.
    """
    flat = assigned.numbers.ravel()
    weights = (None, assigned.inside.ravel(), assigned.stray.ravel())
    return np.stack([np.bincount(flat, one) for one in weights]).astype(np.float64)


def to_confidence(
    evidence: NDArray[np.float64], diameter_px: float, card: ConfidenceCard
) -> NDArray[np.float32]:
    """Turn the evidence for nuclei into the chance that they are right.

    Parameters
    ----------
    evidence
        ``(3, n)``, see `count_evidence`.
    diameter_px
        Of a usual nucleus, in the pixels that were counted.
    card
        How the evidence is weighed.

    Returns
    -------
    NDArray, shape ``(n,)``, float32
        NaN where there is no pixel.
    """
    features = _to_features(evidence, diameter_px)
    weights = np.array([card.inside, card.size, card.stray])
    chance = 1 / (1 + np.exp(-(features @ weights + card.bias)))
    return np.where(evidence[0] > 0, chance, np.nan).astype(np.float32)


def fit_confidence(eye: Eye, pictures: Iterable[Picture], usual: ConfidenceCard) -> ConfidenceCard:
    """Find the weights with which the confidence is the share of nuclei that are right.

    Logistic regression on nuclei found in pictures that were not learned from.

    Parameters
    ----------
    eye
        The network.
    pictures
        Those that said when to stop.
    usual
        What is returned where there are too few nuclei to tell.
    """
    from sklearn.linear_model import LogisticRegression

    found = [_judge(eye, picture) for picture in pictures]
    features = np.concatenate([one for one, _ in found] or [np.empty((0, 3))])
    is_right = np.concatenate([one for _, one in found] or [np.empty(0, bool)])
    if min(is_right.sum(), (~is_right).sum()) < _FEWEST:
        return usual
    mean, spread = features.mean(0), features.std(0) + 1e-6
    fitted = LogisticRegression().fit((features - mean) / spread, is_right)
    weights = fitted.coef_[0] / spread
    inside, size, stray = (float(weight) for weight in weights)
    bias = float(fitted.intercept_[0] - weights @ mean)
    return ConfidenceCard(inside=inside, size=size, stray=stray, bias=bias)


def _to_features(evidence: NDArray[np.float64], diameter_px: float) -> NDArray[np.float64]:
    n_px = np.maximum(evidence[0], 1)
    inside = np.clip(evidence[1] / n_px, _SURE, 1 - _SURE)
    share = n_px / (np.pi / 4 * diameter_px**2)
    return np.stack([np.log(inside / (1 - inside)), np.log(share), evidence[2] / n_px], axis=1)


def _judge(eye: Eye, picture: Picture) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the features of the nuclei found in a picture, and whether they are right."""
    height, width = picture.pixels.shape
    zoom = choose_zoom(picture.usual_px)
    shown = tuple(max(1, round(side * zoom / STRIDE)) * STRIDE for side in (height, width))
    maps = eye.look(picture.pixels.numpy()[None], (shown[0], shown[1]))
    centres = find_centres(maps, picture.usual_px * zoom)
    assigned = assign_pixels(maps, centres, (height, width))
    assigned = assigned.take(keep_whole(assigned.numbers), (slice(None), slice(None)))
    evidence = count_evidence(assigned)
    there = np.flatnonzero(evidence[0, 1:]) + 1
    ious = _best_overlaps(assigned.numbers, picture.labels.numpy())
    return _to_features(evidence, picture.usual_px)[there], ious[there] > RIGHT_IOU


def _best_overlaps(numbers: NDArray[np.int32], truth: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return for every number the largest IoU with a true object; the first is background."""
    n_found, n_true = int(numbers.max()) + 1, int(truth.max()) + 1
    pairs = np.bincount(
        numbers.ravel().astype(np.int64) * n_true + truth.ravel(), minlength=n_found * n_true
    ).reshape(n_found, n_true)
    either = pairs.sum(1, keepdims=True) + pairs.sum(0, keepdims=True) - pairs
    overlaps: NDArray[np.float64] = (pairs / np.maximum(either, 1))[:, 1:].max(1, initial=0)
    return overlaps
