"""Predictions of coverage that need no network: linear models of what a bin holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.genome import UNKNOWN_BASE
from napari_seewhy.progress import Step
from napari_seewhy.reading import fit_ridge_steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.genome import DnaWindows
    from napari_seewhy.progress import Task

_WIDTHS = (1, 9, 33, 129)
"""Bins over which GC and CpG are counted."""

_PENALTIES = (1e2, 1e3, 1e4, 1e5, 1e6)


class Baseline(NamedTuple):
    """Predictions of the windows to report on.

    Attributes
    ----------
    name
        What they are made of.
    said
        ``(N, n_tracks, n_bins)`` coverage.
    """

    name: str
    said: NDArray[np.float64]


def predict_simply_steps(windows: DnaWindows) -> Task[list[Baseline]]:
    """Predict the coverage of the test windows from the training windows, in three simple ways.

    The penalty of each linear model is the one that is best on the windows that say when to stop.
    """
    train, stop, test = (windows.take(split) for split in ("train", "valid", "test"))
    # A flat answer has no correlation, so the mean is that of each place in a window.
    places = train.target.astype(np.float64).mean(0)
    by_mean = Baseline("mean of the track", np.repeat(places[None], len(test.codes), 0))
    yield Step(0, 0, "Counting GC and CpG")
    features = [_count_gc(one) for one in (train, stop, test)]
    by_gc = Baseline("GC and CpG", _fit(features, train, stop, test, train.target.mean((0, 2))))
    ridge = yield from fit_ridge_steps(train, stop)
    return [by_mean, by_gc, Baseline("words of 5 letters", np.expm1(ridge.predict(test)))]


def correlate_words_steps(windows: DnaWindows) -> Task[float]:
    """Return how good the linear model of words is on the windows that say when to stop.

    Returns
    -------
    float
        Mean over the tracks of the correlation over all bins; the penalty was chosen there too.
    """
    stop = windows.take("valid")
    ridge = yield from fit_ridge_steps(windows.take("train"), stop)
    said = np.expm1(ridge.predict(stop))
    found = []
    for track in range(said.shape[1]):
        a, b = said[:, track].ravel(), stop.target[:, track].ravel()
        found.append(np.corrcoef(a, b)[0, 1] if a.std() > 0 and b.std() > 0 else 0.0)
    return float(np.mean(found))


def _fit(
    features: list[NDArray[np.float32]],
    train: DnaWindows,
    stop: DnaWindows,
    test: DnaWindows,
    mean: NDArray[np.float32],
) -> NDArray[np.float64]:
    """Fit log coverage by ridge regression; return what it says of the test windows."""
    center = features[0].mean(0)
    spread = features[0].std(0) + 1e-6
    scaled = [(one - center) / spread for one in features]
    answers = [np.log1p(_flatten(one)) for one in (train, stop)]
    offset = answers[0].mean(0)
    gram = scaled[0].T.astype(np.float64) @ scaled[0]
    product = scaled[0].T.astype(np.float64) @ (answers[0] - offset)
    best, best_error = None, np.full(len(mean), np.inf)
    for penalty in _PENALTIES:
        weights = np.linalg.solve(gram + penalty * np.eye(len(gram)), product)
        error = ((scaled[1] @ weights + offset - answers[1]) ** 2).mean(0)
        best = weights if best is None else np.where(error < best_error, weights, best)
        best_error = np.minimum(error, best_error)
    said = np.expm1(np.maximum(scaled[2] @ best + offset, 0))
    n, n_tracks, n_bins = test.target.shape
    found: NDArray[np.float64] = said.reshape(n, n_bins, n_tracks).transpose(0, 2, 1)
    return found


def _flatten(windows: DnaWindows) -> NDArray[np.float64]:
    """Return the coverage ``(N * n_bins, n_tracks)``."""
    n_tracks = windows.target.shape[1]
    flat = windows.target.transpose(0, 2, 1).reshape(-1, n_tracks)
    return flat.astype(np.float64)


def _count_gc(windows: DnaWindows) -> NDArray[np.float32]:
    """Return GC, CpG and unknown bases per bin, over ever wider stretches."""
    codes, shape = windows.codes, (len(windows.codes), windows.target.shape[2], windows.bin_bp)
    is_cpg = np.zeros(codes.shape, bool)
    is_cpg[:, :-1] = (codes[:, :-1] == 1) & (codes[:, 1:] == 2)
    is_gc = (codes == 1) | (codes == 2)
    columns = []
    for marked in (is_gc, is_cpg, codes == UNKNOWN_BASE):
        share = marked.reshape(shape).mean(2)
        columns += [_smooth(share, width) for width in _WIDTHS]
    return np.stack([column.ravel() for column in columns], 1).astype(np.float32)


def _smooth(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return the mean over neighbouring bins, along the last axis."""
    from scipy.ndimage import uniform_filter1d

    smooth: NDArray[np.float64] = uniform_filter1d(values, width, axis=1, mode="nearest")
    return smooth
