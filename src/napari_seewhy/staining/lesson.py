"""`StainLesson`: what the network is taught, and how it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from napari_seewhy.staining.block_scores import judge_blocks
from napari_seewhy.staining.stain_options import CELL_PX
from napari_seewhy.staining.windows import Place, WindowDrawer, cut_windows, make_targets, vary
from napari_seewhy.training.learning import Score, derive_seed

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from numpy.typing import NDArray
    from torch import nn

    from napari_seewhy.models.running import Runtime
    from napari_seewhy.staining.scaled_field import ScaledField
    from napari_seewhy.staining.stain_options import StainOptions

_CELL_WEIGHT = 0.5
"""Of the loss of the cells beside that of the blocks: the more there is to learn, the better."""


@dataclass(frozen=True, slots=True, eq=False)
class WindowBatch:
    """Windows that are learned from at once, and the seed of how they are varied."""

    places: tuple[Place, ...]
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """The predictions of the network for side-by-side blocks, beside the truth.

    Attributes
    ----------
    logit
        ``(n,)``.
    is_positive
        ``(n,)`` bool.
    """

    logit: NDArray[np.float32]
    is_positive: NDArray[np.bool_]


class StainLesson:
    """Telling positive blocks from the others; see `Lesson`.

    Parameters
    ----------
    train, stop
        Fields to learn from, and those that say when to stop.
    options
        How.
    rank, n_ranks
        Which of how many devices learns here; each takes its part of every batch.
    """

    def __init__(
        self,
        train: Sequence[ScaledField],
        stop: Sequence[ScaledField],
        options: StainOptions,
        rank: int = 0,
        n_ranks: int = 1,
    ) -> None:
        self._train = train
        self._stop = stop
        self._options = options
        self._rank, self._n_ranks = rank, n_ranks
        self.n_batches = -(-options.n_windows // options.batch_size)
        smallest = min(min(field.shape_px) for field in train)
        wanted = options.window_blocks * options.block_px
        self._edge_px = min(wanted, smallest) // CELL_PX * CELL_PX
        self._drawer = WindowDrawer(
            train,
            self._edge_px,
            prefer_positives=options.balance == "windows",
            turn=options.augment,
        )
        self._positive_weight = _weigh_positives(train) if options.balance == "loss" else 1.0

    @property
    def metric(self) -> str:
        """What is shown of its scores."""
        return "balanced_accuracy"

    def batches(self, epoch: int) -> Generator[WindowBatch]:
        """Draw the windows of an epoch."""
        generator = np.random.default_rng([self._options.seed, epoch])
        for i in range(self.n_batches):
            places = self._drawer.draw(self._options.batch_size, generator)
            mine = tuple(places[self._rank :: self._n_ranks])
            yield WindowBatch(mine, derive_seed(self._options.seed, epoch, i, self._rank))

    def prepare(self, batch: WindowBatch, runtime: Runtime) -> tuple[torch.Tensor, torch.Tensor]:
        """Cut and vary windows; the target is as `make_targets` says."""
        windows = cut_windows(self._train, batch.places, self._edge_px)
        n_channels = self._train[0].n_channels
        pixels, planes = windows[:, :n_channels], windows[:, n_channels:]
        targets = make_targets(planes, self._options.block_px, self._options.positive_area)
        if self._options.augment:
            pixels = vary(pixels, batch.seed)
        return runtime.place(pixels), targets.to(runtime.device)

    def loss(self, said: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Return the loss over all blocks, cells and pixels that are known."""
        return find_loss(said, target, self._positive_weight)

    def judge(self, network: nn.Module, runtime: Runtime) -> Score:
        """Judge the network on the blocks of the stop fields."""
        answers = self.answer(network, runtime)
        said = torch.from_numpy(answers.logit)
        true = torch.from_numpy(answers.is_positive.astype(np.float32))
        loss = functional.binary_cross_entropy_with_logits(said, true)
        scores = judge_blocks(said.sigmoid().numpy(), answers.is_positive)
        metrics = {"roc_auc": scores.roc_auc, "f1": scores.f1}
        return Score(float(loss), metrics | {"balanced_accuracy": scores.balanced_accuracy})

    def answer(self, network: nn.Module, runtime: Runtime) -> Answers:
        """Ask the network about the blocks of the stop fields, two along each edge of a block."""
        logits, truths = [], []
        for said, target in self._ask(network, runtime):
            step = max(1, self._options.block_px // CELL_PX // 2)
            block, true = said[0, 0, ::step, ::step], target[0, 0, ::step, ::step]
            is_known = ~true.isnan()
            logits.append(block[is_known].numpy())
            truths.append(true[is_known].numpy() > 0)
        return Answers(np.concatenate(logits), np.concatenate(truths))

    def _ask(
        self, network: nn.Module, runtime: Runtime
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        for field in self._stop:
            height, width = (edge // CELL_PX * CELL_PX for edge in field.shape_px)
            planes = field.planes[None, :, :height, :width]
            with torch.inference_mode(), runtime.autocast():
                said = network(runtime.place(planes[:, : field.n_channels]))
            target = make_targets(
                planes[:, field.n_channels :],
                self._options.block_px,
                self._options.positive_area,
            )
            yield said.float().cpu(), target


def find_loss(
    said: torch.Tensor, target: torch.Tensor, positive_weight: float = 1.0
) -> torch.Tensor:
    """Weigh up the errors about blocks, cells and, where it is learned, fluorescence.

    Parameters
    ----------
    said, target
        ``(n, 2 or 66, h, w)``, see `make_targets`; NaN in the target does not count.
    positive_weight
        How much more a positive counts than another.
    """
    is_known = ~target.isnan()
    true = torch.where(is_known, target, 0)
    crossed = functional.binary_cross_entropy_with_logits(
        said[:, :2],
        true[:, :2],
        pos_weight=said.new_tensor(positive_weight),
        reduction="none",
    )
    loss = _mean(crossed[:, 0], is_known[:, 0]) + _CELL_WEIGHT * _mean(
        crossed[:, 1], is_known[:, 1]
    )
    if said.shape[1] > 2:
        off = functional.smooth_l1_loss(said[:, 2:], true[:, 2:], reduction="none")
        loss = loss + _mean(off, is_known[:, 2:])
    return loss


def _mean(values: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    return (values * counts).sum() / counts.sum().clamp(min=1)


def _weigh_positives(fields: Sequence[ScaledField]) -> float:
    """Return how many times rarer positive pixels are than others."""
    n_positive = sum(float(field.planes[field.n_channels].sum()) for field in fields)
    n_all = sum(float(field.planes[field.n_channels].numel()) for field in fields)
    return (n_all - n_positive) / max(n_positive, 1)
