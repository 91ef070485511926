"""`LanguageReader`: training letters, the mixture of their contexts, and the network."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from napari_seewhy.genome import UNKNOWN_BASE, decode_letters
from napari_seewhy.reading.language.counts import REACH, Contexts, Counts, both_strands
from napari_seewhy.reading.language.mixture import Mixture, ask_mixture
from napari_seewhy.reading.language.network import LanguageNetwork

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.reading.language.evo import Evo
    from napari_seewhy.reading.language.options import LanguageNetworkOptions

_PER_BYTE = 4
_REPEAT_BP = 20
"""A base whose last so many letters occur in the training letters lies in a repeat."""

_RECALLED_SHARE = 0.5


class LanguageReader(nn.Module):
    """All that a language model is; its file holds the training letters, two bits each.

    Contexts are counted from them when the model is first asked, which is smaller and faster than
    a file of counts.
    """

    letters: torch.Tensor
    gaps: torch.Tensor
    evo: Evo | None = None
    """What answers in place of the network."""

    def __init__(self, options: LanguageNetworkOptions, n_letters: int, n_gaps: int) -> None:
        super().__init__()
        self.n_letters, self.window_bp = n_letters, options.window_bp
        n_bytes = -(-n_letters // _PER_BYTE)
        self.register_buffer("letters", torch.zeros(n_bytes, dtype=torch.uint8))
        self.register_buffer("gaps", torch.zeros(n_gaps, 2, dtype=torch.int64))
        self.mixture = Mixture()
        self.network = LanguageNetwork(options)

    def set_letters(self, codes: NDArray[np.uint8]) -> None:
        """Keep training letters ``(n_letters,)``."""
        padded = np.zeros(len(self.letters) * _PER_BYTE, np.uint8)
        padded[: len(codes)] = codes & 3
        quarters = padded.reshape(-1, _PER_BYTE)
        self.letters.copy_(
            torch.from_numpy(
                np.bitwise_or.reduce(quarters << (2 * np.arange(_PER_BYTE, dtype=np.uint8)), axis=1)
            )
        )
        self.gaps.copy_(torch.from_numpy(find_gaps(codes)))

    def get_letters(self) -> NDArray[np.uint8]:
        """Return the training letters ``(n_letters,)``."""
        packed = self.letters.cpu().numpy()
        codes = np.stack([(packed >> (2 * i)) & 3 for i in range(_PER_BYTE)], 1).ravel()
        codes = codes[: self.n_letters].astype(np.uint8)
        for first, stop in self.gaps.tolist():
            codes[first:stop] = UNKNOWN_BASE
        return codes

    @cached_property
    def counts(self) -> Counts:
        """How often each letter followed each context in the training letters."""
        return Counts(self.get_letters())

    def ask_contexts(self, keys: NDArray[np.uint64], known: NDArray[np.int8]) -> torch.Tensor:
        """Return log probabilities ``(n, 4)`` by counted contexts, on the CPU; see `Contexts`."""
        return ask_mixture(self._mixture_on_cpu(), self.counts, keys, known)

    def ask_prior(self, codes: NDArray[np.uint8]) -> torch.Tensor:
        """Return log probabilities by counted contexts ``(n, 4)`` of letters ``(n,)``.

        Letters that the model learned from are left out of their own counts, see `is_recalled`.
        """
        contexts = Contexts(codes)
        own = codes if self.is_recalled(codes) else None
        return ask_mixture(self._mixture_on_cpu(), self.counts, contexts.keys, contexts.known, own)

    def _mixture_on_cpu(self) -> Mixture:
        # Asked at every letter that is drawn, where moving takes longer than looking.
        return self.mixture if self.mixture.smoothing.is_cpu else self.mixture.cpu()

    def is_recalled(self, codes: NDArray[np.uint8]) -> bool:
        """Say whether most letters ``(n,)`` stand so in the training letters.

        Low bits would then be memory; so each letter is left out of its own counts once, as in
        training.
        """
        return bool(self.find_repeats(codes).mean() > _RECALLED_SHARE)

    def find_repeats(self, codes: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Say of each letter whether the 20 before it occur in the training letters."""
        contexts = Contexts(codes)
        return self.counts.match(contexts.keys, contexts.known) >= _REPEAT_BP

    def find_copy(self, codes: NDArray[np.uint8]) -> int:
        """Return the length of the longest stretch that stands in the training letters.

        On either strand; one that touches an end or an unknown letter may count a few bases less.
        """
        # Of one place more, as a context ends before its place.
        contexts = Contexts(np.append(codes, np.uint8(UNKNOWN_BASE)))
        matched = self.counts.match(contexts.keys, contexts.known)
        longest = int(matched.max())
        if longest < REACH:
            return longest
        both = decode_letters(both_strands(self.get_letters()))
        letters = decode_letters(codes)
        for start in np.flatnonzero(matched == REACH) - REACH:
            # Only a longer one matters, so nearly every start is asked once.
            while start + longest < len(letters) and letters[start : start + longest + 1] in both:
                longest += 1
        return longest

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return logits; see `LanguageNetwork`."""
        said: torch.Tensor = self.network(x)
        return said


def find_gaps(codes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the first and the stop of each stretch of unknown letters, ``(n_gaps, 2)``."""
    is_unknown = np.concatenate([[False], codes >= UNKNOWN_BASE, [False]])
    return np.flatnonzero(is_unknown[1:] != is_unknown[:-1]).reshape(-1, 2)


def join_input(codes: NDArray[np.uint8], prior: torch.Tensor) -> torch.Tensor:
    """Return what the network takes ``(N, 5, L)`` for windows.

    Parameters
    ----------
    codes
        ``(N, L)`` letters.
    prior
        ``(N, L, 4)`` their log probabilities by counted contexts.
    """
    before = np.full(codes.shape, UNKNOWN_BASE, np.float32)
    before[:, 1:] = codes[:, :-1]
    return torch.cat([torch.from_numpy(before)[:, None], prior.float().transpose(1, 2)], 1)
