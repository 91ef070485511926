"""The layers of a network that see a sample as a grid, and how their outputs lie over it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_MOST_PREFIX = 16
"""Tokens before those of the places: class token, distillation token, registers."""

Order: TypeAlias = Literal["NCHW", "NHWC", "NLC"]


@dataclass(frozen=True, slots=True)
class Grid:
    """How the output of a layer is laid out over the sample.

    Attributes
    ----------
    height, width
        Squares into which the layer divides a sample.
    order
        Axes of its output: channels first (most convolutional networks), channels last (Swin), or
        one token per square (ViT).
    n_prefix
        Tokens at the beginning that stand for no place.
    by_columns
        Whether the tokens go down the columns, one after the other, and not along the rows.
    """

    height: int
    width: int
    order: Order
    n_prefix: int = 0
    by_columns: bool = False

    def apply(self, output: torch.Tensor) -> torch.Tensor:
        """View an output of the layer, or its gradient, as ``(N, C, height, width)``."""
        if self.order == "NCHW":
            return output
        if self.order == "NLC":
            places = output[:, self.n_prefix :]
            if self.by_columns:
                output = places.reshape(len(places), self.width, self.height, -1).transpose(1, 2)
            else:
                output = places.reshape(len(places), self.height, self.width, -1)
        return output.permute(0, 3, 1, 2)


def find_grids(
    shape: Sequence[int], size_px: tuple[int, int], n_prefix: int | None = None
) -> tuple[Grid, ...]:
    """Find out how an output may lie over the sample, by the proportions of the sample.

    Parameters
    ----------
    shape
        Of the output, ``(N, ...)``.
    size_px
        Height and width of the sample.
    n_prefix
        How many tokens the network itself says stand for no place, if it says so.

    Returns
    -------
    tuple of Grid
        The likeliest first; empty where the output knows no places, or only one.

    Examples
    --------
    >>> find_grids((2, 512, 7, 7), (224, 224))
    (Grid(height=7, width=7, order='NCHW', n_prefix=0, by_columns=False),)
    >>> find_grids((2, 7, 7, 768), (224, 224))
    (Grid(height=7, width=7, order='NHWC', n_prefix=0, by_columns=False),)
    >>> find_grids((2, 197, 192), (224, 224))[0]
    Grid(height=14, width=14, order='NLC', n_prefix=1, by_columns=False)
    >>> find_grids((2, 512), (224, 224))
    ()
    """
    if len(shape) == 4:
        orders: tuple[tuple[int, int, Order], ...] = (
            (shape[2], shape[3], "NCHW"),
            (shape[1], shape[2], "NHWC"),
        )
        return tuple(Grid(*one) for one in orders if _is_view(one[0], one[1], size_px))
    if len(shape) != 3:
        return ()
    by_rows = []
    for n in dict.fromkeys((*(() if n_prefix is None else (n_prefix,)), *range(_MOST_PREFIX))):
        n_squares = shape[1] - n
        height = round(math.sqrt(max(0, n_squares) * size_px[0] / size_px[1]))
        if height and n_squares % height == 0 and _is_view(height, n_squares // height, size_px):
            by_rows.append(Grid(height, n_squares // height, "NLC", n))
    return (*by_rows, *(replace(grid, by_columns=True) for grid in by_rows))


def _is_view(height: int, width: int, size_px: tuple[int, int]) -> bool:
    """Whether a grid has the proportions of the sample, but for what halving rounds off."""
    if not 1 < height * width <= size_px[0] * size_px[1]:
        return False
    return abs(height * size_px[1] - width * size_px[0]) < max(size_px)


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
    other_grids
        How else its output may lie, by its shape; see `find_placed`.
    is_sure
        Whether the order of its places needs no test, or passed it.
    """

    name: str
    grid: Grid
    other_names: tuple[str, ...] = ()
    other_grids: tuple[Grid, ...] = ()
    is_sure: bool = True


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
        grids = find_grids(output.tensor.shape, size_px, n_prefix)
        is_pooled = any(isinstance(module, _POOLING) for module in output.modules.values())
        if names and grids and not is_pooled and len(output.tensor) == 2:
            found.append(Layer(names[-1], grids[0], tuple(names[:-1]), grids[1:]))

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
