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

import torch
from torch import nn

from napari_seewhy.errors import OptionError
from napari_seewhy.explaining.layers import Layer, find_layers
from napari_seewhy.explaining.placed import find_placed
from napari_seewhy.explaining.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterator


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
        # Height and width of a map are those of the sample; only tokens may have any order.
        if layer.grid.order != "NLC" and not layer.other_grids:
            return layer
        placed = find_placed(network, layer.name, (layer.grid, *layer.other_grids), samples)
        if placed is not None:
            return replace(layer, grid=placed.grid, is_sure=placed.is_sure)
        if layer.grid.order != "NLC":
            return layer
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
