"""`Loader`: the batches of an epoch, shuffled by its number; rare classes may come more often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.samples.storing import read_ahead
from napari_seewhy.training.learning.seeds import derive_seed

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    from napari_seewhy.samples.storing import PixelSource


def draw_order(
    target: NDArray[np.int64],
    *,
    is_balanced: bool,
    generator: np.random.Generator,
    source: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Draw the order in which an epoch shows its samples.

    Parameters
    ----------
    target
        ``(N,)`` classes from 0.
    is_balanced
        Whether every class is shown equally often: of a rare one each sample several times, of a
        frequent one a part. Else every sample is shown once.
    generator
        Source of randomness.
    source
        ``(N,)`` classes from which those of `target` were merged; where given, the sources of one
        class are shown equally often too, so that a rare one is not lost among the others.

    Returns
    -------
    ndarray, shape ``(N,)``, int64
        Places in `target`.

    Examples
    --------
    >>> target = np.array([0, 0, 0, 0, 0, 1])
    >>> order = draw_order(target, is_balanced=True, generator=np.random.default_rng(0))
    >>> np.bincount(target[order])
    array([3, 3])
    """
    if not is_balanced:
        return generator.permutation(len(target))
    present = np.unique(target)
    # The classes that get one sample more, where N is no multiple of their number, change.
    shares = np.array_split(np.arange(len(target)), len(present))
    drawn = []
    for number, share in zip(generator.permutation(present), shares, strict=True):
        places = np.flatnonzero(target == number)
        parts = [places]
        if source is not None:
            parts = [places[source[places] == one] for one in np.unique(source[places])]
        sizes = [len(part) for part in np.array_split(share, len(parts))]
        drawn += [_draw_often(part, n, generator) for part, n in zip(parts, sizes, strict=True)]
    return generator.permutation(np.concatenate(drawn))


def _draw_often(
    places: NDArray[np.int64], n: int, generator: np.random.Generator
) -> NDArray[np.int64]:
    """Draw `n` of the places, none a second time before all have had their turn."""
    n_rounds = -(-n // len(places))
    rounds = [generator.permutation(places) for _ in range(n_rounds)]
    return np.concatenate([places[:0], *rounds])[:n]


def weigh_classes(target: NDArray[np.int64], n_classes: int) -> NDArray[np.float32]:
    """Weigh each class by one over its frequency, so that the mean over the samples is 1.

    Examples
    --------
    >>> weigh_classes(np.array([0, 0, 0, 1]), 2).astype(float).round(2).tolist()
    [0.67, 2.0]
    """
    counts = np.bincount(target, minlength=n_classes)
    n_present = np.count_nonzero(counts)
    weights = len(target) / (n_present * np.maximum(counts, 1))
    return np.where(counts > 0, weights, 0).astype(np.float32)


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
