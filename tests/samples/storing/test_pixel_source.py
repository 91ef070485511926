from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.samples import SampleSet, SampleWriter
from napari_seewhy.samples.storing.pixel_source import PixelSource

PIXELS = np.random.default_rng(0).integers(0, 1000, (11, 3, 4, 5)).astype(np.uint16)


@pytest.fixture
def samples(tmp_path):
    path = tmp_path / "samples.h5"
    with SampleWriter(path, channels="abc", size_px=(4, 5), dtype=np.uint16) as writer:
        writer.append(PIXELS)
    with SampleSet(path) as opened:
        yield opened


@pytest.mark.parametrize("keep", [True, False, None])
def test_rows_and_channels_come_in_the_order_asked_for(samples, keep):
    source = PixelSource(samples, ["c", "a"], keep=keep)
    assert source.shape == (11, 2, 4, 5)
    rows = np.array([7, 2, 2, 10])
    np.testing.assert_array_equal(source.read(rows), PIXELS[rows][:, [2, 0]])


@pytest.mark.parametrize("keep", [True, False])
def test_all_channels_are_given_where_none_are_named(samples, keep):
    source = PixelSource(samples, keep=keep)
    assert source.channels == ("a", "b", "c")
    np.testing.assert_array_equal(source.read(np.arange(11)), PIXELS)


def test_what_fits_is_read_once(samples, monkeypatch):
    source = PixelSource(samples)
    monkeypatch.setattr(SampleSet, "read_pixels", None)
    np.testing.assert_array_equal(source.read(np.array([3])), PIXELS[[3]])


def test_what_does_not_fit_stays_in_the_file(samples, monkeypatch):
    monkeypatch.setattr(
        "napari_seewhy.samples.storing.pixel_source._free_bytes", lambda: PIXELS.nbytes
    )
    source = PixelSource(samples)
    monkeypatch.setattr(SampleSet, "read_pixels", lambda self, rows: PIXELS[rows] + 1)
    np.testing.assert_array_equal(source.read(np.array([3])), PIXELS[[3]] + 1)


def test_a_channel_that_is_not_there_is_named(samples):
    with pytest.raises(DataError, match="DNA is missing"):
        PixelSource(samples, ["a", "DNA"])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("keep", [True, False])
def test_pixels_that_are_no_numbers_are_refused_with_their_row(tmp_path, bad, keep):
    pixels = np.zeros((5, 1, 4, 4), np.float32)
    pixels[3, 0, 1, 1] = bad
    path = tmp_path / "bad.h5"
    with SampleWriter(path, channels="a", size_px=(4, 4), dtype=np.float32) as writer:
        writer.append(pixels)
    with SampleSet(path) as samples:
        source = PixelSource(samples, keep=keep)
        assert len(source.read(np.array([0, 1]))) == 2
        with pytest.raises(DataError, match="Sample 3 holds NaN or infinite"):
            source.read(np.array([1, 3, 4]))
