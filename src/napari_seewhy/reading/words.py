"""Words of DNA that go along with coverage, found before the training by counting.

Each round takes the word of eight letters, on either strand, whose presence goes along most with
what no earlier word explains, widens it to a matrix of letters with the neighbours that its
occurrences share, and takes what it explains away (matching pursuit).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.genome import LETTERS, UNKNOWN_BASE, DnaWindows, reverse_complement
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.progress import Task

WORD_BP = 8
FILTER_BP = 17
"""Letters of a word, and of the matrix that it is widened to."""

_LEAST_BINS = 30
"""A word in fewer bins says nothing of its coverage."""

_N_MIXTURES = 8
"""Many tracks are looked at as so many mixtures of them."""

_N_GC_CLASSES = 20
_REACH_BINS = 2
_PSEUDO = 0.02


class Words(NamedTuple):
    """Matrices of words.

    Attributes
    ----------
    filters
        ``(n, 4, 17)`` log of how many times more frequent each letter is than anywhere.
    letters
        The most frequent letters of each, for people; small where they are not certain.
    """

    filters: NDArray[np.float32]
    letters: tuple[str, ...]


class _Index(NamedTuple):
    """Where each word stands: places sorted by word, and the bins of each word once."""

    word: NDArray[np.int32]
    at: NDArray[np.int64]
    is_reverse: NDArray[np.bool_]
    bin: NDArray[np.int32]
    words: NDArray[np.int32]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]
    bins_once: NDArray[np.int32]


def find_words_steps(windows: DnaWindows, n_words: int) -> Task[Words]:
    """Find words of DNA that go along with coverage.

    Parameters
    ----------
    windows
        Those that are learned from.
    n_words
        How many to find.

    Raises
    ------
    DataError
        If no word is frequent enough, as in windows without known bases.
    """
    yield Step(0, n_words, "Counting words of DNA")
    index = _index_words(windows)
    rest = _explain_by_gc(windows)
    length, width = windows.codes.shape[1], FILTER_BP
    padded = np.pad(windows.codes, ((0, 0), (width, width)), constant_values=UNKNOWN_BASE)
    share = np.bincount(windows.codes.ravel(), minlength=5)[:4] + 1.0
    background = (share + share[::-1]) / (2 * share.sum())
    filters, letters = [], []
    for n_done in range(n_words):
        best, track, sign = _find_best(index, rest)
        first, stop = np.searchsorted(index.word, [best, best + 1])
        values = rest[index.bin[first:stop], track] * sign
        tells = np.flatnonzero(values > np.quantile(rest[:, track] * sign, 0.7))
        chosen = first + (tells if len(tells) >= 20 else np.arange(stop - first))
        matrix = _widen(padded, index.at[chosen], index.is_reverse[chosen], length)
        filters.append(np.log(matrix / background[:, None]))
        letters.append(_spell(matrix))
        number = np.searchsorted(index.words, best)
        start = index.starts[number]
        _take_away(rest, index.bins_once[start : start + index.counts[number]])
        yield Step(n_done + 1, n_words, f"Word {n_done + 1} of {n_words}: {letters[-1]}")
    return Words(np.stack(filters).astype(np.float32), tuple(letters))


def _index_words(windows: DnaWindows) -> _Index:
    codes, n_bins = windows.codes, windows.target.shape[2]
    n_starts = codes.shape[1] - WORD_BP + 1
    forward = np.zeros((len(codes), n_starts), np.int32)
    reverse = np.zeros_like(forward)
    is_known = np.ones(forward.shape, bool)
    for j in range(WORD_BP):
        letter = codes[:, j : n_starts + j]
        known = np.minimum(letter, 3).astype(np.int32)
        forward = forward * 4 + known
        reverse += (3 - known) << (2 * j)
        is_known &= letter < UNKNOWN_BASE
    # The lower of the numbers of both strands stands for the word.
    at = np.flatnonzero(is_known.ravel())
    word = np.minimum(forward, reverse).ravel()[at]
    order = np.argsort(word, kind="stable")
    word, at = word[order], at[order]
    middle = at % n_starts + WORD_BP // 2
    bins = (at // n_starts * n_bins + middle // windows.bin_bp).astype(np.int32)
    is_new = np.ones(len(word), bool)
    is_new[1:] = (word[1:] != word[:-1]) | (bins[1:] != bins[:-1])
    words, starts, counts = np.unique(word[is_new], return_index=True, return_counts=True)
    if not len(words) or counts.max() < _LEAST_BINS:
        raise DataError(
            f"No word of {WORD_BP} letters stands in {_LEAST_BINS} bins or more of the training "
            "windows; give more or longer windows of known bases."
        )
    is_reverse = (reverse < forward).ravel()[at]
    return _Index(word, at, is_reverse, bins, words, starts, counts, bins[is_new])


def _explain_by_gc(windows: DnaWindows) -> NDArray[np.float64]:
    """Return the log coverage of every bin without what its GC content explains, scaled."""
    n, n_tracks, n_bins = windows.target.shape
    logs = np.log1p(np.maximum(windows.target, 0)).transpose(0, 2, 1)
    values: NDArray[np.float64] = logs.reshape(-1, n_tracks).astype(np.float64)
    values = (values - values.mean(0)) / (values.std(0) + 1e-9)
    if n_tracks > _N_MIXTURES:
        _, _, mixtures = np.linalg.svd(values[:: max(1, len(values) // 20_000)], False)
        values = values @ mixtures[:_N_MIXTURES].T
    is_gc = (windows.codes == 1) | (windows.codes == 2)
    gc = is_gc.reshape(n * n_bins, windows.bin_bp).mean(1)
    edges = np.quantile(gc, np.linspace(0, 1, _N_GC_CLASSES + 1)[1:-1])
    number = np.digitize(gc, edges)
    for one in np.unique(number):
        values[number == one] -= values[number == one].mean(0)
    scaled: NDArray[np.float64] = values / (values.std(0) + 1e-9)
    return scaled


def _find_best(index: _Index, rest: NDArray[np.float64]) -> tuple[int, int, float]:
    """Return the word that goes along most with the rest, in which track, and which way."""
    sums = [np.add.reduceat(column[index.bins_once], index.starts) for column in rest.T]
    z = np.stack(sums, 1) / np.sqrt(index.counts)[:, None]
    z[index.counts < _LEAST_BINS] = 0
    best = int((z**2).sum(1).argmax())
    track = int(np.abs(z[best]).argmax())
    return int(index.words[best]), track, float(np.sign(z[best, track]) or 1.0)


def _widen(
    padded: NDArray[np.uint8],
    at: NDArray[np.int64],
    is_reverse: NDArray[np.bool_],
    length: int,
) -> NDArray[np.float64]:
    """Return the shares ``(4, 17)`` of the letters about occurrences, all turned to one strand."""
    row, column = np.divmod(at, length - WORD_BP + 1)
    left = (FILTER_BP - WORD_BP) // 2
    offset = np.where(is_reverse, -(FILTER_BP - WORD_BP - left), -left) + FILTER_BP
    seen = padded[row[:, None], (column + offset)[:, None] + np.arange(FILTER_BP)]
    seen[is_reverse] = reverse_complement(seen[is_reverse])
    shares = np.stack([(seen == letter).mean(0) for letter in range(4)]) + _PSEUDO
    turned: NDArray[np.float64] = shares / shares.sum(0)
    return turned


def _spell(matrix: NDArray[np.float64]) -> str:
    best = matrix.argmax(0)
    letters = [LETTERS[letter] for letter in best]
    return "".join(
        letter if share > 0.6 else letter.lower() if share > 0.4 else "."
        for letter, share in zip(letters, matrix.max(0), strict=True)
    )


def _take_away(rest: NDArray[np.float64], bins: NDArray[np.int32]) -> None:
    """Take the mean about the bins of a word out of what is left to explain, in place."""
    for step in range(-_REACH_BINS, _REACH_BINS + 1):
        near = np.unique(np.clip(bins + step, 0, len(rest) - 1))
        rest[near] -= rest[near].mean(0)
