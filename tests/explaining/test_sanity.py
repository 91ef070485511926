from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from napari_seewhy.explaining import ExplainOptions
from napari_seewhy.explaining.explain import explain
from napari_seewhy.explaining.faithfulness import measure_faithfulness, rank_places
from napari_seewhy.explaining.heatmaps import Heatmaps
from napari_seewhy.explaining.sanity import check_sanity, correlate_ranks, randomise_weights
from napari_seewhy.explaining.sanity_verdict import SanityCheck

EXACT = ExplainOptions(precision="fp32")


def draw_spots(n: int) -> tuple[np.ndarray, np.ndarray]:
    """A bright and a dim spot at random; the class is the channel of the bright one."""
    rng = np.random.default_rng(0)
    target = np.arange(n) % 2
    pixels = rng.normal(0, 0.1, (n, 2, 32, 32)).astype(np.float32)
    for i in range(n):
        for channel, height in ((target[i], 2.0), (1 - target[i], 1.0)):
            y, x = rng.integers(2, 24, 2)
            pixels[i, channel, y : y + 6, x : x + 6] += height
    return pixels, target


@pytest.fixture
def trained(small):
    """The small network, after it learned to tell which spot is the bright one."""
    pixels, target = draw_spots(256)
    optimizer = torch.optim.AdamW(small.network.parameters(), 1e-2)
    small.network.train()
    torch.manual_seed(0)
    for _ in range(10):
        for rows in np.array_split(np.random.default_rng(1).permutation(256), 8):
            optimizer.zero_grad()
            logits = small.network(small.normalise(pixels[rows], "cpu"))
            functional.cross_entropy(logits, torch.from_numpy(target[rows])).backward()
            optimizer.step()
    small.network.eval()
    return small


def test_a_trained_network_is_sane_and_faithful(trained):
    pixels, target = draw_spots(32)
    heatmaps = explain(trained, pixels, EXACT)
    assert (heatmaps.target == target).mean() > 0.9
    check = check_sanity(trained, pixels, EXACT)
    assert check.is_sane
    assert check.mean < 0.5
    assert "come from what the network learned" in check.describe()

    faithful = measure_faithfulness(trained, pixels, heatmaps, EXACT)
    shuffled = np.random.default_rng(0).permuted(heatmaps.grid.reshape(32, -1), axis=1)
    by_chance = measure_faithfulness(
        trained,
        pixels,
        Heatmaps(
            shuffled.reshape(heatmaps.grid.shape),
            heatmaps.size_px,
            heatmaps.target,
            heatmaps.probability,
            heatmaps.classes,
            heatmaps.layer,
        ),
        EXACT,
    )
    assert faithful.insertion_area.mean() > by_chance.insertion_area.mean()


def test_deletion_begins_and_insertion_ends_with_the_whole_sample(small):
    pixels, _ = draw_spots(3)
    heatmaps = explain(small, pixels, EXACT)
    faithful = measure_faithfulness(small, pixels, heatmaps, EXACT)
    said = heatmaps.probability[np.arange(3), heatmaps.target]
    np.testing.assert_allclose(faithful.deletion[:, 0], said, atol=1e-5)
    np.testing.assert_allclose(faithful.insertion[:, -1], said, atol=1e-5)
    np.testing.assert_allclose(faithful.deletion[:, -1], faithful.insertion[:, 0], atol=1e-5)


def test_taking_out_the_only_reason_takes_the_class_away(toy, spots):
    heatmaps = explain(toy, spots * 20, EXACT)
    faithful = measure_faithfulness(toy, spots * 20, heatmaps, EXACT)
    # 64 of 1024 pixels: with the second point of the curve most are gone, with the third all.
    assert faithful.deletion[-1, 0] > 0.99
    assert faithful.deletion[-1, 4] == pytest.approx(0.5, abs=1e-3)
    assert faithful.insertion[-1, 4] > 0.99
    assert faithful.deletion_area[-1] < faithful.insertion_area[-1]


def test_places_are_ranked_from_the_strongest_on():
    np.testing.assert_allclose(rank_places(np.array([[3, 9], [5, 1]])), [[0.5, 0], [0.25, 0.75]])


def test_weights_drawn_anew_are_others_for_every_seed_and_leave_the_model_alone(small):
    before = {name: weight.clone() for name, weight in small.network.state_dict().items()}
    state = torch.random.get_rng_state()
    first, again, other = (randomise_weights(small, seed) for seed in (1, 1, 2))
    weights = [model.network.head.weight for model in (first, again, other, small)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
    assert not torch.equal(weights[0], weights[3])
    assert torch.equal(state, torch.random.get_rng_state())
    assert all(
        torch.equal(before[name], weight) for name, weight in small.network.state_dict().items()
    )


def test_heatmaps_correlate_with_themselves_and_a_flat_one_with_nothing():
    heatmap = np.arange(9, dtype=np.float32).reshape(1, 3, 3)
    flat = np.zeros_like(heatmap)
    assert correlate_ranks(heatmap, heatmap * 5) == pytest.approx(1)
    assert correlate_ranks(heatmap, flat) == 0
    assert np.isnan(correlate_ranks(flat, heatmap)).all()


def test_the_verdict_says_what_to_do():
    assert "choose another layer or method" in SanityCheck(np.array([0.9]), "stages").describe()
    nothing = SanityCheck(np.array([np.nan]), "stages")
    assert not nothing.is_sane
    assert "All heatmaps are zero" in nothing.describe()
