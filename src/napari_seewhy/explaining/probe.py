"""`Probe`: what one layer of a network gave, and what that did for a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import torch

if TYPE_CHECKING:
    from torch import nn


class Probe:
    """Runs a network and listens at one layer of it, without a backward pass through the rest.

    Up to the layer the network runs as if it only predicted: nothing is kept for derivatives. What
    the layer gives is the beginning of a new calculation, whose derivatives end there. So a
    gradient costs only what lies behind the layer, which for the last one is next to nothing.

    To be used in a ``with`` block, which leaves the network as it was.

    Parameters
    ----------
    network
        In the mode for prediction.
    layer
        Name of one of its modules, which gives one tensor.
    with_gradient
        Whether `gradients` is going to be asked for.
    """

    def __init__(self, network: nn.Module, layer: str, *, with_gradient: bool = True) -> None:
        self._network = network
        self._module = network.get_submodule(layer)
        self._with_gradient = with_gradient
        self._output: torch.Tensor | None = None

    def __enter__(self) -> Self:
        self._handle = self._module.register_forward_hook(self._on_output)
        return self

    def __exit__(self, *_: object) -> None:
        self._handle.remove()
        self._output = None

    @property
    def activations(self) -> torch.Tensor:
        """What the layer gave in the last run."""
        if self._output is None:
            raise ValueError("The layer has not been run.")
        return self._output.detach()

    def run(self, samples: torch.Tensor) -> torch.Tensor:
        """Turn samples ``(N, C, H, W)`` into logits ``(N, K)``."""
        self._output = None
        with torch.no_grad():  # puts the mode back that `_on_output` changes
            logits: torch.Tensor = self._network(samples)
        return logits

    def gradients(self, logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Say how each class's logit changes with what the layer gave.

        Parameters
        ----------
        logits
            What `run` gave.
        target
            ``(N,)`` which class, per sample.

        Returns
        -------
        torch.Tensor, shape of `activations`
            Zero where the layer has no say in the class.
        """
        chosen = logits.gather(1, target[:, None]).sum()
        if self._output is None or not chosen.requires_grad:
            return torch.zeros_like(self.activations)
        (found,) = torch.autograd.grad(chosen, self._output, allow_unused=True)
        return torch.zeros_like(self.activations) if found is None else found

    def _on_output(self, _module: nn.Module, _inputs: object, output: torch.Tensor) -> torch.Tensor:
        # What follows may write into what it is given; so it is given a copy.
        if not self._with_gradient:
            self._output = output.clone()
            return output
        self._output = output.detach().requires_grad_()
        torch.set_grad_enabled(True)
        return self._output.clone()
