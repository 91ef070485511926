from __future__ import annotations

import pytest
import timm
import torch
from torch import nn

from napari_seewhy.errors import OptionError
from napari_seewhy.explaining.layer_choice import choose_layer
from napari_seewhy.explaining.layers import find_layers
from napari_seewhy.models.networks.build import build_network
from napari_seewhy.models.networks.options import NetworkOptions

CHOSEN = [
    ("small", 64, "stages", (8, 8)),
    ("nagao", 64, "stages.7", (16, 16)),
    ("tracks", 64, "view", (8, 8)),
    ("resnet18", 224, "layer4", (7, 7)),
    ("resnet18", 64, "layer2", (8, 8)),
    ("convnext_atto", 224, "stages", (7, 7)),
    ("efficientnet_b0", 224, "bn2", (7, 7)),
    ("mobilenetv3_small_050", 224, "blocks", (7, 7)),
    ("vit_tiny_patch16_224", 224, "blocks.11.norm1", (14, 14)),
    ("swin_s3_tiny_224", 224, "norm", (7, 7)),
    ("maxvit_pico_rw_256", 224, "norm", (7, 7)),
    ("maxvit_pico_rw_256", 64, "stages.1", (8, 8)),
]


@pytest.mark.parametrize(("name", "size_px", "layer", "grid"), CHOSEN)
def test_the_deepest_layer_that_tells_places_apart_is_taken(name, size_px, layer, grid):
    torch.manual_seed(0)
    network = build_network(NetworkOptions(backbone=name), 1, 2, (size_px, size_px)).eval()
    chosen = choose_layer(network, torch.randn(1, 1, size_px, size_px))
    assert chosen.name == layer
    assert (chosen.grid.height, chosen.grid.width) == grid


def test_a_sample_that_is_not_square_has_a_grid_of_its_proportions():
    network = timm.create_model("resnet18", in_chans=1, num_classes=2).eval()
    grid = choose_layer(network, torch.randn(1, 1, 96, 160)).grid
    assert (grid.height, grid.width) == (12, 20)


def test_a_network_that_sees_no_places_is_refused_with_advice():
    network = nn.Sequential(nn.Flatten(), nn.Linear(64, 8), nn.ReLU(), nn.Linear(8, 2)).eval()
    with pytest.raises(OptionError, match="explain a network with convolutions or with tokens"):
        choose_layer(network, torch.randn(1, 1, 8, 8))


def test_the_last_block_of_a_stage_is_found_by_its_own_name_too():
    network = timm.create_model("resnet18", in_chans=1, num_classes=2).eval()
    assert choose_layer(network, torch.randn(1, 1, 64, 64), "layer3.1").name == "layer3"


def test_a_layer_that_does_not_exist_is_refused_with_others_named_like_it():
    network = timm.create_model("resnet18", in_chans=1, num_classes=2).eval()
    with pytest.raises(OptionError, match=r"no layer 'layer9' .* such as layer"):
        choose_layer(network, torch.randn(1, 1, 64, 64), "layer9")


def test_pooling_and_what_knows_no_places_are_no_layers():
    network = build_network(NetworkOptions(backbone="nagao"), 1, 2, (32, 32)).eval()
    names = [layer.name for layer in find_layers(network, torch.randn(1, 1, 32, 32))]
    assert names == ["stages.1", "stages.4", "stages.7"]
