"""`WordRidge`: coverage from how often each word of five letters stands in a bin and beside it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.genome import UNKNOWN_BASE
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.genome import DnaWindows
    from napari_seewhy.progress import Task

WORD_BP = 5
N_WORDS = 512
"""Words of five letters, each with its reverse complement."""

_PENALTIES = (1e3, 1e4, 3e4, 1e5, 3e5, 1e6)


class WordRidge(NamedTuple):
    """A linear model of the logarithm of coverage.

    Attributes
    ----------
    weights
        ``(n_tracks, 512, 3)`` of the square roots of the counts in the bin before, in the bin and
        in the bin behind.
    bias
        ``(n_tracks,)``.
    """

    weights: NDArray[np.float64]
    bias: NDArray[np.float64]

    def predict(self, windows: DnaWindows) -> NDArray[np.float64]:
        """Return ``log(1 + coverage)`` of windows, ``(N, n_tracks, n_bins)``."""
        rows = []
        for codes in windows.codes:
            roots = np.pad(count_roots(codes, windows.bin_bp), ((1, 1), (0, 0)))
            n_bins = len(roots) - 2
            said = sum(roots[j : j + n_bins] @ self.weights[:, :, j].T for j in range(3))
            rows.append(np.maximum(said + self.bias, 0).T)
        return np.stack(rows)


def fit_ridge_steps(train: DnaWindows, stop: DnaWindows) -> Task[WordRidge]:
    """Fit `WordRidge`; one penalty for all tracks is chosen on the windows to stop by.

    A penalty per track follows the noise of a few windows. The words in a bin, and their mean over
    the bin and its neighbours, are penalised alike.

    Parameters
    ----------
    train, stop
        Windows to learn from, and windows to choose the penalty by.
    """
    n_features = 2 * N_WORDS
    gram, sums = np.zeros((n_features, n_features)), np.zeros(n_features)
    product = np.zeros((n_features, train.target.shape[1]))
    for i, codes in enumerate(train.codes):
        yield Step(i, len(train.codes), "Counting words of five letters")
        features = _to_features(count_roots(codes, train.bin_bp))
        gram += features.T @ features
        sums += features.sum(0)
        product += features.T @ np.log1p(train.target[i].T.astype(np.float64))
    n_bins = len(train.codes) * train.target.shape[2]
    offset = np.log1p(train.target.astype(np.float64)).mean((0, 2))
    center = sums / n_bins
    gram -= n_bins * np.outer(center, center)
    product -= n_bins * np.outer(center, offset)
    spread = np.sqrt(np.diagonal(gram) / n_bins).clip(1e-6)
    gram /= np.outer(spread, spread)
    true = np.log1p(stop.target.astype(np.float64))
    best, least = None, np.inf
    for i, penalty in enumerate(_PENALTIES):
        yield Step(i, len(_PENALTIES), "Fitting words of five letters")
        shrunk = gram + penalty * np.eye(n_features)
        weights = np.linalg.solve(shrunk, product / spread[:, None]) / spread[:, None]
        ridge = _to_ridge(weights, offset - center @ weights)
        error = ((ridge.predict(stop) - true) ** 2).mean()
        if error < least:
            best, least = ridge, error
    if best is None:
        raise ValueError("there are no windows to choose the penalty by")
    return best


def count_roots(codes: NDArray[np.uint8], bin_bp: int) -> NDArray[np.float64]:
    """Return the square root of how often each word stands in each bin, on either strand.

    Parameters
    ----------
    codes
        ``(L,)``. A word counts where its middle letter stands; one with an unknown base does not.
    bin_bp
        Width of a bin.

    Returns
    -------
    ndarray, shape ``(L / bin_bp, 512)``
    """
    half, n_bins = WORD_BP // 2, len(codes) // bin_bp
    padded = np.pad(codes, half, constant_values=UNKNOWN_BASE)
    word, is_known = np.zeros(len(codes), np.int64), np.ones(len(codes), bool)
    for j in range(WORD_BP):
        letter = padded[j : j + len(codes)]
        word = word * 4 + np.minimum(letter, 3)
        is_known &= letter < UNKNOWN_BASE
    place = np.arange(len(codes)) // bin_bp * N_WORDS + number_words()[word]
    counts = np.bincount(place[is_known], minlength=n_bins * N_WORDS)
    return np.sqrt(counts.reshape(n_bins, N_WORDS))


@functools.cache
def number_words() -> NDArray[np.int64]:
    """Return the number, below 512, of each word by its letters in base 4."""
    letters = np.arange(4**WORD_BP)[:, None] // 4 ** np.arange(WORD_BP) % 4
    reverse = ((3 - letters) * 4 ** np.arange(WORD_BP)[::-1]).sum(1)
    _, number = np.unique(np.minimum(np.arange(4**WORD_BP), reverse), return_inverse=True)
    return number.astype(np.int64)


def _to_features(roots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the roots in each bin, and their mean over it and its neighbours."""
    padded = np.pad(roots, ((1, 1), (0, 0)))
    return np.concatenate([roots, (padded[:-2] + padded[1:-1] + padded[2:]) / 3], 1)


def _to_ridge(weights: NDArray[np.float64], bias: NDArray[np.float64]) -> WordRidge:
    own, mean = weights[:N_WORDS].T, weights[N_WORDS:].T / 3
    return WordRidge(np.stack([mean, own + mean, mean], 2), bias)
