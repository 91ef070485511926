"""`Learner`: a network that learns, and all that must be kept to go on later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from napari_seewhy.errors import TaskError
from napari_seewhy.training.seeds import seeded

if TYPE_CHECKING:
    from collections.abc import Callable

    from lightning_fabric import Fabric
    from torch import nn

    from napari_seewhy.models.devices import Runtime
    from napari_seewhy.training.train_options import LoopOptions

T = TypeVar("T")
Weights = dict[str, torch.Tensor]


class Learner:
    """A network on its device with its optimiser and the running average of its weights.

    Parameters
    ----------
    network
        What learns; moved to the device.
    loss
        ``loss(said, target)``, the mean over a batch.
    runtime
        Device, precision and layout.
    options
        Learning rate, weight decay, averaging, batch size.
    fabric
        Lightning's carrier of device, precision and several GPUs; launched.

    Attributes
    ----------
    network
        As given, without wrapping.
    runtime
        Where it learns.
    average
        The running average of its weights: what is judged and kept.
    n_at_once
        Samples that go through the network at once; halved where memory is short.
    """

    def __init__(
        self,
        network: nn.Module,
        loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
        runtime: Runtime,
        options: LoopOptions,
        fabric: Fabric,
    ) -> None:
        runtime.place_network(network)
        self.network = network
        self.runtime = runtime
        self.n_at_once = options.batch_size
        self._loss = loss
        self._fabric = fabric
        self._optimizer = make_optimizer(network, options)
        self._wrapped, self._wrapped_optimizer = fabric.setup(network, self._optimizer)
        self._average = AveragedModel(network, multi_avg_fn=_average_up_to(options.averaging))

    @property
    def is_first(self) -> bool:
        """Whether this is the first of the processes that share the training, or the only one."""
        first: bool = self._fabric.is_global_zero
        return first

    def agree(self, value: T) -> T:
        """Return what the first of the processes has, so that all of them decide alike."""
        agreed: T = self._fabric.broadcast(value)
        return agreed

    @property
    def average(self) -> nn.Module:
        """The network with the running average of its weights, in evaluation mode."""
        network: nn.Module = self._average.module
        return network.eval()

    def learn(
        self, samples: torch.Tensor, target: torch.Tensor, learning_rate: float, seed: int
    ) -> float:
        """Take one step of learning from a batch and return its loss.

        Where memory is short, the batch is done in parts whose gradients are summed: the step is
        the same but for networks that normalise over the batch.

        Raises
        ------
        TaskError
            If there is not enough memory for one sample.
        """
        self._wrapped.train()
        for group in self._optimizer.param_groups:
            group["lr"] = learning_rate
        while True:
            try:
                loss = self._sum_gradients(samples, target, seed)
                break
            except torch.OutOfMemoryError:
                self._shrink(len(samples))
        self._wrapped_optimizer.step()
        self._average.update_parameters(self.network)
        return loss

    def weights(self) -> Weights:
        """Return all that learning changes, by name, to be kept in a checkpoint."""
        kept = {f"network.{name}": value for name, value in self.network.state_dict().items()}
        kept |= {f"average.{name}": value for name, value in self._average.state_dict().items()}
        for number, state in self._optimizer.state_dict()["state"].items():
            kept |= {f"optimizer.{number}.{name}": value for name, value in state.items()}
        return copy_weights(kept)

    def load_weights(self, weights: Weights) -> None:
        """Go on from what `weights` returned."""
        self.network.load_state_dict(_choose(weights, "network."))
        self._average.load_state_dict(_choose(weights, "average."))
        states: dict[int, dict[str, torch.Tensor]] = {}
        groups = self._optimizer.state_dict()["param_groups"]
        parameters = [value for group in self._optimizer.param_groups for value in group["params"]]
        for name, value in _choose(weights, "optimizer.").items():
            number, field = name.split(".", 1)
            like = parameters[int(number)]
            # The optimiser walks through memory, so its numbers must lie as the weights do.
            laid = torch.empty_like(like).copy_(value) if value.shape == like.shape else value
            states.setdefault(int(number), {})[field] = laid.detach()
        self._optimizer.load_state_dict({"state": states, "param_groups": groups})

    def _sum_gradients(self, samples: torch.Tensor, target: torch.Tensor, seed: int) -> float:
        self._wrapped_optimizer.zero_grad()
        n_parts = -(-len(samples) // self.n_at_once)
        parts = list(zip(samples.tensor_split(n_parts), target.tensor_split(n_parts), strict=True))
        total = torch.zeros((), device=samples.device)
        with seeded(seed):
            for i, (part, answers) in enumerate(parts):
                with self._fabric.no_backward_sync(self._wrapped, enabled=i + 1 < n_parts):
                    loss = self._loss(self._wrapped(part), answers) * (len(part) / len(samples))
                    self._fabric.backward(loss)
                total += loss.detach()
        return float(total)

    def _shrink(self, n_samples: int) -> None:
        """Take half as many samples at once.

        Raises
        ------
        TaskError
            If that was one already, or several devices would have to agree.
        """
        self._wrapped_optimizer.zero_grad()
        torch.cuda.empty_cache()
        n_now = min(self.n_at_once, n_samples)
        if n_now == 1 or self._fabric.world_size > 1:
            raise TaskError(
                f"There is not enough memory for {n_now} samples at once; take smaller samples, a "
                "smaller network, a smaller batch size, or the device cpu."
            )
        self.n_at_once = n_now // 2


def _average_up_to(decay: float) -> Callable[..., None]:
    """Average more and more slowly, up to `decay`, so that the first weights are soon forgotten."""

    def average(kept: list[torch.Tensor], now: list[torch.Tensor], n: torch.Tensor) -> None:
        rising = (1 + int(n)) / (10 + int(n))
        update = get_ema_multi_avg_fn(min(decay, rising))  # type: ignore[no-untyped-call]
        update(kept, now, n)

    return average


def make_optimizer(network: nn.Module, options: LoopOptions) -> torch.optim.Optimizer:
    """Make AdamW; biases and the factors of normalising layers are not pulled towards 0."""
    matrices = [value for value in network.parameters() if value.ndim > 1]
    vectors = [value for value in network.parameters() if value.ndim <= 1]
    groups: list[dict[str, Any]] = [
        {"params": matrices, "weight_decay": options.weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=options.learning_rate, fused=True)


def copy_weights(weights: Weights) -> Weights:
    """Return copies on the CPU, in the plain layout that a file can hold."""
    return {
        name: value.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, value in weights.items()
    }


def _choose(weights: Weights, prefix: str) -> Weights:
    return {
        name.removeprefix(prefix): value
        for name, value in weights.items()
        if name.startswith(prefix)
    }
