from __future__ import annotations

import pytest
import torch
import torchvision

from napari_seewhy.errors import OptionError
from napari_seewhy.models.networks.build import build_network
from napari_seewhy.models.networks.options import TORCHVISION, NetworkOptions

SMALL_ONES = ("small", "nagao", "tracks", "resnet10t", "mobilenetv3_small_050", "efficientnet_b0")


@pytest.mark.parametrize("backbone", SMALL_ONES)
@pytest.mark.parametrize("n_channels", [1, 2, 5])
def test_networks_take_any_number_of_channels_and_classes(backbone, n_channels):
    network = build_network(NetworkOptions(backbone=backbone), n_channels, 3, (40, 40)).eval()
    with torch.inference_mode():
        assert network(torch.zeros(2, n_channels, 40, 40)).shape == (2, 3)


@pytest.mark.parametrize(
    "backbone", ["convnext_atto", "vit_tiny_patch16_224", "maxvit_pico_rw_256"]
)
def test_backbones_with_a_grid_of_tokens_take_samples_of_their_multiples(backbone):
    network = build_network(NetworkOptions(backbone=backbone), 2, 2, (64, 64)).eval()
    with torch.inference_mode():
        assert network(torch.zeros(1, 2, 64, 64)).shape == (1, 2)


@pytest.mark.parametrize("backbone", TORCHVISION)
@pytest.mark.parametrize("n_channels", [1, 2, 5])
def test_networks_of_torchvision_take_any_number_of_channels_and_classes(backbone, n_channels):
    network = build_network(NetworkOptions(backbone=backbone), n_channels, 3, (64, 72)).eval()
    with torch.inference_mode():
        assert network(torch.zeros(2, n_channels, 64, 72)).shape == (2, 3)


@pytest.mark.parametrize("backbone", TORCHVISION)
def test_networks_of_torchvision_are_those_of_torchvision(backbone):
    ours = build_network(NetworkOptions(backbone=backbone, dropout=0.5), 3, 10, (64, 64)).eval()
    theirs = torchvision.models.get_model(backbone.split("/")[1], weights=None, num_classes=10)
    theirs.load_state_dict(ours.state_dict())
    samples = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(ours(samples), theirs.eval()(samples))
    kept = [one.p for one in ours.modules() if isinstance(one, torch.nn.Dropout)]
    assert set(kept) == {0.5}


def test_pretrained_weights_of_torchvision_are_refused():
    options = NetworkOptions(backbone="torchvision/alexnet", pretrained=True)
    with pytest.raises(OptionError, match="no pretrained weights of torchvision/alexnet here"):
        build_network(options, 3, 2, (64, 64))


@pytest.mark.parametrize("size_px", [(40, 40), (31, 57), (8, 8)])
@pytest.mark.parametrize("backbone", ["small", "nagao", "tracks"])
def test_our_networks_take_any_size(backbone, size_px):
    network = build_network(NetworkOptions(backbone=backbone, width=4), 1, 2, size_px).eval()
    with torch.inference_mode():
        assert network(torch.zeros(2, 1, *size_px)).shape == (2, 2)


def test_the_seed_alone_decides_the_first_weights():
    first, second = (build_seeded(0), build_seeded(0))
    assert torch.equal(first.head.weight, second.head.weight)
    assert not torch.equal(first.head.weight, build_seeded(1).head.weight)


def build_seeded(seed: int):
    torch.manual_seed(seed)
    return build_network(NetworkOptions(width=4), 1, 2, (16, 16))


def test_nagao_has_the_stages_and_units_that_were_asked_for():
    options = NetworkOptions(backbone="nagao", width=6, n_stages=2, kernel_px=5, n_dense=10)
    network = build_network(options, 3, 4, (16, 16))
    shapes = {name: tuple(value.shape) for name, value in network.named_parameters()}
    assert shapes["stages.0.weight"] == (6, 3, 5, 5)
    assert shapes["stages.3.weight"] == (12, 6, 5, 5)
    assert shapes["dense.weight"] == (10, 12 * 4 * 4)
    assert shapes["head.weight"] == (4, 10)


def test_an_unknown_network_is_refused_with_the_nearest_names():
    with pytest.raises(OptionError, match=r"no network 'resnet81'; did you mean .*resnet18"):
        build_network(NetworkOptions(backbone="resnet81"), 1, 2, (40, 40))
    with pytest.raises(OptionError, match="did you mean torchvision/alexnet"):
        build_network(NetworkOptions(backbone="torchvision/alexnett"), 1, 2, (64, 64))


@pytest.mark.parametrize(
    ("options", "size_px", "message"),
    [
        (NetworkOptions(backbone="nagao", n_stages=5), (16, 16), "Nothing is left of a sample"),
        (NetworkOptions(backbone="levit_128s"), (90, 90), "90 x 90 px; .* such as 96 px"),
        (NetworkOptions(backbone="convnext_atto"), (20, 20), "cannot take samples of 20 x 20"),
        (NetworkOptions(backbone="torchvision/alexnet"), (40, 40), "40 x 40 px; .* such as 64 px"),
    ],
)
def test_a_size_that_a_network_cannot_take_is_refused(options, size_px, message):
    with pytest.raises(OptionError, match=message):
        build_network(options, 1, 2, size_px)


def test_pretrained_weights_without_a_connection_are_refused_in_words(monkeypatch):
    def unreachable(name, **arguments):
        raise ConnectionError("no route to host")

    monkeypatch.setattr("timm.create_model", unreachable)
    options = NetworkOptions(backbone="resnet18", pretrained=True)
    with pytest.raises(OptionError, match=r"cannot be downloaded.*train without them"):
        build_network(options, 3, 2, (64, 64))


def test_samples_are_resized_to_what_a_network_takes():
    options = NetworkOptions(backbone="levit_128s")
    with pytest.raises(OptionError, match="or an input size that it takes, such as 96 px"):
        build_network(options, 1, 2, (90, 90))
    network = build_network(options.change(input_px=96), 1, 2, (90, 90)).eval()
    with torch.inference_mode():
        assert network(torch.zeros(1, 1, 90, 90)).shape == (1, 2)


def test_the_network_sees_samples_in_the_size_and_proportion_asked_for():
    seen = []
    network = build_network(NetworkOptions(width=4, input_px=32), 1, 2, (64, 48)).eval()
    network.network.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    stripes = torch.zeros(1, 1, 64, 48)
    stripes[..., ::2] = 1  # finer than what is left
    network(stripes)
    assert seen[0].shape == (1, 1, 32, 24)
    assert (seen[0][..., 1:-1] - 0.5).abs().max() < 0.1


def test_a_network_that_sees_samples_as_they_are_is_left_plain():
    options = NetworkOptions(width=4, n_stages=1)
    names = [
        list(build_network(options.change(input_px=px), 1, 2, (40, 32)).state_dict())
        for px in (None, 40)
    ]
    assert names[0] == names[1]
