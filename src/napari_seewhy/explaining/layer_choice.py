"""Which layer of a network is explained: the one that was asked for, or the best there is.

The shape of an output says how many places there are, but not in which order: a network may keep
its places by columns, by windows, or with their channels last. So the order is tested on the
network itself: a spot in a sample must be answered at the place where it lies.
"""

from __future__ import annotations

import difflib
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import torch
from torch import nn

from napari_seewhy.errors import OptionError
from napari_seewhy.explaining.layers import Grid, Layer, find_layers
from napari_seewhy.explaining.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


ENOUGH_SQUARES = 7
"""Squares along the shorter edge that resolve places; what the usual networks end with."""

_MOST_TRIED = 3
"""Layers whose order of places is tested; where none of them is right, others will hardly be."""

LEAST_SHARE = 8
"""Of a small sample a square may take an eighth of the edge."""


def choose_layer(network: nn.Module, samples: torch.Tensor, wanted: str = "") -> Layer:
    """Choose the layer to be explained.

    Without a wish it is the deepest one whose squares are fine enough (at least 7 along the shorter
    edge, or as many as an eighth of the sample's pixels) and on which alone the answer depends. In
    a ViT, whose answer is read from the class token, it is the deepest in which the places still
    have a say: what the last block gives for them is asked for by no one.

    Parameters
    ----------
    network
        In the mode for prediction.
    samples
        One or more samples ``(N, C, H, W)`` as the network takes them.
    wanted
        Name of a layer, or empty.

    Raises
    ------
    OptionError
        If there is no such layer, none of the network sees a sample as a grid, or its tokens do
        not answer spots in a sample where these lie.
    """
    layers = find_layers(network, samples)
    if not layers:
        raise OptionError(
            "No layer of this network sees a sample as a grid, so it cannot be said where it "
            "looked; explain a network with convolutions or with tokens of places."
        )
    preferred = (
        iter([_find_wanted(layers, wanted)]) if wanted else _prefer(network, layers, samples)
    )
    for layer in islice(preferred, _MOST_TRIED):
        grid: Grid | None = layer.grid
        # Height and width of a map are those of the sample; only tokens may have any order.
        if layer.grid.order == "NLC" or layer.other_grids:
            grid = find_placed(network, layer.name, (layer.grid, *layer.other_grids), samples)
        if grid is None and layer.grid.order != "NLC":
            grid = layer.grid
        if grid is not None:
            return replace(layer, grid=grid)
    raise OptionError(
        "The network keeps the places of a sample in an unknown order, so its heatmaps would lie "
        "at wrong places; choose another layer, or explain another network."
    )


def _prefer(network: nn.Module, layers: list[Layer], samples: torch.Tensor) -> Iterator[Layer]:
    """Yield the layers that may be explained, the best first."""
    fine = _keep_fine(layers, min(samples.shape[2:]))[::-1]
    if not fine[0].grid.n_prefix:
        for layer in fine:
            if _has_say(network, layer, samples) and _is_all(network, layer, samples):
                yield layer
    yield from (layer for layer in fine if _has_say(network, layer, samples))
    yield fine[0]


def _find_wanted(layers: list[Layer], wanted: str) -> Layer:
    by_name = {name: layer for layer in layers for name in (*layer.other_names, layer.name)}
    if wanted not in by_name:
        near = difflib.get_close_matches(wanted, by_name, 3, cutoff=0)
        raise OptionError(
            f"The network has no layer {wanted!r} that sees a sample as a grid; choose another, "
            f"such as {', '.join(near)}, or leave it empty."
        )
    return by_name[wanted]


def _keep_fine(layers: list[Layer], edge_px: int) -> list[Layer]:
    """Leave out the layers that are too coarse to resolve places."""
    edges = [min(layer.grid.height, layer.grid.width) for layer in layers]
    enough = min(ENOUGH_SQUARES, edge_px / LEAST_SHARE, max(edges))
    return [layer for layer, edge in zip(layers, edges, strict=True) if edge >= enough]


def _has_say(network: nn.Module, layer: Layer, samples: torch.Tensor) -> bool:
    """Whether the answer depends on what the layer gives for the places."""
    with Probe(network, layer.name) as probe:
        logits = probe.run(samples[:1])
        gradients = probe.gradients(logits, logits.argmax(1))
    return bool(layer.grid.apply(gradients).any())


def _is_all(network: nn.Module, layer: Layer, samples: torch.Tensor) -> bool:
    """Whether the answer depends on nothing but this layer: no shortcut leads round it.

    Two samples are run and their outputs of the layer exchanged; then the answers are too.
    """
    pair = torch.cat([samples[:1], samples[:1].flip(2, 3)])

    def exchange(_module: nn.Module, _inputs: object, output: torch.Tensor) -> torch.Tensor:
        return output.flip(0)

    with torch.no_grad():
        logits = network(pair)
        handle = network.get_submodule(layer.name).register_forward_hook(exchange)
        try:
            exchanged = network(pair)
        finally:
            handle.remove()
    return torch.allclose(
        logits.flip(0), exchanged, rtol=1e-3, atol=1e-4 * float(logits.abs().max())
    )


_CENTERS = (
    *((1, 7), (1, 11), (3, 1), (3, 9), (5, 3), (5, 11)),
    *((7, 1), (7, 5), (9, 3), (9, 7), (11, 5), (11, 9)),
)
"""Where the spots lie, y and x in twelfths of the edges: none where rows and columns are alike."""

_SPOT_SHARE = 1 / 8
"""Width of a spot, as a share of the edge."""

_CONTRAST = 3.0
"""Spread of the noise in a spot, in spreads of the training samples."""

_NEAR = 1.0
"""Squares from the edge of a spot within which its answer is at its place."""

_SHARP = 0.75
"""Share of all answers of a square from which on it answers to one spot, and so knows a place."""

_MOST_FAR = 1
"""Spots of a right grid that may be answered sharply elsewhere. Trained maps have more at times."""

_CLEARLY = 4
"""Spots by which another grid must be better than a likelier one."""

# A network is tested once for each layer and size: the order of its places is not learned.
_tested: WeakKeyDictionary[nn.Module, dict[tuple[object, ...], Grid | None]] = WeakKeyDictionary()


def find_placed(
    network: nn.Module, layer: str, grids: Sequence[Grid], samples: torch.Tensor
) -> Grid | None:
    """Find the grid in which spots of noise are answered where they lie.

    Each spot is put by itself into one and the same sample of noise, always the same, so that the
    network alone decides, whatever is explained. A square's answer is how much its output changes,
    compared with what all spots together change in it: some squares of a transformer change with
    everything. The grid is wrong where several spots are answered far from where they lie, by
    squares that answer to hardly any other spot.

    Parameters
    ----------
    network
        In the mode for prediction.
    layer
        Name of one of its modules.
    grids
        How its output may lie over a sample, the likeliest first.
    samples
        Samples ``(N, C, H, W)`` as the network takes them, for their shape.

    Returns
    -------
    Grid or None
        The likeliest, or another that is clearly better; None where that is wrong too. Where no
        spot is answered at all, nothing speaks against the first.
    """
    tested = _tested.setdefault(network, {})
    key = (layer, tuple(grids), tuple(samples.shape[1:]))
    if key not in tested:
        tested[key] = _test(network, layer, grids, samples)
    return tested[key]


def _test(
    network: nn.Module, layer: str, grids: Sequence[Grid], samples: torch.Tensor
) -> Grid | None:
    noise = torch.randn(samples[:1].shape, generator=torch.Generator().manual_seed(0)).to(samples)
    spotted, centers = _draw_spots(noise)
    output = _listen(network, layer, torch.cat([noise, spotted]))
    best, most_near, is_right = grids[0], -_CLEARLY, True
    for grid in grids:
        seen = grid.apply(output).float()
        n_near, n_far = _count_near_and_far((seen[1:] - seen[:1]).square().sum(1), centers)
        if n_near >= most_near + _CLEARLY:
            best, most_near, is_right = grid, n_near, n_far <= _MOST_FAR
    return best if is_right else None


def _draw_spots(sample: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the sample with each spot by itself, and their centres ``(S, 2)``, 0..1."""
    height, width = sample.shape[2:]
    centers = torch.tensor(_CENTERS) / 12
    spotted = sample.repeat(len(centers), 1, 1, 1)
    generator = torch.Generator().manual_seed(1)
    for one, (y, x) in zip(spotted, centers.tolist(), strict=True):
        rows, columns = _stretch(y, height), _stretch(x, width)
        place = one[:, rows, columns]
        noise = torch.randn(place.shape, generator=generator).to(place)
        one[:, rows, columns] = place + _CONTRAST * noise
    return spotted, centers


def _stretch(center: float, edge: int) -> slice:
    """Return the pixels along one edge that a spot covers."""
    width = max(1, round(edge * _SPOT_SHARE))
    first = round(center * edge - width / 2)
    return slice(max(0, first), first + width)


def _listen(network: nn.Module, layer: str, samples: torch.Tensor) -> torch.Tensor:
    """Return what a layer gives for samples."""
    given: list[torch.Tensor] = []

    def listen(_module: nn.Module, _inputs: object, output: torch.Tensor) -> None:
        given.append(output)

    handle = network.get_submodule(layer).register_forward_hook(listen)
    try:
        with torch.no_grad():
            network(samples)
    finally:
        handle.remove()
    return given[-1]


def _count_near_and_far(change: torch.Tensor, centers: torch.Tensor) -> tuple[int, int]:
    """Count the spots that are answered where they lie, and those that are elsewhere for sure.

    Parameters
    ----------
    change
        ``(S, h, w)``: how much the squares change with each spot.
    centers
        ``(S, 2)`` where the spots lie, as shares of the edges.
    """
    n, height, width = change.shape
    usual = change.mean(0)
    relative = change / (usual + 0.1 * usual.mean() + 1e-30)
    strength, place = relative.flatten(1).max(1)
    found = torch.stack([place // width, place % width], 1) + 0.5
    apart = (found - centers * torch.tensor([height, width])).abs().amax(1)
    is_near = apart <= _NEAR + 0.5 * _SPOT_SHARE * max(height, width)
    # A layer that sees all at once answers every spot everywhere, which tells nothing.
    is_far = ~is_near & (strength >= _SHARP * n)
    return int(is_near.sum()), int(is_far.sum())
