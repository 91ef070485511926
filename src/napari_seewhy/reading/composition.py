"""`Composition`: what counts of words of five letters say, as a part of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional

from napari_seewhy.reading.word_ridge import N_WORDS, WORD_BP, number_words

if TYPE_CHECKING:
    from napari_seewhy.reading.word_ridge import WordRidge

_HALF = WORD_BP // 2
_LARGEST_LOG = 12.0
_LEAST_COVERAGE = 1e-6


class Composition(nn.Module):
    """The linear model `WordRidge`, and its mean with what a network says.

    Few windows of a genome teach a network less about composition than a linear model, and a
    linear model knows no order of words; the errors of the two differ, so their mean is better.

    Parameters
    ----------
    n_tracks, bin_bp
        What is predicted.
    share
        Weight of the words in the mean, above 0 and at most 1.
    """

    _numbers: torch.Tensor

    def __init__(self, n_tracks: int, bin_bp: int, share: float) -> None:
        super().__init__()
        self.bin_bp, self.share = bin_bp, share
        self.read_counts = nn.Conv1d(N_WORDS, n_tracks, 3)
        self.register_buffer("_numbers", torch.from_numpy(number_words()), persistent=False)

    @property
    def margin_bp(self) -> int:
        """Letters on both sides of bins that what is said of them depends on."""
        return self.bin_bp + _HALF

    def set_ridge(self, ridge: WordRidge) -> None:
        """Take the weights of a linear model."""
        with torch.no_grad():
            self.read_counts.weight.copy_(torch.from_numpy(ridge.weights))
            if self.read_counts.bias is not None:
                self.read_counts.bias.copy_(torch.from_numpy(ridge.bias))

    def forward(self, letters: torch.Tensor) -> torch.Tensor:
        """Return ``log(1 + coverage)`` ``(N, n_tracks, n_bins)`` of letters ``(N, 4, L)``."""
        return self.read(functional.pad(letters, (self.margin_bp, self.margin_bp)))

    def read(self, letters: torch.Tensor) -> torch.Tensor:
        """Return the same of letters that have the margin on both sides already."""
        counts = _CountWords.apply(letters.float(), self._numbers, self.bin_bp)
        said: torch.Tensor = functional.relu(self.read_counts(counts.sqrt()))
        return said

    def join(self, said: torch.Tensor, by_words: torch.Tensor) -> torch.Tensor:
        """Return the log of the mean, in ``log(1 + coverage)``, of a network and of the words.

        Parameters
        ----------
        said
            ``(N, n_tracks, n_bins)`` log of the coverage that a network predicts.
        by_words
            What `forward` returns.
        """
        by_network = torch.log1p(said.clamp(max=_LARGEST_LOG).exp())
        mean = self.share * by_words + (1 - self.share) * by_network
        return mean.expm1().clamp(min=_LEAST_COVERAGE).log()


class _CountWords(torch.autograd.Function):
    """Counts words about each middle letter; a word's gradient is that of each of its letters."""

    @staticmethod
    def forward(ctx: Any, letters: torch.Tensor, numbers: torch.Tensor, bin_bp: int) -> Any:
        n_samples, n_starts = len(letters), letters.shape[2] - 2 * _HALF
        codes, is_known = letters.argmax(1), letters.amax(1) > 0.5
        word = torch.zeros_like(codes[:, :n_starts])
        is_whole = torch.ones_like(is_known[:, :n_starts])
        for j in range(WORD_BP):
            word = word * 4 + codes[:, j : j + n_starts]
            is_whole &= is_known[:, j : j + n_starts]
        n_bins = n_starts // bin_bp
        bins = torch.arange(n_starts, device=letters.device) // bin_bp
        place = numbers[word] * n_bins + bins
        counts = torch.zeros(n_samples, N_WORDS * n_bins, device=letters.device)
        counts.scatter_add_(1, place, is_whole.float())
        ctx.save_for_backward(letters, place, is_whole)
        return counts.view(n_samples, N_WORDS, n_bins)

    @staticmethod
    def backward(ctx: Any, *slopes: torch.Tensor) -> Any:
        letters, place, is_whole = ctx.saved_tensors
        # Where no word was counted the slope of the root is infinite, and nothing asks for it.
        of_word = slopes[0].flatten(1).gather(1, place).where(is_whole, 0)
        spread = functional.pad(of_word, (2 * _HALF, 2 * _HALF)).unfold(1, WORD_BP, 1).sum(2)
        return letters * spread[:, None], None, None
