from __future__ import annotations

from dataclasses import astuple

import pytest
import timm
import torch
from torch import nn

from napari_seewhy.errors import OptionError
from napari_seewhy.explaining.layer_choice import choose_layer
from napari_seewhy.explaining.layers import Grid, find_layers
from napari_seewhy.explaining.placed import find_placed
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

TELLING = {"small", "nagao", "resnet18", "vit_tiny_patch16_224", "swin_s3_tiny_224"}
"""Those in whose layer a square answers to one place, so that a wrong order is noticed for sure."""


class Turned(Grid):
    """Lays the last place first."""

    def apply(self, output: torch.Tensor) -> torch.Tensor:
        return super().apply(output).flip(2, 3)


@pytest.mark.parametrize(("name", "size_px", "layer", "grid"), CHOSEN)
def test_the_deepest_layer_that_tells_places_apart_is_taken(name, size_px, layer, grid):
    torch.manual_seed(0)
    network = build_network(NetworkOptions(backbone=name), 1, 2, (size_px, size_px)).eval()
    chosen = choose_layer(network, torch.randn(1, 1, size_px, size_px))
    assert chosen.name == layer
    assert (chosen.grid.height, chosen.grid.width) == grid
    if name in TELLING:
        turned = Turned(*astuple(chosen.grid))
        assert find_placed(network, layer, [turned], torch.zeros(1, 1, size_px, size_px)) is None


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


class Tokens(nn.Module):
    """Sees 4 x 4 px at once as tokens in some order, and says how bright they are."""

    def __init__(self, order: torch.Tensor) -> None:
        super().__init__()
        self.cut = nn.Conv2d(1, 3, 4, stride=4)
        self.view = nn.LayerNorm(3, elementwise_affine=False)
        self.say = nn.Linear(3, 2)
        self.order = order

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        tokens = self.cut(samples).flatten(2).transpose(1, 2)[:, self.order]
        return self.say(self.view(tokens).square()).mean(1)


BY_ROWS = torch.arange(64)


def place_of_spot(order: torch.Tensor) -> tuple[int, int]:
    """Row and column of the grid at which a spot in row 1, column 6 of the squares is answered."""
    torch.manual_seed(0)
    network = Tokens(order).eval()
    layer = choose_layer(network, torch.randn(1, 1, 32, 32), "view")
    sample = torch.zeros(1, 1, 32, 32)
    spot = sample.clone()
    spot[..., 4:8, 24:28] = torch.randn(4, 4)
    with torch.no_grad():
        change = [network.cut(one).flatten(2).transpose(1, 2)[:, order] for one in (spot, sample)]
        seen = layer.grid.apply(change[0] - change[1]).abs().sum(1)[0]
    return divmod(int(seen.argmax()), 8)


@pytest.mark.parametrize("order", [BY_ROWS, BY_ROWS.reshape(8, 8).T.flatten()])
def test_tokens_by_rows_and_by_columns_are_laid_at_their_places(order):
    assert place_of_spot(order) == (1, 6)


def test_tokens_in_an_order_that_is_not_known_are_refused():
    with pytest.raises(OptionError, match=r"in an unknown order.*another network"):
        place_of_spot(SHUFFLED)


@pytest.mark.parametrize("edge", [2, 4])
def test_windows_one_after_the_other_are_refused_too(edge):
    windows = BY_ROWS.reshape(8 // edge, edge, 8 // edge, edge).permute(0, 2, 1, 3).flatten()
    with pytest.raises(OptionError, match="in an unknown order"):
        place_of_spot(windows)


class SquareMaps(nn.Module):
    """Has as many channels as rows and columns, and puts them last."""

    def __init__(self) -> None:
        super().__init__()
        self.cut = nn.Conv2d(1, 8, 4, stride=4)
        self.view = nn.LayerNorm(8, elementwise_affine=False)
        self.say = nn.Linear(8, 2)

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        maps = self.view(self.cut(samples).permute(0, 2, 3, 1))
        return self.say(maps.square().mean((1, 2)))


def test_channels_that_are_last_are_told_from_rows_by_what_they_answer():
    torch.manual_seed(0)
    layer = choose_layer(SquareMaps().eval(), torch.randn(1, 1, 32, 32), "view")
    assert layer.grid.order == "NHWC"


def test_a_network_is_tested_once_for_each_layer_and_size_and_not_for_each_image():
    torch.manual_seed(0)
    network, runs = Tokens(BY_ROWS).eval(), []
    network.say.register_forward_hook(lambda *_: runs.append(1))
    samples = torch.randn(2, 1, 32, 32)
    grid = Grid(8, 8, "NLC")
    for sample in samples:
        assert find_placed(network, "view", [grid], sample[None]) == (grid, True)
    assert len(runs) == 1
    find_placed(network, "cut", [Grid(8, 8, "NCHW")], samples[:1])
    assert len(runs) == 2


class Spread(Tokens):
    """Spreads most of each spot over all tokens."""

    def __init__(self, order: torch.Tensor, share: float) -> None:
        super().__init__(order)
        self.share = share

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        tokens = self.cut(samples).flatten(2).transpose(1, 2)[:, self.order]
        mixed = self.share * tokens + (1 - self.share) * 8 * tokens.mean(1, keepdim=True)
        return self.say(self.view(mixed).square()).mean(1)


SHUFFLED = torch.randperm(64, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(
    ("order", "share", "is_sure"),
    [
        (BY_ROWS, 0.2, True),
        (BY_ROWS.reshape(8, 8).T.flatten(), 0.2, True),
        (BY_ROWS, 0.0, False),
        (SHUFFLED, 0.2, False),
    ],
    ids=["rows", "columns", "nothing of a place is left", "unknown order"],
)
def test_a_network_that_spreads_spots_passes_only_where_the_test_decides(order, share, is_sure):
    torch.manual_seed(0)
    network = Spread(order, share).eval()
    layer = choose_layer(network, torch.randn(1, 1, 32, 32), "view")
    assert layer.is_sure == is_sure
    if is_sure:
        assert layer.grid.by_columns == (order is not BY_ROWS)
