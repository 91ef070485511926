"""`ClassLesson`: one class per sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from napari_seewhy.errors import is_memory_short
from napari_seewhy.models.files import normalise
from napari_seewhy.models.running import release_memory
from napari_seewhy.samples.storing import read_ahead
from napari_seewhy.training.fitting.augment import apply_augmentation, draw_augmentation
from napari_seewhy.training.learning import Score, weigh_classes

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray
    from torch import nn

    from napari_seewhy.models.cards import ModelCard
    from napari_seewhy.models.running import Runtime
    from napari_seewhy.training.fitting.options import TrainOptions
    from napari_seewhy.training.learning import Batch, Loader


class ClassLesson:
    """Telling classes apart, one class per sample; see `Lesson`.

    Parameters
    ----------
    loader
        The training samples.
    stop_rows, stop_target
        ``(N,)`` the samples that say when to stop, and their classes.
    card
        How pixels are normalised, and the classes.
    options
        Balance, augmentation, focal loss, label smoothing, mixup.
    """

    def __init__(
        self,
        loader: Loader,
        stop_rows: NDArray[np.int64],
        stop_target: NDArray[np.int64],
        card: ModelCard,
        options: TrainOptions,
    ) -> None:
        self._loader = loader
        self._stop_rows = stop_rows
        self.stop_target = stop_target
        self._card = card
        self._options = options
        self._augment = options.choose_augmentation()
        self._weights = (
            torch.from_numpy(weigh_classes(loader.target, len(card.classes)))
            if options.balance == "loss"
            else None
        )

    @property
    def n_batches(self) -> int:
        """Number of batches in an epoch."""
        return len(self._loader)

    @property
    def metric(self) -> str:
        """What is shown of its scores."""
        return "balanced_accuracy"

    def batches(self, epoch: int) -> Generator[Batch]:
        """Give the batches of an epoch."""
        return self._loader.batches(epoch)

    def prepare(self, batch: Batch, runtime: Runtime) -> tuple[torch.Tensor, torch.Tensor]:
        """Normalise, augment and mix; the target is ``(n, K)`` shares of classes where mixed."""
        generator = torch.Generator().manual_seed(batch.seed)
        params = draw_augmentation(len(batch.target), self._augment, generator)
        samples = normalise(batch.pixels, self._card, runtime.device)
        samples = apply_augmentation(samples, params)
        target = torch.from_numpy(batch.target).to(runtime.device)
        if self._options.mixup:
            shares = functional.one_hot(target, len(self._card.classes)).float()
            samples, target = mix(samples, shares, self._options.mixup, batch.seed)
        return runtime.place(samples), target

    def loss(self, said: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Return the cross entropy, with smoothed targets and weighed classes where asked for."""
        weights = None if self._weights is None else self._weights.to(said.device)
        logits, smoothing = said.float(), self._options.label_smoothing
        if not self._options.focal:
            return functional.cross_entropy(logits, target, weights, label_smoothing=smoothing)
        losses = functional.cross_entropy(
            logits, target, weights, label_smoothing=smoothing, reduction="none"
        )
        return (losses * focus(logits, target, self._options.focal)).mean()

    def judge(self, network: nn.Module, runtime: Runtime) -> Score:
        """Return cross entropy and balanced accuracy; every class counts alike in both."""
        logits = self.say(network, runtime)
        target = torch.from_numpy(self.stop_target)
        weights = weigh_classes(self.stop_target, len(self._card.classes))
        losses = functional.cross_entropy(logits, target, reduction="none").numpy()
        is_right = (logits.argmax(1) == target).numpy()
        recalls = [is_right[target == number].mean() for number in np.unique(self.stop_target)]
        return Score(
            float((losses * weights[self.stop_target]).mean()),
            {"balanced_accuracy": float(np.mean(recalls))},
        )

    def say(self, network: nn.Module, runtime: Runtime) -> torch.Tensor:
        """Return the logits ``(N, K)`` of the stop samples, float32 on the CPU."""
        n_pieces = -(-len(self._stop_rows) // self._loader.batch_size)
        pieces = np.array_split(self._stop_rows, n_pieces)
        with torch.inference_mode():
            said = [
                self._say_piece(network, pixels, runtime)
                for pixels in read_ahead(self._loader.source.read, pieces)
            ]
        return torch.cat(said)

    def _say_piece(
        self, network: nn.Module, pixels: NDArray[Any], runtime: Runtime
    ) -> torch.Tensor:
        try:
            samples = runtime.place(normalise(pixels, self._card, runtime.device))
            with runtime.autocast():
                logits: torch.Tensor = network(samples)
            return logits.float().cpu()
        except RuntimeError as error:
            if len(pixels) == 1 or not is_memory_short(error):
                raise
        release_memory()
        halves = np.array_split(pixels, 2)
        return torch.cat([self._say_piece(network, half, runtime) for half in halves])


def focus(logits: torch.Tensor, target: torch.Tensor, strength: float) -> torch.Tensor:
    """Weigh samples by their distance from a correct class (Lin et al. 2017, equation 4).

    Parameters
    ----------
    logits
        ``(n, K)``.
    target
        ``(n,)`` classes, or ``(n, K)`` shares of classes.
    strength
        The exponent; 0 weighs all alike.

    Returns
    -------
    torch.Tensor, shape ``(n,)``
        0 (surely right) to 1 (surely wrong).
    """
    said = torch.softmax(logits, 1)
    is_one_class = target.ndim == 1
    right = said.gather(1, target[:, None])[:, 0] if is_one_class else (said * target).sum(1)
    return (1 - right).clamp(min=0) ** strength


def mix(
    samples: torch.Tensor, shares: torch.Tensor, strength: float, seed: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Blend every sample and its target with another one of the batch (Zhang et al. 2018).

    Parameters
    ----------
    samples
        ``(N, C, H, W)``.
    shares
        ``(N, K)`` shares of the classes; rows sum to 1.
    strength
        Both parameters of the beta distribution from which the blend of the batch is drawn.
    seed
        Of that draw, and of who is blended with whom.
    """
    generator = np.random.default_rng(seed)
    blend = float(generator.beta(strength, strength))
    partner = torch.from_numpy(generator.permutation(len(samples))).to(samples.device)
    return torch.lerp(samples[partner], samples, blend), torch.lerp(shares[partner], shares, blend)
