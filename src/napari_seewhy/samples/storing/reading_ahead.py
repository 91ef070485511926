"""Reading ahead: the next pieces are fetched in threads while the present one is worked on."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

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
