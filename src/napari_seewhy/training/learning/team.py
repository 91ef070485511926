"""`Team`: the processes that share a training, one for each device; mostly it is one alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import torch

if TYPE_CHECKING:
    from lightning_fabric import Fabric
    from torch import nn

T = TypeVar("T")


class Agreed(NamedTuple):
    """What all processes know after a step of learning was tried.

    Attributes
    ----------
    has_run_out
        Whether the memory of one of them was too small.
    n_most, n_all
        Samples of the one that had most, and of all together.
    """

    has_run_out: bool
    n_most: int
    n_all: int


class Team:
    """The processes that share a training.

    Gradients are summed by one message when all processes have found theirs, not while they are
    found, as `DistributedDataParallel` does: there a process that runs out of memory leaves the
    others waiting for ever.

    Parameters
    ----------
    fabric
        Lightning's carrier of several devices; launched.
    """

    def __init__(self, fabric: Fabric) -> None:
        self._fabric = fabric

    @property
    def is_alone(self) -> bool:
        """Whether there is one process only."""
        alone: bool = self._fabric.world_size == 1
        return alone

    @property
    def is_first(self) -> bool:
        """Whether this is the first of the processes, which writes the files."""
        first: bool = self._fabric.is_global_zero
        return first

    def agree(self, value: T) -> T:
        """Return what the first of the processes has."""
        agreed: T = self._fabric.broadcast(value)
        return agreed

    def gather(self, *, has_run_out: bool, n_samples: int) -> Agreed:
        """Tell the others, and hear from them, whether memory ran out and how many samples it was.

        Parameters
        ----------
        has_run_out, n_samples
            Of this process.
        """
        if self.is_alone:
            return Agreed(has_run_out, n_samples, n_samples)
        mine = torch.tensor([has_run_out, n_samples], device=self._fabric.device)
        said: Any = self._fabric.all_gather(mine)
        ran_out, n_samples_of_each = said.unbind(1)
        return Agreed(
            bool(ran_out.any()), int(n_samples_of_each.max()), int(n_samples_of_each.sum())
        )

    def sum_gradients(self, network: nn.Module, loss: float, share: float) -> float:
        """Give every process the mean gradient over all samples, and return their mean loss.

        Parameters
        ----------
        network
            Holds the mean gradient over the samples of this process; it is replaced.
        loss
            Their mean loss.
        share
            How many of all samples they are.
        """
        if self.is_alone:
            return loss
        gradients = [value.grad for value in network.parameters() if value.grad is not None]
        pieces = [gradient.reshape(-1) for gradient in gradients]
        flat = torch.cat([*pieces, pieces[0].new_tensor([loss])]) * share
        summed: Any = self._fabric.all_reduce(flat, reduce_op="sum")
        start = 0
        for gradient in gradients:
            gradient.copy_(summed[start : start + gradient.numel()].view(gradient.shape))
            start += gradient.numel()
        return float(summed[-1])
