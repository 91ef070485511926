"""Tasks for several processes; imports little, since every process that runs one imports this."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import DataError
from napari_seewhy.progress import Step, Task

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_SAMPLES = 4
"""Samples that the memory of the second device holds."""


def count_steps(fail_at: int, how: str) -> Task[None]:
    """Count to five; the second process refuses or dies on the way."""
    for i in range(5):
        if i == fail_at and os.environ["LOCAL_RANK"] == "1":
            if how == "refuse":
                raise DataError("Not these.")
            os._exit(3)
        yield Step(i, 5)


def with_little_memory(make_task: Callable[[], Task[Any]]) -> Task[Any]:
    """Run a task that trains; the second process runs out of memory where the first does not."""
    import torch

    from napari_seewhy.models.networks.small import NagaoNetwork

    torch.set_num_threads(1)
    whole = NagaoNetwork.forward

    def forward(self: NagaoNetwork, samples: torch.Tensor) -> torch.Tensor:
        if torch.is_grad_enabled() and len(samples) > MOST_SAMPLES:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return whole(self, samples)

    if os.environ["LOCAL_RANK"] == "1":
        NagaoNetwork.forward = forward
    return (yield from make_task())
