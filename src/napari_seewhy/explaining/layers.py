"""The layers of a network that see a sample as a grid, found by running it once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn

from napari_seewhy.explaining.grid import Grid, find_grid

if TYPE_CHECKING:
    from collections.abc import Callable

_WITHOUT_OWN_VIEW = (nn.Identity, nn.Dropout, nn.Dropout2d, nn.Linear, nn.Flatten, nn.Softmax)
"""Modules that no one would look at: they hand on what they get, or see no places."""

_POOLING = (nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveMaxPool2d, nn.AdaptiveAvgPool2d)


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer that can be explained.

    Attributes
    ----------
    name
        Name of its module in the network.
    grid
        How its output lies over the sample.
    other_names
        Names of the modules within that give the very same output, such as a stage's last block.
    """

    name: str
    grid: Grid
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Output:
    """One tensor and every module that gave it, from the inmost to the outermost."""

    tensor: torch.Tensor
    modules: dict[str, nn.Module]


def find_layers(network: nn.Module, samples: torch.Tensor) -> list[Layer]:
    """List the layers that see a sample as a grid, in the order in which they are run.

    Modules that give the very same tensor (a stage and its last block) are one layer; what only
    makes the view coarser (pooling) is none.

    Parameters
    ----------
    network
        In the mode for prediction.
    samples
        One or more samples ``(N, C, H, W)`` as the network takes them.
    """
    size_px = (samples.shape[2], samples.shape[3])
    n_prefix = getattr(network, "num_prefix_tokens", None)
    found: list[Layer] = []

    def note(output: _Output) -> None:
        names = [
            name
            for name, module in output.modules.items()
            if not isinstance(module, _WITHOUT_OWN_VIEW)
        ]
        grid = find_grid(output.tensor.shape, size_px, n_prefix)
        is_pooled = any(isinstance(module, _POOLING) for module in output.modules.values())
        if names and grid and not is_pooled and len(output.tensor) == 2:
            found.append(Layer(names[-1], grid, tuple(names[:-1])))

    # Two of it: one alone might be taken for one window of a network that cuts samples into such.
    _run_and_note(network, samples[:1].expand(2, -1, -1, -1), note)
    return found


def _run_and_note(
    network: nn.Module, samples: torch.Tensor, note: Callable[[_Output], None]
) -> None:
    """Run the network and note every tensor that its modules give, once for all that give it."""
    last: list[_Output] = []

    def listen(name: str, module: nn.Module) -> torch.utils.hooks.RemovableHandle:
        def hook(_module: nn.Module, _inputs: object, output: object) -> None:
            if not isinstance(output, torch.Tensor):
                return
            if last and last[0].tensor is output:
                last[0].modules[name] = module
                return
            if last:
                note(last[0])
            last[:] = [_Output(output, {name: module})]

        return module.register_forward_hook(hook)

    handles = [listen(name, module) for name, module in network.named_modules() if name]
    try:
        with torch.no_grad():
            network(samples)
    finally:
        for handle in handles:
            handle.remove()
    if last:
        note(last[0])
