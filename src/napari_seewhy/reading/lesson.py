"""`CoverageLesson`: stretches of DNA with their coverage, and how the answers are judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from napari_seewhy.genome import to_one_hot
from napari_seewhy.training.learning import Score, derive_seed

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray
    from torch import nn

    from napari_seewhy.genome import DnaWindows
    from napari_seewhy.models.running import Runtime
    from napari_seewhy.reading.network import Stem
    from napari_seewhy.reading.options import CoverageOptions

_LARGEST_LOG = 12.0
"""An answer above it teaches nothing more, so that one wild bin cannot end a training."""

_LEAST_MEAN = 0.05
_LARGEST_SHIFT_BP = 8


@dataclass(frozen=True, slots=True, eq=False)
class StretchBatch:
    """Stretches that are learned from at once.

    Attributes
    ----------
    places
        Number of the window and first bin of each.
    seed
        Of how they are varied.
    """

    places: tuple[tuple[int, int], ...]
    seed: int


class CoverageLesson:
    """Predicting the coverage of bins from DNA; see `Lesson`.

    Parameters
    ----------
    train, stop
        Windows to learn from, and those that say when to stop.
    options
        How.
    stem
        Layers that stay as they are: the network then learns from their answers, each window
        asked once. None lets it learn from letters.
    rank, n_ranks
        Which of how many devices learns here.
    """

    def __init__(
        self,
        train: DnaWindows,
        stop: DnaWindows,
        options: CoverageOptions,
        stem: Stem | None = None,
        rank: int = 0,
        n_ranks: int = 1,
    ) -> None:
        self._train, self._stop, self._options, self._stem = train, stop, options, stem
        self._rank, self._n_ranks = rank, n_ranks
        n, _, self._n_bins = train.target.shape
        self._crop_bins = min(options.crop_bp // train.bin_bp, self._n_bins)
        self._per_window = max(1, self._n_bins // self._crop_bins)
        self.n_batches = -(-n * self._per_window // options.batch_size)
        self._read = _ask_stem(train.codes, stem) if stem else None
        self._stop_read = _ask_stem(stop.codes, stem) if stem else None
        mean = train.target.mean((0, 2))
        weight = 1 / (mean + _LEAST_MEAN)
        self._weight = torch.from_numpy(weight / weight.mean()).float()[:, None]
        self.mean = [float(value) for value in mean]

    @property
    def metric(self) -> str:
        """What is shown of its scores."""
        return "pearson"

    def batches(self, epoch: int) -> Generator[StretchBatch]:
        """Draw the stretches of an epoch, of every window as many as cover it once."""
        generator = np.random.default_rng([self._options.seed, epoch])
        order = generator.permutation(len(self._train.codes) * self._per_window)
        starts = generator.integers(0, self._n_bins - self._crop_bins + 1, len(order))
        for i in range(self.n_batches):
            size = self._options.batch_size
            mine = range(i * size + self._rank, min((i + 1) * size, len(order)), self._n_ranks)
            places = tuple((int(order[j]) // self._per_window, int(starts[j])) for j in mine)
            yield StretchBatch(places, derive_seed(self._options.seed, epoch, i, self._rank))

    def prepare(self, batch: StretchBatch, runtime: Runtime) -> tuple[torch.Tensor, torch.Tensor]:
        """Cut stretches; read some on the other strand."""
        generator = np.random.default_rng(batch.seed)
        samples, targets = [], []
        for number, first in batch.places:
            target = self._train.target[number, :, first : first + self._crop_bins]
            sample = self._cut(number, first, generator)
            if self._options.augment and generator.random() < 0.5:
                # The answers of a stem of two strands are those of the other strand, backwards.
                axes = (1,) if self._read is not None else (0, 1)
                sample, target = sample.flip(axes), target[:, ::-1]
            samples.append(sample)
            targets.append(torch.from_numpy(np.ascontiguousarray(target)))
        return runtime.place(torch.stack(samples)), torch.stack(targets).to(runtime.device)

    def _cut(self, number: int, first: int, generator: np.random.Generator) -> torch.Tensor:
        if self._read is not None:
            per_bin = self._read.shape[2] // self._n_bins
            return self._read[number, :, first * per_bin : (first + self._crop_bins) * per_bin]
        bin_bp = self._train.bin_bp
        codes = self._train.codes[number, first * bin_bp : (first + self._crop_bins) * bin_bp]
        if self._options.augment:
            far = _LARGEST_SHIFT_BP
            codes = np.roll(codes, int(generator.integers(-far, far + 1)))
        return torch.from_numpy(to_one_hot(codes))

    def loss(self, said: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Return the log-Poisson loss; a track with little coverage weighs as one with much."""
        said = said.clamp(max=_LARGEST_LOG)
        loss: torch.Tensor = (self._weight.to(said.device) * (said.exp() - target * said)).mean()
        return loss

    def judge(self, network: nn.Module, runtime: Runtime) -> Score:
        """Judge the network on the windows that say when to stop."""
        said = self.answer(network, runtime)
        loss = self.loss(torch.from_numpy(said), torch.from_numpy(self._stop.target))
        return Score(float(loss), {"pearson": mean_pearson(np.exp(said), self._stop.target)})

    def answer(self, network: nn.Module, runtime: Runtime) -> NDArray[np.float32]:
        """Return the log of the coverage of the windows that say when to stop."""
        answers = []
        for number in range(len(self._stop.codes)):
            if self._stop_read is not None:
                sample = self._stop_read[number : number + 1]
            else:
                sample = torch.from_numpy(to_one_hot(self._stop.codes[number : number + 1]))
            with torch.inference_mode(), runtime.autocast():
                answers.append(network(runtime.place(sample)).float().cpu())
        return torch.cat(answers).clamp(max=_LARGEST_LOG).numpy()


def _ask_stem(codes: NDArray[np.uint8], stem: Stem) -> torch.Tensor:
    with torch.inference_mode():
        read = [stem(torch.from_numpy(to_one_hot(one[None]))) for one in codes]
    # Cloned, for what is made in inference mode cannot be learned from.
    return torch.cat(read).clone()


def mean_pearson(said: NDArray[np.float32], target: NDArray[np.float32]) -> float:
    """Return the mean over tracks of the correlation over all bins; a flat track counts as 0.

    Parameters
    ----------
    said, target
        ``(N, n_tracks, n_bins)``.
    """
    found = []
    for track in range(target.shape[1]):
        a, b = (value[:, track].astype(np.float64).ravel() for value in (said, target))
        spread = a.std() * b.std()
        found.append(((a - a.mean()) * (b - b.mean())).mean() / spread if spread > 0 else 0.0)
    return float(np.mean(found))
