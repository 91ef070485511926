from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.models.cards.card import ChannelCard, ModelCard
from napari_seewhy.models.files.model import Model
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.models.preflight.adaptation import AdaptedSamples
from napari_seewhy.models.preflight.checks import match_channels
from napari_seewhy.models.preflight.facts import ChannelFacts, SampleFacts, gather_facts
from napari_seewhy.models.preflight.look import check_fit
from napari_seewhy.models.running.predict import predict
from napari_seewhy.models.running.predict_options import PredictOptions
from napari_seewhy.samples import SampleSet, SampleWriter

DNA = ChannelFacts("DNA", 500, 300, 100, 2100, 50, 3000, object_px=20.0)
GOLGI = ChannelFacts("Golgi", 150, 90, 40, 440, 20, 900)
FACTS = SampleFacts(10, (DNA, GOLGI), (32, 32), "uint16", 0.5)
CARD = ModelCard(
    name="cycle",
    network=NetworkOptions(),
    classes=("G1", "G2"),
    channels=(
        ChannelCard(name="DNA", mean=500, std=300, low=100, high=2100),
        ChannelCard(name="Golgi", mean=150, std=90, low=40, high=440),
    ),
    size_px=(32, 32),
    dtype="uint16",
    pixel_size_um=0.5,
    object_px=20,
)


@pytest.fixture
def pixels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 2000, (5, 2, 32, 32)).astype(np.uint16)


def adapt(pixels, card, facts):
    """Do to samples what `check_fit` says."""
    return check_fit(card, facts).check().apply(pixels)


def with_channels(*channels: ChannelFacts) -> SampleFacts:
    return replace(FACTS, channels=channels)


def named(*names: str) -> SampleFacts:
    chosen = zip((DNA, GOLGI), names, strict=True)
    return with_channels(*(replace(channel, name=name) for channel, name in chosen))


def test_samples_like_those_of_training_are_green_and_left_as_they_are(pixels):
    preflight = check_fit(CARD, FACTS)
    assert preflight.level == "green"
    assert preflight.describe() == "The samples fit the model."
    adapted = adapt(pixels, CARD, FACTS)
    assert adapted.dtype == np.uint16
    np.testing.assert_array_equal(adapted, pixels)


def test_channels_that_the_model_does_not_take_are_left_out_without_asking(pixels):
    facts = with_channels(DNA, replace(GOLGI, name="actin"), GOLGI)
    assert check_fit(CARD, facts).level == "green"
    three = np.concatenate([pixels, pixels[:, :1] + 7], axis=1)
    np.testing.assert_array_equal(adapt(three, CARD, facts), three[:, [0, 2]])


@pytest.mark.parametrize(
    ("facts", "level", "message"),
    [
        (with_channels(GOLGI, DNA), "amber", "Reorder them to DNA, Golgi."),
        (named("DAPI", "GM130"), "amber", "Use DAPI for DNA, GM130 for Golgi."),
        (named("dna", "golgi"), "amber", "Use dna for DNA, golgi for Golgi."),
        (named("C=0", "C=1"), "amber", "Use C=0 for DNA, C=1 for Golgi."),
        (named("DNA", "mystery"), "amber", "Use mystery for Golgi."),
        (named("DNA", "actin"), "red", "takes the channels DNA, Golgi and the samples have DNA"),
        (with_channels(DNA), "red", "cut samples with those channels, or name them so"),
        (replace(FACTS, pixel_size_um=0.503), "green", "fit the model"),
        (replace(FACTS, pixel_size_um=0.325), "amber", "Rescale the samples by 0.65."),
        (replace(FACTS, pixel_size_um=0.05), "red", "too far apart"),
        (replace(FACTS, pixel_size_um=None), "amber", "do not say how large their pixels are"),
        (replace(FACTS, size_px=(40, 36)), "amber", "Cut off their margin."),
        (replace(FACTS, size_px=(20, 32)), "amber", "Fill the rest by reflection."),
        (replace(FACTS, size_px=(20, 40)), "amber", "Cut off their margin and fill the rest"),
        (replace(FACTS, size_px=(15, 32)), "red", "cut larger samples"),
        (with_channels(replace(DNA, object_px=36), GOLGI), "amber", "about 36 px wide and 20 px"),
        (with_channels(replace(DNA, object_px=25), GOLGI), "green", "fit the model"),
        (with_channels(replace(DNA, low=9, high=9, lowest=9, highest=9), GOLGI), "red", "9 every"),
        (with_channels(replace(DNA, low=200, high=3500), GOLGI), "green", "fit the model"),
        (with_channels(replace(DNA, low=1, high=10), GOLGI), "amber", "Map them onto those of tr"),
        (with_channels(replace(DNA, low=5e3, high=7e3), GOLGI), "amber", "between 5000 and 7000"),
    ],
)
def test_every_difference_has_its_level_and_its_sentence(facts, level, message):
    preflight = check_fit(CARD, facts)
    assert preflight.level == level
    assert message in preflight.describe()


def test_all_differences_are_said_at_once():
    facts = replace(named("DAPI", "GM130"), pixel_size_um=0.325, size_px=(64, 64))
    said = check_fit(CARD, facts).describe()
    assert "Use DAPI" in said
    assert "Rescale the samples by 0.65" in said
    assert "42 x 42 px after rescaling" in said
    assert len(said.splitlines()) == 4  # objects are 13 px then


def test_a_model_that_knows_no_sizes_compares_none():
    card = CARD.change(pixel_size_um=None, object_px=None)
    assert check_fit(card, replace(FACTS, pixel_size_um=0.01)).level == "green"


def test_overexposed_samples_are_told_of_unless_training_was_so_too():
    bright = with_channels(replace(DNA, low=0, high=255, highest=255), GOLGI)
    facts = replace(bright, dtype="uint8")
    channels = (CARD.channels[0].change(low=0, high=200), CARD.channels[1])
    assert "overexposed" in check_fit(CARD.change(channels=channels), facts).describe()
    channels = (CARD.channels[0].change(low=0, high=255), CARD.channels[1])
    card = CARD.change(channels=channels, dtype="uint8")
    assert check_fit(card, facts).level == "green"


def test_refused_samples_are_not_adapted(pixels):
    with pytest.raises(DataError, match="too far apart"):
        adapt(pixels, CARD, replace(FACTS, pixel_size_um=9))
    with pytest.raises(DataError, match="takes the channels"):
        adapt(pixels, CARD, with_channels(DNA))


def test_reordered_channels_are_those_of_the_model(pixels):
    facts = with_channels(GOLGI, DNA)
    np.testing.assert_array_equal(adapt(pixels[:, ::-1], CARD, facts), pixels)


@pytest.mark.parametrize("pixel_size_um", [0.25, 1.0])
def test_a_rescaled_disc_has_the_size_that_it_has_in_training(pixel_size_um):
    """A disc 10 um wide is 20 px wide in training, whatever the microscope."""
    edge = round(32 * 0.5 / pixel_size_um)
    y, x = np.indices((edge, edge)) - (edge - 1) / 2
    disc = np.where(y**2 + x**2 <= (5 / pixel_size_um) ** 2, 1000.0, 0.0)
    facts = replace(FACTS, pixel_size_um=pixel_size_um, size_px=(edge, edge))
    adapted = adapt(np.stack([disc, disc])[None], CARD, facts)
    assert adapted.shape == (1, 2, 32, 32)
    width_px = 2 * np.sqrt((adapted[0, 0] / 1000).sum() / np.pi)
    assert width_px == pytest.approx(20, rel=0.03)


def test_making_samples_smaller_makes_no_false_patterns():
    """Stripes finer than a pixel of the model become grey, not coarser stripes."""
    stripes = np.zeros((1, 2, 96, 96))
    stripes[..., ::2] = 100
    facts = replace(FACTS, pixel_size_um=0.5 / 3, size_px=(96, 96))
    adapted = adapt(stripes, CARD, facts)[..., 4:-4, 4:-4]
    assert np.ptp(adapted) < 15
    assert adapted.mean() == pytest.approx(50, abs=1)


def test_samples_of_another_size_keep_their_middle(pixels):
    larger = np.pad(pixels, [(0, 0), (0, 0), (3, 3), (5, 5)])
    facts = replace(FACTS, size_px=(38, 42))
    np.testing.assert_array_equal(adapt(larger, CARD, facts), pixels)
    smaller = pixels[:, :, 4:28, 4:28]
    filled = adapt(smaller, CARD, replace(FACTS, size_px=(24, 24)))
    np.testing.assert_array_equal(filled[:, :, 4:28, 4:28], smaller)
    np.testing.assert_array_equal(filled[:, :, 3], filled[:, :, 5])


def test_intensities_of_another_camera_are_mapped_onto_those_of_training(pixels):
    eight_bit = replace(DNA, low=10, high=210), replace(GOLGI, low=4, high=44)
    facts = replace(with_channels(*eight_bit), dtype="uint8")
    adapted = adapt((pixels // 10).astype(np.uint8), CARD, facts)
    assert adapted.dtype == np.float32
    np.testing.assert_allclose(adapted, pixels // 10 * 10.0, atol=1e-2)


def test_ranges_of_sparse_channels_are_compared_by_their_spread():
    spots = replace(GOLGI, low=0, high=0, mean=2, std=20, lowest=0)
    channels = (CARD.channels[0], ChannelCard(name="Golgi", mean=2, std=20, low=0, high=0))
    card = CARD.change(channels=channels)
    assert check_fit(card, with_channels(DNA, spots)).level == "green"
    dim = replace(spots, mean=0.2, std=2)
    assert "by 10 times" in check_fit(card, with_channels(DNA, dim)).describe()


@pytest.mark.parametrize(
    ("wanted", "present", "expected"),
    [
        (["DNA"], ["Hoechst 33342", "actin"], {"DNA": "Hoechst 33342"}),
        (
            ["Ch4_DNA", "Ch3_brightfield"],
            ["BF", "DAPI"],
            {"Ch4_DNA": "DAPI", "Ch3_brightfield": "BF"},
        ),
        (["DNA"], ["H2B-GFP", "tubulin-RFP"], {"DNA": "H2B-GFP"}),
        (["DNA"], ["DAPI", "nuclei"], None),
        (["DNA"], ["DAPI", "DNA"], {"DNA": "DNA"}),
        (["DNA", "DAPI"], ["DAPI", "DNA"], {"DNA": "DNA", "DAPI": "DAPI"}),
        (["Ki-67"], ["ki67"], {"Ki-67": "ki67"}),
        (["a", "b"], ["x", "y"], None),
        (["a", "b"], ["Channel 2", "Channel 1"], {"a": "Channel 2", "b": "Channel 1"}),
        (["a"], ["Channel 2", "Channel 1"], None),
    ],
)
def test_channels_are_matched_by_what_they_show_or_not_at_all(wanted, present, expected):
    assert match_channels(wanted, present) == expected


def test_an_adapted_set_is_read_as_the_model_wants_it(tmp_path):
    pixels = np.random.default_rng(0).integers(100, 2100, (9, 2, 48, 48)).astype(np.uint16)
    path = tmp_path / "samples.h5"
    with SampleWriter(
        path, channels=["GM130", "DAPI"], size_px=(48, 48), dtype="uint16", pixel_size_um=0.4
    ) as writer:
        writer.append(pixels, group="A")
    with SampleSet(path) as samples:
        facts = gather_facts(samples)
        adaptation = check_fit(CARD, facts).check()
        expected = adapt(pixels, CARD, facts)
        with AdaptedSamples(samples, CARD, adaptation) as adapted:
            assert (adapted.channels, adapted.pixels.shape) == (("DNA", "Golgi"), (9, 2, 32, 32))
            assert adapted.pixel_size_um == pytest.approx(0.5)
            assert adapted.pixels.dtype == expected.dtype
            assert adapted.group.tolist() == ["A"] * 9
            np.testing.assert_array_equal(adapted.pixels[2:5], expected[2:5])
            np.testing.assert_array_equal(adapted.read_pixels([7, 0, 7]), expected[[7, 0, 7]])
            with pickle.loads(pickle.dumps(adapted)) as elsewhere:
                np.testing.assert_array_equal(elsewhere.read_pixels([1]), expected[[1]])


def test_an_adapted_set_is_predicted_as_its_adapted_pixels_are(tmp_path):
    pixels = np.random.default_rng(0).integers(100, 2100, (9, 2, 40, 40)).astype(np.uint16)
    model = Model.from_card(CARD.change(network=NetworkOptions(width=4, n_stages=1)))
    exact = PredictOptions(device="cpu", precision="fp32", batch_size=4)
    path = tmp_path / "samples.h5"
    with SampleWriter(path, channels=["Golgi", "DNA"], size_px=(40, 40), dtype="uint16") as writer:
        writer.append(pixels)
    with SampleSet(path) as samples:
        facts = gather_facts(samples)
        expected = predict(model, adapt(pixels, CARD, facts), exact)
        with AdaptedSamples(samples, CARD, check_fit(CARD, facts).check()) as adapted:
            np.testing.assert_allclose(predict(model, adapted, exact), expected, atol=1e-6)


@pytest.mark.realdata
def test_real_cells_at_half_the_magnification_are_brought_back_to_size(tmp_path, real_data):
    """Without a pixel size it is the size of the cells that shows it; with one it is corrected."""
    with np.load(real_data / "jurkat" / "crops.npz") as data:
        pixels, channels = data["pixels"][:300], data["channels"].tolist()
    whole, half = tmp_path / "whole.h5", tmp_path / "half.h5"
    pooled = pixels.reshape(300, 3, 20, 2, 20, 2).mean((3, 5)).astype(np.uint16)
    for path, samples, size_um in ((whole, pixels, 0.5), (half, pooled, 1.0)):
        with SampleWriter(
            path,
            channels=channels,
            size_px=samples.shape[2:],
            dtype="uint16",
            pixel_size_um=size_um,
        ) as writer:
            writer.append(samples)
    with SampleSet(whole) as trained, SampleSet(half) as given:
        card = CARD.change(**gather_facts(trained).to_card_fields())
        facts = gather_facts(given)
        unknown = check_fit(card, replace(facts, pixel_size_um=None)).describe()
        preflight = check_fit(card, facts)
        with AdaptedSamples(given, card, preflight.check()) as adapted:
            corrected = gather_facts(adapted)
    assert "see whether the pixel size is right" in unknown
    assert preflight.describe().endswith("Rescale the samples by 2.")
    assert corrected.object_px == pytest.approx(card.object_px, rel=0.1)
    assert corrected.size_px == card.size_px
