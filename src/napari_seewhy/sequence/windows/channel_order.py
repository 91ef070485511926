"""Which letter each channel of one-hot DNA is, told by the DNA itself.

Both strands of a genome hold the same words, so that a word of four letters is about as frequent
as its reverse complement: this tells which channels pair. Of the orders that are left, the right
one has the fewest CpG and TpA, which genomes avoid; which of the pairs is C-G is told by the loss
of CpG in methylated genomes, else by runs of A and T. CpG alone would be wrong for bacteria.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.genome import LETTERS, UNKNOWN_BASE

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_BP = 32_768
"""With fewer known bases the answer is often wrong."""

_METHYLATED = 0.5
_CERTAIN = 0.03
"""The second best order must be worse by this share."""


class Order(NamedTuple):
    """The order of channels.

    Attributes
    ----------
    letters
        The letter of each channel, such as "ACGT".
    margin
        By which share the next order fits worse; of 0.03 and more one can be certain.
    n_bases
        Known bases that were looked at.
    """

    letters: str
    margin: float
    n_bases: int

    @property
    def is_certain(self) -> bool:
        """Whether there was enough DNA, and one order fits clearly better."""
        return self.n_bases >= LEAST_BP and self.margin >= _CERTAIN


def find_order(codes: NDArray[np.uint8]) -> Order:
    """Find which letter each channel is.

    Parameters
    ----------
    codes
        ``(N, L)`` number of the channel of each base, 4 where it is not known.
    """
    words = _count_words(codes).astype(np.float64)
    asymmetry = {pairing: _find_asymmetry(words, pairing) for pairing in _PAIRINGS}
    pairing = min(asymmetry, key=lambda one: asymmetry[one])
    ratio = _find_ratios(words)
    scores: dict[str, float] = {}
    for a, c, g, t in permutations(range(4)):
        if pairing[a] == t and pairing[c] == g:
            channels = {a: "A", c: "C", g: "G", t: "T"}
            letters = "".join(channels[channel] for channel in range(4))
            scores[letters] = float(ratio[c, g] * ratio[t, a])
    ranked = sorted(scores, key=lambda one: scores[one])
    # Where the pairs A-T and C-G change places, CpG and TpA do too, and the product stays.
    first, second = ranked[:2]
    margin = 1 - scores[first] / scores[ranked[2]] if scores[ranked[2]] > 0 else 0.0
    tie = _compare_pairs(words, ratio, first)
    letters = first if tie > 0 else second
    return Order(letters, min(margin, abs(tie)), int((codes < UNKNOWN_BASE).sum()))


def _find_ratios(words: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many times more often each pair of channels stands than by chance."""
    pairs = words.sum((2, 3)) / max(words.sum(), 1)
    single = pairs.sum(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: NDArray[np.float64] = pairs / np.outer(single, single)
    return np.nan_to_num(ratio, nan=1.0)


def _compare_pairs(words: NDArray[np.float64], ratio: NDArray[np.float64], letters: str) -> float:
    """Say by how much an order fits better than the one whose pairs have changed places.

    Only methylated genomes lose half of a pair of letters or more, and that is CpG. In the others
    runs of A and T are more frequent than runs of C and G.
    """
    a, c, g, t = (letters.index(letter) for letter in LETTERS)
    cpg, tpa = ratio[c, g], ratio[t, a]
    if min(cpg, tpa) < _METHYLATED:
        return float((tpa - cpg) / max(tpa, cpg))
    share = words.sum((1, 2, 3)) / max(words.sum(), 1)
    runs = [words[(x,) * 4] / max(words.sum(), 1) / max(share[x], 1e-9) ** 4 for x in (a, t, c, g)]
    of_at, of_cg = sum(runs[:2]), sum(runs[2:])
    return float((of_at - of_cg) / max(of_at, of_cg, 1e-9))


_PAIRINGS = ((1, 0, 3, 2), (2, 3, 0, 1), (3, 2, 1, 0))
"""Partner of each channel: the three ways to pair four channels."""


def _count_words(codes: NDArray[np.uint8]) -> NDArray[np.int64]:
    n = codes.shape[1] - 3
    number = np.zeros((len(codes), max(n, 0)), np.int64)
    is_known = np.ones(number.shape, bool)
    for j in range(4):
        letter = codes[:, j : n + j]
        number = number * 4 + np.minimum(letter, 3)
        is_known &= letter < UNKNOWN_BASE
    return np.bincount(number[is_known], minlength=256).reshape(4, 4, 4, 4)


def _find_asymmetry(words: NDArray[np.float64], pairing: tuple[int, ...]) -> float:
    """Return how much words and their reverse complements differ under a pairing."""
    turned = words[np.ix_(pairing, pairing, pairing, pairing)].transpose(3, 2, 1, 0)
    return float(np.abs(words - turned).sum() / max(words.sum(), 1))
