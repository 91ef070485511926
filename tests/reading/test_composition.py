"""Words of five letters beside the network: the same counts everywhere, kept where they help."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from napari_seewhy.genome import DnaWindows, encode_letters, to_one_hot
from napari_seewhy.progress import finish
from napari_seewhy.reading.card import CoverageCard, CoverageModel, load_coverage
from napari_seewhy.reading.composition import Composition
from napari_seewhy.reading.mutate import LocalReader, weigh_bases
from napari_seewhy.reading.options import CoverageNetworkOptions, CoverageOptions
from napari_seewhy.reading.predict import predict_coverage
from napari_seewhy.reading.train import train_coverage
from napari_seewhy.reading.word_ridge import count_roots, fit_ridge_steps, number_words

LENGTH, BIN = 4096, 128


def draw_windows(n: int = 24) -> DnaWindows:
    """Windows whose coverage follows how often the word CACGT stands in a bin and beside it."""
    generator = np.random.default_rng(3)
    codes = generator.integers(0, 4, (n, LENGTH)).astype(np.uint8)
    for window in range(n):
        for at in generator.integers(10, LENGTH - 10, 60):
            codes[window, at : at + 5] = encode_letters("CACGT" if at % 2 else "ACGTG")
    number = number_words()[int("10123", 4)]
    roots = np.stack([count_roots(one, BIN)[:, number] for one in codes])
    padded = np.pad(roots, ((0, 0), (1, 1)))
    true = np.exp(0.3 + padded[:, :-2] + 2 * roots + padded[:, 2:])
    target = generator.poisson(true)[:, None].astype(np.float32)
    split = np.array(["train"] * (n - 8) + ["valid"] * 4 + ["test"] * 4)
    return DnaWindows(codes, target, ("word",), split)


@pytest.fixture(scope="module")
def windows():
    return draw_windows()


@pytest.fixture(scope="module")
def ridge(windows):
    return finish(fit_ridge_steps(windows.take("train"), windows.take("valid")))


@pytest.fixture
def joined(model):
    """The random model with a composition of random weights beside it."""
    torch.manual_seed(1)
    card = model.card.change(composition=0.5)
    network = card.build().eval()
    network.load_state_dict(model.network.state_dict(), strict=False)
    torch.nn.init.normal_(network.composition.read_counts.weight, std=0.2)
    return CoverageModel(network, card)


def test_both_strands_of_a_word_are_one_and_unknown_bases_are_none():
    assert np.flatnonzero(count_roots(encode_letters("CACGTN"), 6)[0]).tolist() == [
        number_words()[int("10123", 4)]
    ]
    codes = np.random.default_rng(0).integers(0, 5, 640).astype(np.uint8)
    turned = np.where(codes < 4, 3 - codes, 4)[::-1]
    np.testing.assert_array_equal(count_roots(codes, BIN), count_roots(turned, BIN)[::-1])


def test_the_linear_model_finds_the_word_that_acts(windows, ridge):
    test = windows.take("test")
    said = ridge.predict(test)
    true = np.log1p(test.target)
    assert np.corrcoef(said.ravel(), true.ravel())[0, 1] > 0.7
    number = number_words()[int("10123", 4)]
    assert ridge.weights[0].sum(1).argmax() == number


def test_as_a_part_of_a_network_it_says_the_same(windows, ridge):
    test = windows.take("test")
    part = Composition(1, BIN, 0.5)
    part.set_ridge(ridge)
    with torch.inference_mode():
        said = part(torch.from_numpy(to_one_hot(test.codes)))
    np.testing.assert_allclose(said, ridge.predict(test), atol=1e-4)


def test_both_strands_give_the_same_answer_backwards(windows, ridge):
    part = Composition(1, BIN, 0.5)
    part.set_ridge(ridge)
    codes = windows.codes[:2].copy()
    codes[:, 300:420] = 4
    turned = np.where(codes < 4, 3 - codes, 4)[:, ::-1]
    with torch.inference_mode():
        said, backwards = (part(torch.from_numpy(to_one_hot(one))) for one in (codes, turned))
    assert said.std() > 0.1
    torch.testing.assert_close(backwards.flip(2), said, atol=1e-5, rtol=1e-5)


def test_recomputing_in_parts_gives_every_bin_of_the_whole_window(joined, cpu):
    codes = np.random.default_rng(1).integers(0, 4, LENGTH).astype(np.uint8)
    codes[2000:2005] = 4
    reader = LocalReader(joined, codes, cpu)
    whole = predict_coverage(joined, codes, cpu)
    for position in (0, 2, 127, 128, 130, 1998, LENGTH - 131, LENGTH - 1):
        changed = codes.copy()
        changed[position] = letter = (int(codes[position]) + 1) % 4
        change = reader.change([(position, letter)])
        mine = whole.copy()
        mine[:, change.first : change.first + change.said.shape[2]] = change.said[0].exp()
        wanted = predict_coverage(joined, changed, cpu)
        np.testing.assert_allclose(mine, wanted, rtol=0, atol=1e-5 * wanted.max())
        assert not np.array_equal(wanted, whole)


def test_the_gradient_of_a_word_is_that_of_each_of_its_letters():
    part = Composition(1, BIN, 1.0)
    torch.nn.init.zeros_(part.read_counts.weight)
    with torch.no_grad():
        part.read_counts.weight[0, number_words()[int("10123", 4)], 1] = 1
        part.read_counts.bias.fill_(1)
    codes = np.full(3 * BIN, 4, np.uint8)
    for at in (140, 150, 160, 170):
        codes[at : at + 5] = encode_letters("CACGT")
    letters = torch.from_numpy(to_one_hot(codes[None])).requires_grad_()
    part(letters).sum().backward()
    # The slope of the root of 4 words is a quarter; no base that is not known has any.
    worth = (letters.grad * letters.detach())[0].sum(0).numpy()
    assert worth[140:145].tolist() == [0.25] * 5
    assert worth.sum() == pytest.approx(5)


def test_weighing_bases_takes_the_words_along(joined, model, cpu):
    codes = np.random.default_rng(1).integers(0, 4, LENGTH).astype(np.uint8)
    worth = weigh_bases(joined, codes, cpu)
    assert np.isfinite(worth).all()
    assert np.abs(worth - weigh_bases(model, codes, cpu)).max() > 1e-4


def test_words_are_kept_where_they_help_and_else_left_out(windows, tmp_path, cpu):
    small = CoverageOptions(
        epochs=1, n_words=4, width=8, reach_bins=1, crop_bp=4096, device="cpu", precision="fp32"
    )
    trained = train_coverage(windows, small, out=tmp_path / "with.safetensors")
    assert trained.card.composition > 0
    assert dict(trained.card.describe().rows)["Composition"].startswith("weight 0.")
    loaded = load_coverage(tmp_path / "with.safetensors")
    test = windows.take("test")
    said = np.stack([predict_coverage(loaded, codes, cpu) for codes in test.codes])
    alone = train_coverage(
        windows, small.change(composition=False), out=tmp_path / "without.safetensors"
    )
    assert alone.card.composition == 0
    assert alone.network.composition is None
    without = np.stack([predict_coverage(alone, codes, cpu) for codes in test.codes])
    correlations = [
        np.corrcoef(np.log1p(one).ravel(), np.log1p(test.target).ravel())[0, 1]
        for one in (said, without)
    ]
    assert correlations[0] > correlations[1] + 0.05


def test_a_card_without_words_of_five_letters_builds_the_network_alone():
    card = CoverageCard(
        name="old",
        network=CoverageNetworkOptions(n_words=4, width=8, reach_bins=1),
        tracks=("a",),
        bin_bp=BIN,
        window_bp=LENGTH,
    )
    assert "composition" not in "".join(card.build().state_dict())
