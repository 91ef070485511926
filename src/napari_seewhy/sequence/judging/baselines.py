"""Predictions of coverage that need no network: linear models of what a bin holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.genome import UNKNOWN_BASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from napari_seewhy.genome import DnaWindows

_WIDTHS = (1, 9, 33, 129)
"""Bins over which GC and CpG are counted."""

_WORD_BP = 5
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


def predict_simply(windows: DnaWindows) -> Iterator[Baseline]:
    """Predict the coverage of the test windows from the training windows, in three simple ways.

    The penalty of each linear model is the one that is best on the windows that say when to stop.
    """
    train, stop, test = (windows.take(split) for split in ("train", "valid", "test"))
    mean = train.target.mean((0, 2))
    # A flat answer has no correlation, so the mean is that of each place in a window.
    places = train.target.astype(np.float64).mean(0)
    yield Baseline("mean of the track", np.repeat(places[None], len(test.codes), 0))
    for name, count in (("GC and CpG", _count_gc), ("words of 5 letters", _count_words)):
        features = [count(one) for one in (train, stop, test)]
        yield Baseline(name, _fit(features, train, stop, test, mean))


def correlate_words(windows: DnaWindows) -> float:
    """Return how good the linear model of words is on the windows that say when to stop.

    Returns
    -------
    float
        Mean over the tracks of the correlation over all bins; the penalty was chosen there too.
    """
    train, stop = windows.take("train"), windows.take("valid")
    features = [_count_words(one) for one in (train, stop)]
    said = _fit([*features, features[1]], train, stop, stop, train.target.mean((0, 2)))
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


def _count_words(windows: DnaWindows) -> NDArray[np.float32]:
    """Return how often each word of five letters, on either strand, stands in a bin; and GC."""
    codes = windows.codes
    n_starts = codes.shape[1] - _WORD_BP + 1
    word = np.zeros((len(codes), n_starts), np.int64)
    is_known = np.ones(word.shape, bool)
    for j in range(_WORD_BP):
        letter = codes[:, j : n_starts + j]
        word = word * 4 + np.minimum(letter, 3)
        is_known &= letter < UNKNOWN_BASE
    number = _number_words()
    canonical, n_words = number[word], int(number.max()) + 1
    n_bins = windows.target.shape[2]
    bins = np.arange(n_starts) // windows.bin_bp + n_bins * np.arange(len(codes))[:, None]
    place = (bins * n_words + canonical)[is_known]
    counts = np.bincount(place, minlength=len(codes) * n_bins * n_words)
    words = np.sqrt(counts.reshape(-1, n_words)).astype(np.float32)
    return np.concatenate([words, _count_gc(windows)], 1)


def _number_words() -> NDArray[np.int64]:
    """Return one number for each word and its reverse complement, by the word in base 4."""
    letters = np.arange(4**_WORD_BP)[:, None] // 4 ** np.arange(_WORD_BP) % 4
    reverse = ((3 - letters) * 4 ** np.arange(_WORD_BP)[::-1]).sum(1)
    _, number = np.unique(np.minimum(np.arange(4**_WORD_BP), reverse), return_inverse=True)
    return number.astype(np.int64)


def _smooth(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return the mean over neighbouring bins, along the last axis."""
    from scipy.ndimage import uniform_filter1d

    smooth: NDArray[np.float64] = uniform_filter1d(values, width, axis=1, mode="nearest")
    return smooth
