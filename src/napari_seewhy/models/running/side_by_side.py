"""Several inputs at once on a processor, each with one thread of torch."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from napari_seewhy.models.running.devices import Runtime

T = TypeVar("T")
R = TypeVar("R")

_MOST = 8
"""More at once would take more memory than a usual computer has for each of its cores."""


def run_side_by_side(
    function: Callable[[T], R], inputs: Sequence[T], runtime: Runtime
) -> Iterator[R]:
    """Call a function that runs a network for each input, several at once; in their order.

    The threads of one convolution wait for each other at its end, and where another program keeps
    a core busy all wait for the slowest. Calls side by side with one thread each do not; there are
    as many as torch has threads. On a GPU, and for a single input, torch divides the work itself.

    Parameters
    ----------
    function
        It may be called in several threads at once. Its settings of torch that hold for one
        thread, such as `torch.inference_mode`, must be made inside.
    inputs
        What it is called with.
    runtime
        Where the network was placed.
    """
    n_threads = torch.get_num_threads()
    n_workers = min(n_threads, len(inputs), _MOST)
    if runtime.device != "cpu" or n_workers < 2:
        yield from map(function, inputs)
        return
    # What torch starts inside a thread follows the number that was set last in the process.
    torch.set_num_threads(1)
    pool = ThreadPoolExecutor(n_workers, "seewhy", torch.set_num_threads, (1,))
    try:
        running = deque(pool.submit(function, one) for one in inputs[: 2 * n_workers])
        for one in inputs[2 * n_workers :]:
            yield running.popleft().result()
            running.append(pool.submit(function, one))
        while running:
            yield running.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(n_threads)
