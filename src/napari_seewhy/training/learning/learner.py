"""`Learner`: a network that learns, and all that must be kept to continue later."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, TypeVar

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from napari_seewhy.errors import SeewhyWarning, TaskError, is_memory_short
from napari_seewhy.models.running import Runtime, release_memory
from napari_seewhy.training.learning.seeds import seeded
from napari_seewhy.training.learning.team import Team

if TYPE_CHECKING:
    from collections.abc import Callable

    from lightning_fabric import Fabric
    from torch import nn

    from napari_seewhy.training.learning import LoopOptions

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
        Lightning's carrier of several GPUs; launched.

    Attributes
    ----------
    network
        As given.
    runtime
        Where it learns; the CPU once the GPU's memory was too small.
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
        self.network = network
        self.n_at_once = options.batch_size
        self._loss = loss
        self._options = options
        self._team = Team(fabric)
        if not self._team.is_alone:
            network.load_state_dict(self._team.agree(copy_weights(network.state_dict())))
        self._settle(runtime)

    def _settle(self, runtime: Runtime) -> None:
        """Begin on a device, with nothing learned there yet."""
        self.runtime = runtime
        runtime.place_network(self.network)
        self._optimizer = make_optimizer(self.network, self._options)
        averaging = _average_up_to(self._options.averaging)
        self._average = AveragedModel(self.network, multi_avg_fn=averaging)

    @property
    def is_first(self) -> bool:
        """Whether this is the first of the processes that share the training, or the only one."""
        return self._team.is_first

    def agree(self, value: T) -> T:
        """Return what the first of the processes has, so that all of them decide alike."""
        return self._team.agree(value)

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
        the same but for networks that normalise over the batch. Where one sample is too much for
        the GPU, the CPU continues, with a warning.

        Raises
        ------
        TaskError
            If there is not enough memory for one sample.
        """
        self.network.train()
        while True:
            loss = self._find_gradients(samples, target, seed)
            agreed = self._team.gather(has_run_out=loss is None, n_samples=len(samples))
            if loss is not None and not agreed.has_run_out:
                break
            self._shrink(agreed.n_most)
            samples, target = self.runtime.place(samples), target.to(self.runtime.device)
        loss = self._team.sum_gradients(self.network, loss, len(samples) / agreed.n_all)
        for group in self._optimizer.param_groups:
            group["lr"] = learning_rate
        self._optimizer.step()
        self._average.update_parameters(self.network)
        return loss

    def within_memory(self, work: Callable[[Runtime], T]) -> T:
        """Return ``work(runtime)``; where the GPU has too little memory for it, of the CPU.

        The CPU then also does all that comes after.

        Raises
        ------
        TaskError
            If there is not enough memory on the CPU, or on one of several devices.
        """
        try:
            return work(self.runtime)
        except RuntimeError as error:
            if not is_memory_short(error):
                raise
        self._shrink(1)
        return self.within_memory(work)

    def weights(self) -> Weights:
        """Return all that learning changes, by name, to be kept in a checkpoint."""
        kept = {f"network.{name}": value for name, value in self.network.state_dict().items()}
        kept |= {f"average.{name}": value for name, value in self._average.state_dict().items()}
        for number, state in self._optimizer.state_dict()["state"].items():
            kept |= {f"optimizer.{number}.{name}": value for name, value in state.items()}
        return copy_weights(kept)

    def load_weights(self, weights: Weights) -> None:
        """Continue from what `weights` returned."""
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

    def _find_gradients(
        self, samples: torch.Tensor, target: torch.Tensor, seed: int
    ) -> float | None:
        """Find the gradients of a batch; return its loss, or None where memory ran out."""
        try:
            return self._sum_gradients(samples, target, seed)
        except RuntimeError as error:
            if not is_memory_short(error):
                raise
        # Here and not above, where the error still holds what filled the memory.
        self._optimizer.zero_grad()
        release_memory()
        return None

    def _sum_gradients(self, samples: torch.Tensor, target: torch.Tensor, seed: int) -> float:
        self._optimizer.zero_grad()
        n_parts = -(-len(samples) // self.n_at_once)
        total = torch.zeros((), device=samples.device)
        with seeded(seed):
            for part, answers in zip(
                samples.tensor_split(n_parts), target.tensor_split(n_parts), strict=True
            ):
                with self.runtime.autocast():
                    said = self.network(part)
                loss = self._loss(said.float(), answers) * (len(part) / len(samples))
                torch.autograd.backward(loss)
                total += loss.detach()
        return float(total)

    def _shrink(self, n_samples: int) -> None:
        """Take half as many samples at once, or the CPU where one is too many for the GPU.

        Raises
        ------
        TaskError
            If one is too many for the CPU, or for one of several devices.
        """
        n_now = min(self.n_at_once, n_samples)
        if n_now > 1:
            self.n_at_once = n_now // 2
            return
        if self.runtime.device == "cpu" or not self._team.is_alone:
            raise TaskError(
                "There is not enough memory for 1 sample at once; take smaller samples, a smaller "
                "network, or the device cpu."
            )
        warnings.warn(
            "The GPU has too little memory for this training, so the CPU continues it, which "
            "takes longer; take smaller samples or a smaller network, or free the GPU.",
            SeewhyWarning,
            stacklevel=2,
        )
        weights = self.weights()
        self._settle(Runtime("cpu", use_channels_last=True))
        self.load_weights(weights)
        self.n_at_once = self._options.batch_size
        release_memory()


def _average_up_to(decay: float) -> Callable[..., None]:
    """Average more and more slowly, up to `decay`, so that the first weights are soon forgotten."""

    def average(kept: list[torch.Tensor], now: list[torch.Tensor], n: torch.Tensor) -> None:
        rising = (1 + int(n)) / (10 + int(n))
        update = get_ema_multi_avg_fn(min(decay, rising))
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
