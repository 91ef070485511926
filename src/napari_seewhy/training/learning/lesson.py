"""What is to be learned: a protocol, so that one loop trains classifiers and segmenters alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Generator

    import torch
    from torch import nn

    from napari_seewhy.models.running import Runtime


@dataclass(frozen=True, slots=True)
class Score:
    """How good a network is on the stop set.

    Attributes
    ----------
    loss
        The lower, the better; the weights with the lowest are kept.
    metrics
        Other numbers to show and to keep, such as ``balanced_accuracy``.
    """

    loss: float
    metrics: dict[str, float] = field(default_factory=dict)


class SeededBatch(Protocol):
    """What is learned from at once, in a form that the lesson alone knows."""

    @property
    def seed(self) -> int:
        """For whatever is random about this batch."""


class Lesson(Protocol):
    """What is to be learned and how one knows that it is."""

    @property
    def n_batches(self) -> int:
        """Number of batches in an epoch."""

    @property
    def metric(self) -> str:
        """Name of the metric of its `Score` that is shown while it is learned; "" for none."""

    def batches(self, epoch: int) -> Generator[SeededBatch]:
        """Give the batches of an epoch: the same ones whenever it is asked for."""

    def prepare(self, batch: Any, runtime: Runtime) -> tuple[torch.Tensor, torch.Tensor]:
        """Turn a batch into what the network takes ``(n, C, H, W)`` and its target ``(n, ...)``."""

    def loss(self, said: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Return the mean loss over a batch, one number."""

    def judge(self, network: nn.Module, runtime: Runtime) -> Score:
        """Say how good the network, in evaluation mode, is on the stop set."""
