"""Folding leaves the answers of a network as they were."""

from __future__ import annotations

import torch
from torch import nn

from napari_seewhy.models.networks.fold import fold_normalising
from napari_seewhy.nuclei.network import NucleiNetwork


def settle(network: nn.Module) -> nn.Module:
    """Give every normalising layer statistics and factors of its own."""
    generator = torch.Generator().manual_seed(0)
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            for values in (layer.weight, layer.running_var):
                values.data = 0.5 + torch.rand(values.shape, generator=generator)
            for values in (layer.bias, layer.running_mean):
                values.data = torch.randn(values.shape, generator=generator) / 4
    return network.eval()


def test_a_network_answers_the_same_and_normalises_no_more():
    torch.manual_seed(0)
    network = settle(NucleiNetwork())
    pictures = torch.rand(2, 2, 32, 48)
    with torch.inference_mode():
        before = network(pictures)
        fold_normalising(network)
        after = network(pictures)
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in network.modules())
    assert before.abs().max() > 0.1
    torch.testing.assert_close(after, before, rtol=1e-3, atol=1e-4)


def test_what_stands_behind_no_convolution_stays():
    network = settle(nn.Sequential(nn.BatchNorm2d(2), nn.ReLU(), nn.Conv2d(2, 2, 1)))
    fold_normalising(network)
    assert isinstance(network[0], nn.BatchNorm2d)
