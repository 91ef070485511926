"""The networks that read DNA: letters in, the log of the expected coverage of each bin out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.parametrizations import weight_norm

from napari_seewhy.reading.composition import Composition
from napari_seewhy.reading.words import FILTER_BP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.reading.options import CoverageNetworkOptions

POOL_BP = 32
"""Bases whose best match of a word is kept."""

_NEAR = 11
"""Of so many neighbouring pools the first layer behind the words sees at once."""

_SHARPNESS, _THRESHOLD = 14.0, 0.72
"""A word counts half where its match reaches this share of the best, and falls off fast."""


class ReadingShape(NamedTuple):
    """What the layers of a network that reads words depend on.

    Attributes
    ----------
    n_tracks, bin_bp
        What it predicts: tracks, and bases per bin, a multiple of 32.
    n_words, width, reach_bins
        As in `CoverageNetworkOptions`.
    """

    n_tracks: int
    bin_bp: int
    n_words: int
    width: int
    reach_bins: int

    @property
    def steps(self) -> tuple[int, ...]:
        """Steps of the layers that look far, in bins: twice outwards, the second time coarser."""
        doubled = [2**i for i in range(self.reach_bins.bit_length())]
        return (*doubled, *doubled[::2])


class Stem(nn.Module):
    """Where words stand, on either strand, and how often each pair of letters is there.

    Its weights are found before the training and stay as they are. A turned sequence gives the
    same answer backwards.
    """

    filters: torch.Tensor
    bias: torch.Tensor
    _pairs: torch.Tensor

    def __init__(self, n_words: int) -> None:
        super().__init__()
        self.register_buffer("filters", torch.zeros(n_words, 4, FILTER_BP))
        self.register_buffer("bias", torch.zeros(n_words))
        pairs = torch.zeros(16, 4, 2)
        for number in range(16):
            pairs[number, number // 4, 0] = pairs[number, number % 4, 1] = 1
        self.register_buffer("_pairs", pairs, persistent=False)
        turned = [(3 - number % 4) * 4 + 3 - number // 4 for number in range(16)]
        self._turned = turned
        self._kept = [number for number in range(16) if number <= turned[number]]

    def set_words(self, filters: torch.Tensor) -> None:
        """Take the filters of `Words`, scaled so that all of them count alike."""
        best = filters.amax(1).sum(1)
        self.filters.copy_(filters * (_SHARPNESS / best)[:, None, None])
        self.bias.fill_(-_SHARPNESS * _THRESHOLD)

    def match(self, letters: torch.Tensor) -> torch.Tensor:
        """Return the best match of each word on either strand, of letters padded by 8 bases."""
        both = torch.cat([self.filters, self.filters.flip(1, 2)])
        found = functional.max_pool1d(functional.conv1d(letters, both), POOL_BP)
        n_words = len(self.filters)
        best = torch.maximum(found[:, :n_words], found[:, n_words:])
        return torch.sigmoid(best + self.bias[:, None])

    def count_pairs(self, letters: torch.Tensor) -> torch.Tensor:
        """Return the share of each pair of letters, of letters with one more base at the right."""
        is_pair = functional.relu(functional.conv1d(letters, self._pairs) - 1)
        counts = functional.avg_pool1d(is_pair, POOL_BP) * 4
        return ((counts + counts[:, self._turned]) / 2)[:, self._kept]

    def forward(self, letters: torch.Tensor) -> torch.Tensor:
        """Return ``(N, n_words + 10, L / 32)`` of letters ``(N, 4, L)``."""
        half = FILTER_BP // 2
        matched = self.match(functional.pad(letters, (half, half)))
        return torch.cat([matched, self.count_pairs(functional.pad(letters, (0, 1)))], 1)

    @property
    def n_features(self) -> int:
        """Channels of the result."""
        return len(self.filters) + len(self._kept)


class FarBlock(nn.Module):
    """Adds to every bin what bins at a certain distance say."""

    def __init__(self, width: int, step: int) -> None:
        super().__init__()
        self.step = step
        self.first = nn.BatchNorm1d(width)
        self.look = nn.Conv1d(width, width, 3, dilation=step, bias=False)
        self.second = nn.BatchNorm1d(width)
        self.mix = nn.Conv1d(width, width, 1)
        for weights in self.mix.parameters():
            nn.init.zeros_(weights)

    def before(self, x: torch.Tensor) -> torch.Tensor:
        """Return what is looked at."""
        return functional.relu(self.first(x))

    def after(self, seen: torch.Tensor) -> torch.Tensor:
        """Return what is added, of what is looked at with its margins."""
        added: torch.Tensor = self.mix(functional.relu(self.second(self.look(seen))))
        return added

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return `x` with what was added."""
        return x + self.after(functional.pad(self.before(x), (self.step, self.step)))


class Tail(nn.Module):
    """From where words stand to coverage: neighbours first, then ever farther."""

    def __init__(self, n_features: int, shape: ReadingShape) -> None:
        super().__init__()
        width = shape.width
        self.scale = nn.BatchNorm1d(n_features)
        self.near = nn.Conv1d(n_features, width, _NEAR, bias=False)
        self.norm = nn.BatchNorm1d(width)
        self.pool = shape.bin_bp // POOL_BP
        self.join = nn.Conv1d(width, width, 1)
        self.far = nn.ModuleList(FarBlock(width, step) for step in shape.steps)
        self.last = nn.BatchNorm1d(width)
        self.out = nn.Conv1d(width, shape.n_tracks, 1)

    def look_near(self, scaled: torch.Tensor) -> torch.Tensor:
        """Return bins ``(N, width, n)`` of scaled features with a margin of 5 at both ends."""
        seen = functional.relu(self.norm(self.near(scaled)))
        joined: torch.Tensor = self.join(functional.avg_pool1d(seen, self.pool))
        return joined

    def read_out(self, x: torch.Tensor) -> torch.Tensor:
        """Return the log of the coverage of bins."""
        said: torch.Tensor = self.out(functional.relu(self.last(x)))
        return said

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return the log of the coverage ``(N, n_tracks, n_bins)``."""
        x = self.look_near(functional.pad(self.scale(features), (_NEAR // 2, _NEAR // 2)))
        for block in self.far:
            x = block(x)
        return self.read_out(x)


class WordNetwork(nn.Module):
    """Reads words of DNA on both strands, then looks ever farther; see `ReadingShape`.

    Parameters
    ----------
    shape
        Sizes of its layers.
    share
        Weight of `Composition` beside the layers; 0 = there is none.
    """

    def __init__(self, shape: ReadingShape, share: float = 0) -> None:
        super().__init__()
        self.stem = Stem(shape.n_words)
        self.tail = Tail(self.stem.n_features, shape)
        self.composition = Composition(shape.n_tracks, shape.bin_bp, share) if share else None

    def forward(self, letters: torch.Tensor) -> torch.Tensor:
        """Return the log of the coverage ``(N, n_tracks, n_bins)`` of letters ``(N, 4, L)``."""
        said: torch.Tensor = self.tail(self.stem(letters))
        if self.composition is None:
            return said
        return self.composition.join(said, self.composition(letters))


_SQUEEZES = ((48, 21, 2), (60, 7, 4), (76, 7, 4), (96, 7, 4))
"""Channels, letters seen and step of each layer that squeezes."""

_GROWTH = 24


class Gated(nn.Module):
    """A convolution that a second one opens and closes, both normalised by their weights."""

    def __init__(self, n_in: int, n_out: int, n_seen: int, stride: int = 1, step: int = 1) -> None:
        super().__init__()
        pad = step * (n_seen - 1) // 2
        self.value, self.gate = (
            weight_norm(nn.Conv1d(n_in, n_out, n_seen, stride, pad, dilation=step))
            for _ in range(2)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the value where the gate is open."""
        return torch.tanh(self.value(x)) * torch.sigmoid(self.gate(x))


class CourseNetwork(nn.Module):
    """The network of the course after Basenji: 388,154 weights for ten tracks of 128-bp bins.

    Four gated convolutions squeeze 128 bases into one bin; seven dilated ones look up to 127 bins
    to both sides, and each sees the answers of all before.
    """

    def __init__(self, n_tracks: int) -> None:
        super().__init__()
        sizes = [4, *(n_out for n_out, _, _ in _SQUEEZES)]
        self.squeeze = nn.Sequential(
            *(Gated(n_in, *layer) for n_in, layer in zip(sizes, _SQUEEZES, strict=False))
        )
        self.far = nn.ModuleList(
            Gated(sizes[-1] + _GROWTH * i, _GROWTH, 3, step=2**i) for i in range(7)
        )
        self.out = nn.Conv1d(sizes[-1] + _GROWTH * 7, n_tracks, 1)

    def forward(self, letters: torch.Tensor) -> torch.Tensor:
        """Return the log of the coverage ``(N, n_tracks, L / 128)`` of letters ``(N, 4, L)``."""
        x = self.squeeze(letters)
        for layer in self.far:
            x = torch.cat([x, layer(x)], 1)
        said: torch.Tensor = self.out(x)
        return said


def build_reader(
    options: CoverageNetworkOptions, n_tracks: int, bin_bp: int, share: float = 0
) -> WordNetwork | CourseNetwork:
    """Build a network with fresh weights; see `WordNetwork` for `share`."""
    if options.network == "course":
        return CourseNetwork(n_tracks)
    shape = ReadingShape(n_tracks, bin_bp, options.n_words, options.width, options.reach_bins)
    return WordNetwork(shape, share)


def set_mean(out: nn.Conv1d, mean: Sequence[float]) -> None:
    """Have a fresh network say the mean coverage of every track."""
    with torch.no_grad():
        out.weight.mul_(0.1)
        if out.bias is not None:
            out.bias.copy_(torch.log(torch.tensor(mean) + 1e-3))
