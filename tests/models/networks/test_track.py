from __future__ import annotations

import torch

from napari_seewhy.models.networks.build import build_network
from napari_seewhy.models.networks.options import NetworkOptions

OPTIONS = NetworkOptions(backbone="tracks", width=6, n_stages=2, dropout=0)


def see(samples: torch.Tensor) -> torch.Tensor:
    """What the bands saw ``(N, bands x F, h, w)``."""
    torch.manual_seed(0)
    network = build_network(OPTIONS, samples.shape[1], 2, tuple(samples.shape[2:])).eval()
    seen = []
    network.view.register_forward_hook(lambda _module, _inputs, output: seen.append(output))
    with torch.inference_mode():
        network(samples)
    return seen[0]


def test_a_band_sees_nothing_of_the_other_and_is_seen_in_its_own_rows():
    plain = torch.zeros(1, 3, 16, 32)
    changed = plain.clone()
    changed[:, :, 8:] = 1
    seen, other = see(plain), see(changed)
    assert seen.shape == (1, 12, 4, 8)
    assert torch.equal(seen[:, :6], other[:, :6])
    assert not torch.equal(seen[:, 6:, 2:], other[:, 6:, 2:])
    assert seen[:, :6, 2:].abs().max() == seen[:, 6:, :2].abs().max() == 0


def test_a_change_is_seen_where_it_is_along_the_genome():
    plain = torch.zeros(1, 2, 1, 128)
    changed = plain.clone()
    changed[..., 100:104] = 5
    difference = (see(changed) - see(plain)).abs().sum(1)[0, 0]
    assert 24 <= int(difference.argmax()) <= 26
    assert difference[:15].max() == 0


def test_the_same_change_counts_otherwise_far_from_the_middle():
    middle, border = torch.zeros(2, 1, 1, 64).unbind(0)
    middle[..., 30:34] = 5
    border[..., 14:18] = 5
    torch.manual_seed(0)
    network = build_network(OPTIONS, 1, 2, (1, 64)).eval()
    with torch.inference_mode():
        difference = network(middle[None]) - network(border[None])
    assert difference.abs().max() > 1e-5
