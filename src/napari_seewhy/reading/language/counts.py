"""Which letters followed each context of 1 to 24 bases in the training genome, on both strands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.genome import UNKNOWN_BASE, reverse_complement

if TYPE_CHECKING:
    from numpy.typing import NDArray

ORDERS = (1, 2, 3, 4, 6, 8, 9, 10, 11, 12, 14, 16, 20, 24)
"""Lengths of the contexts that are counted."""

REACH = ORDERS[-1]


class Contexts:
    """The bases before each position, packed so that those of one ending are neighbours.

    Parameters
    ----------
    codes
        ``(..., n)`` letters; contexts lie along the last axis.

    Attributes
    ----------
    keys
        ``(..., n)`` the last 24 bases, the nearest in the highest bits.
    known
        ``(..., n)`` how many bases before the position are known, at most 24.
    """

    def __init__(self, codes: NDArray[np.uint8]) -> None:
        n = codes.shape[-1]
        self.keys = np.zeros(codes.shape, np.uint64)
        letters = (codes & 3).astype(np.uint64)
        for back in range(1, min(REACH, n - 1) + 1):
            self.keys[..., back:] |= letters[..., : n - back] << np.uint64(2 * (REACH - back))
        places = np.arange(n)
        is_unknown = codes >= UNKNOWN_BASE
        last = np.maximum.accumulate(np.where(is_unknown, places + 1, 0), axis=-1)
        before = np.zeros_like(last)
        before[..., 1:] = last[..., :-1]
        self.known = np.minimum(places - before, REACH).astype(np.int8)


class Counts:
    """How often each letter followed each context.

    Parameters
    ----------
    codes
        ``(n,)`` training letters; what is unknown, also between chromosomes, ends a context.
    """

    def __init__(self, codes: NDArray[np.uint8]) -> None:
        both = both_strands(codes)
        contexts = Contexts(both)
        self.is_counted = (contexts.known == REACH) & (both < UNKNOWN_BASE)
        counted = contexts.keys[self.is_counted] << np.uint64(2)
        counted |= both[self.is_counted]
        counted.sort()
        self._keys = counted >> np.uint64(2)
        letters = (counted & np.uint64(3)).astype(np.uint8)
        self._before = np.zeros((len(counted) + 1, 4), np.int32)
        for letter in range(4):
            np.cumsum(letters == letter, out=self._before[1:, letter])

    def count(
        self,
        keys: NDArray[np.uint64],
        known: NDArray[np.int8],
        own: NDArray[np.uint8] | None = None,
    ) -> NDArray[np.int32]:
        """Return how often each letter followed contexts.

        Parameters
        ----------
        keys, known
            ``(n,)`` of `Contexts`.
        own
            ``(n,)`` letters that stand there, where the training letters themselves are read: one
            that followed its 24 bases is left out once. None counts all.

        Returns
        -------
        ndarray, shape ``(n, n_orders, 4)``
        """
        order = np.argsort(keys)  # neighbours are found fast one after the other
        keys, known = keys[order], known[order]
        shifts = (2 * (REACH - np.array(ORDERS))).astype(np.uint64)[:, None]
        prefix = keys >> shifts
        first, stop = (
            np.searchsorted(self._keys, (prefix + np.uint64(more)) << shifts) for more in (0, 1)
        )
        found = self._before[stop] - self._before[first]
        found[known < np.array(ORDERS)[:, None]] = 0
        counts = np.empty((len(keys), len(ORDERS), 4), np.int32)
        counts[order] = found.transpose(1, 0, 2)
        if own is not None:
            places = np.flatnonzero(own < UNKNOWN_BASE)
            places = places[counts[places, -1, own[places]] > 0]
            counts[places, :, own[places]] -= 1
        return counts

    def match(self, keys: NDArray[np.uint64], known: NDArray[np.int8]) -> NDArray[np.int64]:
        """Return how many of the bases before each position occur in the training letters so.

        Parameters
        ----------
        keys, known
            ``(n,)`` of `Contexts`.

        Returns
        -------
        ndarray, shape ``(n,)``
            At most 24.
        """
        at = np.searchsorted(self._keys, keys)
        longest = np.zeros(len(keys), np.int64)
        for near in (np.minimum(at, len(self._keys) - 1), np.maximum(at - 1, 0)):
            differs = self._keys[near] ^ keys
            for n_bases in range(1, REACH + 1):
                is_same = differs >> np.uint64(2 * (REACH - n_bases)) == 0
                longest[is_same] = np.maximum(longest[is_same], n_bases)
        return np.minimum(longest, known)


def both_strands(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return letters, one unknown base, and the letters of the other strand, ``(2 n + 1,)``."""
    return np.concatenate([codes, [np.uint8(UNKNOWN_BASE)], reverse_complement(codes)])
