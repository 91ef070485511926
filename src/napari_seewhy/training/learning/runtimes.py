"""Choosing how a network learns: device, precision and layout, by timing its first steps."""

from __future__ import annotations

import contextlib
import copy
from functools import partial
from typing import TYPE_CHECKING

import torch

from napari_seewhy.errors import OptionError
from napari_seewhy.models.running import (
    Runtime,
    choose_device,
    choose_fastest,
    is_memory_short,
    list_runtimes,
)
from napari_seewhy.training.learning.seeds import seeded

if TYPE_CHECKING:
    from collections.abc import Callable

    from lightning_fabric import Fabric
    from torch import nn

    from napari_seewhy.training.learning import LoopOptions
    from napari_seewhy.training.learning.lesson import Lesson

_N_TRIED = 32
"""Samples on which ways of counting are timed: enough to tell, few enough to fit anywhere."""


def choose_runtime(lesson: Lesson, network: nn.Module, options: LoopOptions) -> Runtime:
    """Choose how a network learns.

    Where a precision is asked for, the choice rests on nothing else, so that two runs do the same.
    With "auto", float32 and bfloat16 in both layouts are timed on the first samples.

    Raises
    ------
    OptionError
        If the device is not there.
    """
    device = choose_device(options.device)
    if options.precision != "auto":
        return Runtime(device, options.precision == "bf16", use_channels_last=True)
    untimed = Runtime(device, use_bf16=device == "cuda", use_channels_last=True)
    if options.n_devices > 1:
        # Processes that each took the time would not always agree.
        return untimed
    with contextlib.closing(lesson.batches(0)) as batches:
        batch = next(batches)

    def prepare(runtime: Runtime) -> Callable[[], object]:
        tried = copy.deepcopy(network)
        runtime.place_network(tried.train())
        samples, target = lesson.prepare(batch, runtime)
        return partial(_learn, tried, samples[:_N_TRIED], target[:_N_TRIED], lesson, runtime)

    with seeded(options.seed):
        try:
            return choose_fastest(list_runtimes(device), prepare)
        except RuntimeError as error:
            if not is_memory_short(error):
                raise
            # The learner will take fewer samples at once, or the CPU.
            return untimed


def _learn(
    network: nn.Module,
    samples: torch.Tensor,
    target: torch.Tensor,
    lesson: Lesson,
    runtime: Runtime,
) -> float:
    """Find the gradients of some samples, as one step of learning does."""
    with runtime.autocast():
        loss = lesson.loss(network(samples), target)
    torch.autograd.backward(loss)
    return float(loss.detach())  # also waits for the GPU


def make_fabric(runtime: Runtime, options: LoopOptions) -> Fabric:
    """Make and launch Lightning's carrier of several GPUs.

    Raises
    ------
    OptionError
        If more GPUs are wanted than there are.
    """
    from lightning_fabric import Fabric

    if runtime.device == "cuda" and options.n_devices > (n_there := torch.cuda.device_count()):
        raise OptionError(
            f"{options.n_devices} GPUs are wanted and this computer has {n_there}; choose no more."
        )
    fabric = Fabric(
        accelerator=runtime.device,
        devices=options.n_devices,
        strategy="ddp" if options.n_devices > 1 else "auto",
    )
    fabric.launch()
    return fabric
