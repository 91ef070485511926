"""A lesson of which several devices take a part of every batch each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from napari_seewhy.nuclei.lesson import NucleiLesson, PictureBatch
from napari_seewhy.training.learning import derive_seed

if TYPE_CHECKING:
    from collections.abc import Generator

    import torch
    from torch import nn

    from napari_seewhy.models.running import Runtime
    from napari_seewhy.training.learning import Score


@dataclass(frozen=True, slots=True, eq=False)
class SharedLesson:
    """One device's part of a lesson; see `Lesson`.

    Attributes
    ----------
    whole
        What all of them learn.
    rank, n_ranks
        Which of how many devices this one is.
    """

    whole: NucleiLesson
    rank: int
    n_ranks: int

    @property
    def n_batches(self) -> int:
        """Number of batches in an epoch."""
        return self.whole.n_batches

    def batches(self, epoch: int) -> Generator[PictureBatch]:
        """Give this device's part of every batch."""
        for batch in self.whole.batches(epoch):
            yield PictureBatch(
                batch.chosen[self.rank :: self.n_ranks], derive_seed(batch.seed, self.rank)
            )

    def prepare(self, batch: PictureBatch, runtime: Runtime) -> tuple[torch.Tensor, torch.Tensor]:
        """Cut out and vary, as the whole lesson does."""
        return self.whole.prepare(batch, runtime)

    def loss(self, said: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Return the loss, as the whole lesson does."""
        return self.whole.loss(said, target)

    def judge(self, network: nn.Module, runtime: Runtime) -> Score:
        """Judge the network, as the whole lesson does."""
        return self.whole.judge(network, runtime)
