"""`LanguageLesson`: windows of letters, and how well the next letter is expected."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from napari_seewhy.genome import UNKNOWN_BASE
from napari_seewhy.progress import finish
from napari_seewhy.reading.language.counts import both_strands
from napari_seewhy.reading.language.model import join_input
from napari_seewhy.reading.language.network import LanguageNetwork
from napari_seewhy.reading.language.reading import read_windows_steps
from napari_seewhy.training.learning import Score, derive_seed

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from napari_seewhy.models.running import Runtime
    from napari_seewhy.reading.language.options import LanguageOptions


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """Letters and what counted contexts say of them.

    Attributes
    ----------
    codes
        ``(n,)`` letters.
    prior
        Log probabilities by counted contexts: ``(2 n + 1, 4)`` of both strands where they are
        learned from, ``(n, 4)`` where they are judged.
    """

    codes: NDArray[np.uint8]
    prior: NDArray[np.float16]


@dataclass(frozen=True, slots=True, eq=False)
class WindowBatch:
    """Windows that are learned from at once.

    Attributes
    ----------
    firsts
        Their first letters, on both strands one after the other.
    seed
        Of nothing here; the loop asks for one.
    """

    firsts: tuple[int, ...]
    seed: int


class LanguageLesson:
    """Expecting the next letter, given what counted contexts expect; see `Lesson`.

    Parameters
    ----------
    train, stop
        Letters to learn from, and those that say when to stop.
    options
        How.
    rank, n_ranks
        Which of how many devices learns here.
    """

    metric = "bits"

    def __init__(
        self,
        train: Letters,
        stop: Letters,
        options: LanguageOptions,
        rank: int = 0,
        n_ranks: int = 1,
    ) -> None:
        self._both, self._prior, self._stop = both_strands(train.codes), train.prior, stop
        self._options, self._rank, self._n_ranks = options, rank, n_ranks
        self._n = len(train.codes)
        self._n_windows = max(1, self._n // options.window_bp)
        self.n_batches = -(-self._n_windows // options.batch_size)

    def batches(self, epoch: int) -> Generator[WindowBatch]:
        """Draw the windows of an epoch: as many as cover the letters once, each on one strand."""
        generator = np.random.default_rng([self._options.seed, epoch])
        size = self._options.window_bp
        shift = int(generator.integers(0, self._n - self._n_windows * size + 1))
        firsts = generator.permutation(self._n_windows) * size + shift
        firsts += generator.integers(0, 2, len(firsts)) * (self._n + 1)
        n = self._options.batch_size
        for i in range(self.n_batches):
            mine = firsts[i * n : (i + 1) * n][self._rank :: self._n_ranks]
            yield WindowBatch(tuple(mine.tolist()), derive_seed(self._options.seed, epoch, i))

    def prepare(self, batch: WindowBatch, runtime: Runtime) -> tuple[torch.Tensor, torch.Tensor]:
        """Cut windows."""
        places = np.array(batch.firsts)[:, None] + np.arange(self._options.window_bp)
        codes = self._both[places]
        samples = join_input(codes, torch.from_numpy(self._prior[places]))
        target = torch.from_numpy(codes.astype(np.int64))
        return runtime.place(samples), target.to(runtime.device)

    def loss(self, said: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Return the bits per base of known letters."""
        loss = nn.functional.cross_entropy(said, target, ignore_index=UNKNOWN_BASE)
        return loss / math.log(2)

    def judge(self, network: nn.Module, runtime: Runtime) -> Score:
        """Judge the network on the letters that say when to stop."""
        if not isinstance(network, LanguageNetwork):
            raise TypeError("the learner was given another network")
        prior = torch.from_numpy(self._stop.prior.astype(np.float32))
        codes = self._stop.codes
        task = read_windows_steps(network, codes, prior, self._options.window_bp, runtime)
        bits = measure_bits(finish(task), codes)
        mixture = measure_bits(prior.numpy(), codes)
        return Score(bits, {"bits": bits, "mixture_bits": mixture})


def measure_bits(
    said: NDArray[np.float32], codes: NDArray[np.uint8], chosen: NDArray[np.bool_] | None = None
) -> float:
    """Return the mean bits that known letters take.

    Parameters
    ----------
    said
        ``(n, 4)`` log probabilities.
    codes
        ``(n,)`` letters.
    chosen
        ``(n,)`` which of them count; all where None.
    """
    is_known = codes < UNKNOWN_BASE
    if chosen is not None:
        is_known &= chosen
    if not is_known.any():
        return math.nan
    return float(-said[is_known, codes[is_known]].mean(dtype=np.float64) / math.log(2))
