from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.models.preflight.facts import gather_facts, gather_facts_steps
from napari_seewhy.models.preflight.moments import ChannelMoments
from napari_seewhy.progress import finish
from napari_seewhy.samples import SampleSet, SampleWriter


def write(path, pixels, channels=("DNA",), pixel_size_um=0.5) -> SampleSet:
    with SampleWriter(
        path,
        channels=channels,
        size_px=pixels.shape[2:],
        dtype=pixels.dtype,
        pixel_size_um=pixel_size_um,
    ) as writer:
        writer.append(pixels)
    return SampleSet(path)


def draw_disc(radius: float, background: float, brightness: float, edge: int = 64) -> np.ndarray:
    y, x = np.indices((edge, edge)) - (edge - 1) / 2
    noise = np.random.default_rng(0).normal(0, 2, (edge, edge))
    return np.where(y**2 + x**2 <= radius**2, brightness, background) + noise


def test_mean_spread_and_percentiles_are_those_of_all_pixels_of_the_chosen_rows(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 4000, (40, 2, 16, 12)).astype(np.uint16)
    rows = [30, 2, 7, 8]
    with write(tmp_path / "a.h5", pixels, ("DNA", "Golgi")) as samples:
        facts = gather_facts(samples, rows, ["Golgi", "DNA"])
    assert facts.channel_names == ("Golgi", "DNA")
    assert (facts.n_samples, facts.size_px, facts.dtype) == (4, (16, 12), "uint16")
    assert facts.pixel_size_um == 0.5
    for channel, plane in zip(facts.channels, (1, 0), strict=True):
        values = pixels[rows, plane].astype(float)
        assert channel.mean == pytest.approx(values.mean(), rel=1e-12)
        assert channel.std == pytest.approx(values.std(), rel=1e-12)
        assert (channel.low, channel.high) == tuple(np.percentile(values, (1, 99)))
        assert (channel.lowest, channel.highest) == (values.min(), values.max())


def test_a_small_spread_on_a_high_level_is_not_lost():
    generator = np.random.default_rng(0)
    pixels = 1e9 + generator.normal(0, 1e-2, (64, 1, 8, 8))
    moments = ChannelMoments(1, pixels.size)
    for block in np.split(pixels, 16):
        moments.add(block)
    assert moments.std[0] == pytest.approx(pixels.std(), rel=1e-6)
    assert moments.mean[0] == pytest.approx(pixels.mean(), rel=1e-15)


def test_percentiles_of_many_pixels_are_drawn_and_close():
    pixels = np.random.default_rng(0).normal(size=(6, 2, 512, 1024))
    moments = ChannelMoments(2, pixels[:, 0].size)
    for block in np.split(pixels, 3):
        moments.add(block)
    np.testing.assert_allclose(
        moments.percentiles((1, 50, 99)), [[-2.326] * 2, [0] * 2, [2.326] * 2], atol=0.03
    )


@pytest.mark.parametrize("radius", [6, 10, 20])
@pytest.mark.parametrize(("background", "brightness"), [(10, 200), (200, 80)])
def test_the_object_is_as_wide_as_the_disc_that_was_drawn(tmp_path, radius, background, brightness):
    pixels = np.stack([draw_disc(radius, background, brightness)[None]] * 3).astype(np.float32)
    with write(tmp_path / "a.h5", pixels) as samples:
        assert gather_facts(samples).object_px == pytest.approx(2 * radius, rel=0.12)


def test_an_outline_counts_with_what_it_encloses(tmp_path):
    ring = draw_disc(14, 100, 40) + draw_disc(11, 0, 60)
    with write(tmp_path / "a.h5", ring[None, None].astype(np.float32)) as samples:
        assert gather_facts(samples).object_px == pytest.approx(28, rel=0.12)


def test_nothing_stands_out_of_noise(tmp_path):
    pixels = np.random.default_rng(0).poisson(100, (20, 1, 32, 32)).astype(np.uint16)
    with write(tmp_path / "a.h5", pixels) as samples:
        facts = gather_facts(samples)
    assert facts.object_px is None
    assert facts.to_card_fields()["object_px"] is None


def test_the_facts_fill_a_card(tmp_path):
    pixels = np.stack([draw_disc(8, 10, 90)[None]] * 2).astype(np.float32)
    with write(tmp_path / "a.h5", pixels, pixel_size_um=None) as samples:
        facts = gather_facts(samples)
    fields = facts.to_card_fields()
    assert fields["channels"][0].name == "DNA"
    assert fields["channels"][0].mean == facts.channels[0].mean
    assert fields["pixel_size_um"] is None
    assert fields["dtype"] == "float32"


def test_a_channel_of_one_value_teaches_nothing(tmp_path):
    with write(tmp_path / "a.h5", np.full((3, 1, 8, 8), 7, np.uint8)) as samples:
        facts = gather_facts(samples)
    with pytest.raises(DataError, match="DNA is 7 everywhere"):
        facts.to_card_fields()


def test_nan_and_unknown_channels_and_no_rows_are_refused(tmp_path):
    pixels = np.zeros((3, 1, 8, 8), np.float32)
    pixels[2, 0, 0, 0] = np.nan
    with write(tmp_path / "a.h5", pixels) as samples:
        with pytest.raises(DataError, match="Sample 2 holds NaN"):
            gather_facts(samples)
        with pytest.raises(DataError, match="Golgi is missing"):
            gather_facts(samples, channels=["Golgi"])
        with pytest.raises(DataError, match="no samples to look at"):
            gather_facts(samples, [])


def test_the_steps_reach_their_total(tmp_path):
    with write(tmp_path / "a.h5", np.zeros((5, 1, 8, 8), np.uint8)) as samples:
        seen = []
        finish(gather_facts_steps(samples), seen.append)
    assert (seen[0].done, seen[-1].done, seen[-1].total) == (0, 5, 5)
