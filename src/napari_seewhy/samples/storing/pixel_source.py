"""`PixelSource`: the pixels of chosen channels, from memory where they fit, else from the file.

`read_ahead` fetches the next pieces in threads while the present one is worked on.
"""

from __future__ import annotations

import math
import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from numpy.typing import NDArray

    from napari_seewhy.samples.storing.sample_set import SampleSet


MEMORY_SHARE = 0.25
"""Most of the free memory that samples may take to be kept there."""

_BLOCK_BYTES = 2**26


class PixelSource:
    """Reads rows of a sample set in chosen channels, and refuses pixels that are no numbers.

    Parameters
    ----------
    samples
        Open sample set.
    channels
        Names of the channels, in the order in which they are wanted; None takes all.
    keep
        Whether all pixels are kept in memory; None does where they take less than a quarter of
        what is free.

    Attributes
    ----------
    samples
        As given.
    path
        The file.
    channels
        Names of the channels that are given.
    shape
        ``(N, C, H, W)``.
    dtype
        As in the file.

    Raises
    ------
    DataError
        If there is no such channel.
    """

    def __init__(
        self, samples: SampleSet, channels: Sequence[str] | None = None, *, keep: bool | None = None
    ) -> None:
        self.samples = samples
        self.path = samples.path
        self.sources = samples.sources
        self.channels = tuple(samples.channels if channels is None else channels)
        self._places = find_channels(samples.channels, self.channels)
        n_samples, _, *size_px = samples.pixels.shape
        self.shape = (n_samples, len(self.channels), *size_px)
        self.dtype: np.dtype[Any] = samples.pixels.dtype
        n_bytes = math.prod(self.shape) * self.dtype.itemsize
        keeps = n_bytes < _free_bytes() * MEMORY_SHARE if keep is None else keep
        self._kept = self._read_all() if keeps else None

    def read(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """Read samples ``(n, C, H, W)`` of these rows, in this order.

        Raises
        ------
        DataError
            If a pixel is NaN or infinite, there is no such row, or the file is damaged.
        """
        if self._kept is None:
            pixels = self._choose(self.samples.read_pixels(rows))
        else:
            pixels = self._kept[rows]
        check_finite(pixels, rows)
        return pixels

    def _choose(self, pixels: NDArray[Any]) -> NDArray[Any]:
        is_all = self._places == list(range(pixels.shape[1]))
        return pixels if is_all else pixels[:, self._places]

    def _read_all(self) -> NDArray[Any]:
        kept = np.empty(self.shape, self.dtype)
        n_rows = max(1, _BLOCK_BYTES // max(1, kept[:1].nbytes))
        for start in range(0, len(kept), n_rows):
            rows = np.arange(start, min(start + n_rows, len(kept)))
            kept[rows] = self._choose(self.samples.read_pixels(rows))
        return kept


def find_channels(present: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Return the place of every wanted channel among those present.

    Raises
    ------
    DataError
        If one is missing; both lists are said.
    """
    missing = [name for name in wanted if name not in present]
    if missing:
        raise DataError(
            f"The samples have the channels {', '.join(present)}, and {', '.join(wanted)} are "
            f"wanted; {', '.join(missing)} is missing."
        )
    return [list(present).index(name) for name in wanted]


def check_finite(pixels: NDArray[Any], rows: NDArray[np.int64]) -> None:
    """Refuse samples that hold NaN or infinite pixels.

    Raises
    ------
    DataError
        If one does; its row is said.
    """
    if pixels.dtype.kind != "f":
        return
    is_finite = np.isfinite(pixels).all((1, 2, 3))
    if not is_finite.all():
        raise DataError(
            f"Sample {rows[np.argmin(is_finite)]} holds NaN or infinite pixels; cut the samples "
            "again from images without them."
        )


def _free_bytes() -> int:
    import psutil

    return int(psutil.virtual_memory().available)


P = TypeVar("P")
T = TypeVar("T")


N_READERS = max(1, min(4, (os.cpu_count() or 1) // 4))
"""Threads that read: they unpack at the same time, and leave most cores to the network."""


def read_ahead(
    read: Callable[[P], T], pieces: Iterable[P], n_ahead: int = N_READERS + 2
) -> Generator[T]:
    """Give ``read(piece)`` of every piece in order, while the next ones are being read.

    Parameters
    ----------
    read
        Reads one piece; runs in other threads, on small computers in one, else in up to four.
    pieces
        What to read; gone through in the present thread.
    n_ahead
        How many pieces are read, or being read, before they are wanted; so many lie in memory.

    Yields
    ------
    What `read` returns. An error in it is raised here when its turn comes. Closing the generator
    waits for what is being read and drops the rest.

    Examples
    --------
    >>> list(read_ahead(lambda row: row * 10, [1, 2, 3]))
    [10, 20, 30]
    """
    remaining = iter(pieces)
    with ThreadPoolExecutor(N_READERS, "read ahead") as pool:
        futures: deque[Future[T]] = deque(
            pool.submit(read, piece) for piece in islice(remaining, n_ahead)
        )
        try:
            while futures:
                first = futures.popleft()
                value = first.result()
                futures.extend(pool.submit(read, piece) for piece in islice(remaining, 1))
                yield value
        finally:
            for future in futures:
                future.cancel()
