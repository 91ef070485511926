from __future__ import annotations

import pytest
import torch

from napari_seewhy.reading.language.network import NEAR_BP, LanguageNetwork
from napari_seewhy.reading.language.options import LanguageNetworkOptions


@pytest.fixture(scope="module")
def network() -> LanguageNetwork:
    torch.manual_seed(0)
    network = LanguageNetwork(LanguageNetworkOptions(width=16, layers="hah")).eval()
    torch.nn.init.normal_(network.out.weight, std=0.5)
    return network


def draw_input(n: int, length: int) -> torch.Tensor:
    letters = torch.randint(0, 4, (n, 1, length)).float()
    letters[:, :, 0] = 4
    return torch.cat([letters, torch.randn(n, 4, length).log_softmax(1)], 1)


@torch.inference_mode()
def test_letter_by_letter_says_what_the_whole_window_says(network):
    length = 2 * NEAR_BP + 37
    x = draw_input(3, length)

    state = network.begin(3)
    steps = [network.step(x[:, 0, t].long(), x[:, 1:, t], state) for t in range(length)]

    whole = network(x)
    assert whole.abs().max() > 1
    torch.testing.assert_close(torch.stack(steps, 2), whole, atol=1e-4, rtol=0)


@torch.inference_mode()
def test_a_letter_says_nothing_of_those_before_it(network):
    x = draw_input(1, 300)
    other = x.clone()
    other[:, :, 200:] = draw_input(1, 100)
    assert torch.allclose(network(x)[..., :200], network(other)[..., :200], atol=1e-5)
    assert not torch.allclose(network(x)[..., 200:], network(other)[..., 200:], atol=1e-2)


@torch.inference_mode()
def test_a_fresh_network_says_what_the_prior_says():
    fresh = LanguageNetwork(LanguageNetworkOptions(width=16))
    x = draw_input(2, 256)
    torch.testing.assert_close(fresh(x), x[:, 1:])
