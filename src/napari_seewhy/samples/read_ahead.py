"""Reading ahead: the next pieces are fetched in a thread while the present one is worked on."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

P = TypeVar("P")
T = TypeVar("T")


def read_ahead(read: Callable[[P], T], pieces: Iterable[P], n_ahead: int = 3) -> Generator[T]:
    """Give ``read(piece)`` of every piece in order, while the next ones are being read.

    Parameters
    ----------
    read
        Reads one piece; runs in another thread, one piece at a time.
    pieces
        What to read.
    n_ahead
        How many pieces are read, or being read, before they are wanted; so many lie in memory.

    Yields
    ------
    What `read` returns. An error in it is raised here when its turn comes. Closing the generator
    waits for the piece that is being read and drops the others.

    Examples
    --------
    >>> list(read_ahead(lambda row: row * 10, [1, 2, 3]))
    [10, 20, 30]
    """
    remaining = iter(pieces)
    with ThreadPoolExecutor(1, "read ahead") as pool:
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
