from __future__ import annotations

import torch
from torch import nn

from napari_seewhy.models.running.hash_weights import hash_weights


def make_network(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))


def test_the_layout_does_not_count_and_every_weight_does() -> None:
    plain = hash_weights(make_network())
    assert hash_weights(make_network().to(memory_format=torch.channels_last)) == plain
    assert hash_weights(make_network(seed=1)) != plain
    learned = make_network()
    learned[1].running_mean += 1
    assert hash_weights(learned) != plain


def test_half_precision_and_single_numbers_are_hashed_too() -> None:
    network = make_network().to(torch.bfloat16)
    assert network[1].num_batches_tracked.ndim == 0
    assert hash_weights(network) != hash_weights(make_network())
