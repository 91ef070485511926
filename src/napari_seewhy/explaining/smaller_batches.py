"""Fewer samples at once where memory is short."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from napari_seewhy.errors import TaskError
from napari_seewhy.models.running import Runtime

if TYPE_CHECKING:
    from torch import nn


def make_smaller(network: nn.Module, runtime: Runtime, batch_size: int) -> tuple[Runtime, int]:
    """Take half as many samples at once, and go to the CPU where one is still too many.

    Raises
    ------
    TaskError
        If one sample is too many for the CPU.
    """
    torch.cuda.empty_cache()
    if batch_size > 1:
        return runtime, batch_size // 2
    if runtime.device == "cpu":
        raise TaskError("There is not enough memory for one sample; take smaller samples.")
    on_cpu = Runtime("cpu")
    on_cpu.place_network(network)
    return on_cpu, batch_size
