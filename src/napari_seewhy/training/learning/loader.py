"""`Loader`: the batches of an epoch, shuffled by its number, read ahead of their use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.samples.storing import read_ahead
from napari_seewhy.training.learning.balance import draw_order
from napari_seewhy.training.learning.seeds import derive_seed

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from napari_seewhy.samples.storing import PixelSource


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Samples that are learned from at once.

    Attributes
    ----------
    pixels
        ``(n, C, H, W)`` as in the file.
    target
        ``(n,)`` int64.
    seed
        For whatever is random about this batch.
    """

    pixels: NDArray[Any]
    target: NDArray[np.int64]
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Loader:
    """The batches of an epoch.

    Their order depends on `seed` and the epoch alone. Batches differ by one sample at most in size:
    a last batch of one sample would break networks that normalise over the batch.

    Attributes
    ----------
    source
        Where pixels are read.
    rows, target
        ``(N,)`` training samples and their classes.
    batch_size
        Most samples in a batch.
    seed
        Source of the order.
    is_balanced
        Whether all classes are shown equally often.
    origin
        ``(N,)`` classes from which those of `target` were merged, to be shown equally often too;
        None where that is not wanted.
    rank, n_ranks
        Which part of each batch is wanted, where several devices share it.
    """

    source: PixelSource
    rows: NDArray[np.int64]
    target: NDArray[np.int64]
    batch_size: int
    seed: int = 0
    is_balanced: bool = False
    origin: NDArray[np.int64] | None = None
    rank: int = 0
    n_ranks: int = 1

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""
        return -(-len(self.rows) // self.batch_size)

    def batches(self, epoch: int) -> Generator[Batch]:
        """Give the batches of an epoch, reading ahead; an epoch has the same ones every time."""
        generator = np.random.default_rng([self.seed, epoch])
        order = draw_order(
            self.target, is_balanced=self.is_balanced, generator=generator, source=self.origin
        )
        whole = np.array_split(order, len(self))
        mine = [np.array_split(places, self.n_ranks)[self.rank] for places in whole]
        seeds = [derive_seed(self.seed, epoch, i, self.rank) for i in range(len(mine))]
        return read_ahead(self._read, zip(mine, seeds, strict=True))

    def _read(self, piece: tuple[NDArray[np.int64], int]) -> Batch:
        places, seed = piece
        return Batch(self.source.read(self.rows[places]), self.target[places], seed)
