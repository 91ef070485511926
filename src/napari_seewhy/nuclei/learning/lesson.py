"""`NucleiLesson`: what the network of the method `nuclei` is taught, and how it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from napari_seewhy.nuclei.learning.augment import Variations, draw_variations, vary_intensity
from napari_seewhy.nuclei.maps import NOMINAL_PX, Maps, to_maps
from napari_seewhy.nuclei.network import STRIDE
from napari_seewhy.nuclei.scale import to_inputs
from napari_seewhy.training.learning import Score, derive_seed

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from torch import nn

    from napari_seewhy.models.running import Runtime
    from napari_seewhy.nuclei.learning.options import SegmenterOptions
    from napari_seewhy.nuclei.pictures import Picture


@dataclass(frozen=True, slots=True, eq=False)
class PictureBatch:
    """Pictures that are learned from at once: which ones, and the seed of how they are varied."""

    chosen: tuple[int, ...]
    seed: int


class NucleiLesson:
    """Telling nuclei from background and from each other; see `Lesson`.

    Parameters
    ----------
    train, stop
        Pictures to learn from, and those that say when to stop.
    options
        Cut-outs per step, steps per epoch, height and width of a cut-out, and how they are varied.
    rank, n_ranks
        Which of how many devices learns here; each takes its part of every batch.
    """

    def __init__(
        self,
        train: Sequence[Picture],
        stop: Sequence[Picture],
        options: SegmenterOptions,
        rank: int = 0,
        n_ranks: int = 1,
    ) -> None:
        self._train = train
        self._stop = stop
        self._options = options
        self._rank, self._n_ranks = rank, n_ranks
        self.n_batches = options.n_batches

    @property
    def metric(self) -> str:
        """None: losses of pixels are all that is measured."""
        return ""

    def batches(self, epoch: int) -> Generator[PictureBatch]:
        """Choose every picture as often as every other, in an order that the epoch decides."""
        options = self._options
        generator = np.random.default_rng([options.seed, epoch])
        n = self.n_batches * options.batch_size
        rounds = [generator.permutation(len(self._train)) for _ in range(-(-n // len(self._train)))]
        order = np.concatenate(rounds)[:n].reshape(self.n_batches, options.batch_size)
        for i, chosen in enumerate(order):
            seed = derive_seed(options.seed, epoch, i)
            if self._n_ranks > 1:
                chosen, seed = chosen[self._rank :: self._n_ranks], derive_seed(seed, self._rank)
            yield PictureBatch(tuple(chosen.tolist()), seed)

    def prepare(self, batch: PictureBatch, runtime: Runtime) -> tuple[torch.Tensor, torch.Tensor]:
        """Cut out and vary; the target is ``(n, 7, H, W)``: the maps and what counts."""
        variations = draw_variations(len(batch.chosen), self._options.augment, batch.seed)
        pictures = [self._train[i] for i in batch.chosen]
        cut = [cut_out(p, variations, i, self._options.edge_px) for i, p in enumerate(pictures)]
        pixels = torch.stack([one[0] for one in cut])
        target = torch.stack([one[1] for one in cut])
        inputs = to_inputs(vary_intensity(pixels, variations))
        return runtime.place(inputs), target.to(runtime.device)

    def loss(self, said: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Return the loss over all pixels that lie in the picture."""
        return find_loss(to_maps(said), target)

    def judge(self, network: nn.Module, runtime: Runtime) -> Score:
        """Return the mean loss over the stop pictures, whole and as they are."""
        losses = []
        with torch.inference_mode():
            for picture in self._stop:
                pixels, target = whole(picture)
                with runtime.autocast():
                    said = network(runtime.place(to_inputs(pixels[None])))
                losses.append(float(find_loss(to_maps(said), target[None].to(runtime.device))))
        return Score(float(np.mean(losses)))


def cut_out(
    picture: Picture, variations: Variations, number: int, edge_px: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Cut a varied square out of a picture: pixels ``(H, W)`` and target ``(7, H, W)``."""
    matrix = variations.matrix[number]
    shape = torch.tensor(picture.pixels.shape, dtype=torch.float32)
    steps = torch.arange(edge_px) - (edge_px - 1) / 2
    ways = torch.stack(torch.meshgrid(steps, steps, indexing="ij"), -1)
    reach = (matrix.abs() @ torch.full((2,), edge_px / 2)).minimum(shape / 2)
    middle = reach + variations.place[number] * (shape - 2 * reach) - 0.5
    points = ways @ matrix.T + middle
    grid = ((points + 0.5) * 2 / shape - 1).flip(-1)[None]
    is_there = (grid.abs() <= 1).all(-1)[0]
    smooth = torch.stack([picture.pixels, picture.depth])[None]
    pixels, depth = functional.grid_sample(
        smooth, grid, padding_mode="reflection", align_corners=False
    )[0]
    labels = functional.grid_sample(
        picture.labels[None, None].float(), grid, mode="nearest", align_corners=False
    )[0, 0].long()
    if variations.is_empty[number]:
        labels, depth = torch.zeros_like(labels), torch.zeros_like(depth)
    there = (picture.centres - middle) @ torch.linalg.inv(matrix).T
    # A stretch leaves the geometric mean of the scales, which is what a diameter changes by.
    zoom = matrix.det().abs().rsqrt()
    return pixels, make_target(
        labels, depth, (there[labels] - ways), picture.diameters[labels] * zoom, is_there
    )


def whole(picture: Picture) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a picture as it is, its sides cut to multiples of the network's stride, and target."""
    height, width = (max(STRIDE, side // STRIDE * STRIDE) for side in picture.pixels.shape)
    pad = [max(0, STRIDE - side) for side in picture.pixels.shape]
    padding = (0, pad[1], 0, pad[0])
    pixels = functional.pad(picture.pixels, padding)[:height, :width]
    labels = functional.pad(picture.labels, padding)[:height, :width].long()
    depth = functional.pad(picture.depth, padding)[:height, :width]
    ways = torch.stack(torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij"), -1)
    is_there = torch.ones_like(labels, dtype=torch.bool)
    return pixels, make_target(
        labels, depth, picture.centres[labels] - ways, picture.diameters[labels], is_there
    )


def make_target(
    labels: torch.Tensor,
    depth: torch.Tensor,
    offset: torch.Tensor,
    diameter: torch.Tensor,
    is_there: torch.Tensor,
) -> torch.Tensor:
    """Put together the six maps of one picture and, as the seventh, which pixels count."""
    inside = labels > 0
    highest = functional.max_pool2d(labels[None].float(), 3, 1, 1)[0]
    large = torch.where(inside, labels, 2**24).float()
    lowest = -functional.max_pool2d(-large[None], 3, 1, 1)[0]
    touching = (lowest < 2**24) & (highest != lowest)
    offset = torch.where(inside[..., None], offset / NOMINAL_PX, 0.0)
    size = torch.where(inside, torch.log2(diameter.clamp(min=1) / NOMINAL_PX), 0.0)
    return torch.stack(
        [
            inside.float(),
            touching.float(),
            depth * inside,
            offset[..., 0],
            offset[..., 1],
            size,
            is_there.float(),
        ]
    )


def find_loss(said: Maps, target: torch.Tensor) -> torch.Tensor:
    """Weigh up the errors of all maps, over the pixels that count."""
    true = Maps(*target[:, :6].unbind(1))
    counts = target[:, 6]
    inner = counts * true.inside
    # Where nuclei touch, a few pixels decide whether two are seen as one.
    weights = counts * (1 + 3 * true.touching)
    inside = _mean(
        functional.binary_cross_entropy_with_logits(said.inside, true.inside, reduction="none"),
        weights,
    )
    chance = torch.sigmoid(said.inside) * counts
    overlap = (chance * true.inside).sum((1, 2))
    dice = 1 - (2 * overlap + 50) / ((chance + inner).sum((1, 2)) + 50)
    touching = _mean(
        functional.binary_cross_entropy_with_logits(
            said.touching,
            true.touching,
            reduction="none",
            pos_weight=torch.tensor(4.0, device=counts.device),
        ),
        counts,
    )
    depth = _mean((said.depth - true.depth).abs(), counts * (0.2 + true.inside))
    way = (said.offset_y - true.offset_y).abs() + (said.offset_x - true.offset_x).abs()
    # A way that is wrong by a pixel is worse in a small nucleus.
    way = way * torch.exp2(-true.size).clamp(0.5, 3.0)
    return (
        inside
        + 0.5 * dice.mean()
        + 0.5 * touching
        + depth
        + 2 * _mean(way, inner)
        + 0.2 * _mean((said.size - true.size).abs(), inner)
    )


def _mean(values: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    return (values * weights).sum() / weights.sum().clamp(min=1)
