"""Class activation maps: from what a layer gave, and what that did for a class, to heatmaps.

`Probe` listens to the layer. Every method takes its activations and the gradient of a class's logit
by them, both ``(N, C, h, w)`` float32, and gives heatmaps ``(N, h, w)`` that may hold negative
values: what speaks against the class.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Self, TypeAlias

import torch

if TYPE_CHECKING:
    from torch import nn

    from napari_seewhy.explaining.explain_options import MethodName


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


CamMethod: TypeAlias = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def grad_cam(activations: torch.Tensor, gradients: torch.Tensor) -> torch.Tensor:
    """Weigh every channel by its mean gradient (Selvaraju et al. 2017, equation 1)."""
    return _weigh(activations, gradients.mean((2, 3)))


def grad_cam_plus_plus(activations: torch.Tensor, gradients: torch.Tensor) -> torch.Tensor:
    """Weigh every channel by those of its gradients that speak for the class.

    Chattopadhay et al. 2018, equation 19, with the powers of the gradient in the place of higher
    derivatives, as there.
    """
    squares = gradients.square()
    below = 2 * squares + activations.sum((2, 3), keepdim=True) * squares * gradients
    # The same guard as in the package grad-cam, so that both give the same numbers.
    shares = squares / (below + 1e-6)
    return _weigh(activations, (gradients.clamp(min=0) * shares).sum((2, 3)))


def xgrad_cam(activations: torch.Tensor, gradients: torch.Tensor) -> torch.Tensor:
    """Weigh every channel by its gradients where it is active (Fu et al. 2020, equation 8)."""
    sums = activations.sum((2, 3), keepdim=True)
    return _weigh(activations, (gradients * activations / (sums + 1e-7)).sum((2, 3)))


def layer_cam(activations: torch.Tensor, gradients: torch.Tensor) -> torch.Tensor:
    """Weigh every place of every channel by its own gradient (Jiang et al. 2021, equation 4)."""
    return (gradients.clamp(min=0) * activations).sum(1)


def eigen_cam(activations: torch.Tensor, _gradients: torch.Tensor) -> torch.Tensor:
    """Show the pattern in which the channels agree most (Muhammad and Yeasin 2020).

    The first principal component over the places. Its sign is free, so the one is taken in which
    the strongest place is positive (Chung and Ying 2025, equation 13).
    """
    n, _, height, width = activations.shape
    places = activations.flatten(2).transpose(1, 2)
    places = places - places.mean(1, keepdim=True)
    if places.shape[1] <= places.shape[2]:
        # The squares are fewer than the channels: their own products hold the same component.
        values, vectors = torch.linalg.eigh(places @ places.transpose(1, 2))
        component = vectors[..., -1] * values[:, -1:].clamp(min=0).sqrt()
    else:
        _, vectors = torch.linalg.eigh(places.transpose(1, 2) @ places)
        component = (places @ vectors[..., -1:]).squeeze(2)
    is_upside_down = component.amax(1) < -component.amin(1)
    signed = torch.where(is_upside_down[:, None], -component, component)
    return signed.reshape(n, height, width)


METHODS: dict[MethodName, CamMethod] = {
    "grad-cam": grad_cam,
    "grad-cam++": grad_cam_plus_plus,
    "xgrad-cam": xgrad_cam,
    "eigen-cam": eigen_cam,
    "layer-cam": layer_cam,
}
"""Every method by its name."""

WITHOUT_GRADIENT: frozenset[MethodName] = frozenset({"eigen-cam"})
"""Methods that ask for no class, and so for no gradient."""


def _weigh(activations: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    return torch.einsum("nc,nchw->nhw", weights, activations)
