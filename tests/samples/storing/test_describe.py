"""The description of a sample set."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from napari_seewhy.samples import SampleSet, SampleWriter
from napari_seewhy.samples.storing.describe import describe_samples


def describe(path, pixels, target=None, classes=(), **parts):
    writer = SampleWriter(
        path, channels=["DNA", "Golgi"], size_px=(4, 5), dtype=pixels.dtype, classes=classes
    )
    with writer:
        writer.append(pixels, target, **parts)
    with SampleSet(path) as samples:
        return describe_samples(samples)


def test_numbers_sizes_and_intensities_are_told(tmp_path):
    pixels = np.full((4, 2, 4, 5), 7, np.uint16)
    pixels[1, 1, 2, 2], pixels[2, 1] = 60000, 0
    origin = pd.DataFrame({"source": ["a.tif", "a.tif", "b.tif", "b.tif"]})
    told = describe(
        tmp_path / "a.h5",
        pixels,
        [0, 2, 2, -1],
        ["G1", "S", "G2"],
        group=["A1", "A1", "A1", "B2"],
        origin=origin,
    )
    golgi_mean = (59 * 7 + 60000) / 80
    assert told == {
        "n_samples": 4,
        "classes": {"G1": 1, "S": 0, "G2": 2},
        "n_unknown": 1,
        "groups": {"A1": 3, "B2": 1},
        "n_sources": 2,
        "height_px": 4,
        "width_px": 5,
        "dtype": "uint16",
        "pixel_size_um": None,
        "channels": {
            "DNA": {"min": 7.0, "max": 7.0, "mean": 7.0},
            "Golgi": {"min": 0.0, "max": 60000.0, "mean": golgi_mean},
        },
    }


def test_pixels_that_are_no_number_are_passed_over_and_json_holds_it_all(tmp_path):
    pixels = np.ones((1, 2, 4, 5), np.float32)
    pixels[0, 0, 0, 0], pixels[0, 1] = np.inf, np.nan
    told = describe(tmp_path / "a.h5", pixels)
    assert told["channels"]["DNA"] == {"min": 1.0, "max": 1.0, "mean": 1.0}
    assert told["channels"]["Golgi"] == {"min": None, "max": None, "mean": None}
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_a_set_without_samples_is_described(tmp_path):
    told = describe(tmp_path / "a.h5", np.empty((0, 2, 4, 5), np.uint8))
    assert told["n_samples"] == 0
    assert told["channels"]["DNA"]["max"] is None


def test_many_blocks_are_added_up(tmp_path):
    path = tmp_path / "a.h5"
    pixels = np.arange(40, dtype=np.uint8)[:, None, None, None] * np.ones(
        (1, 1, 512, 512), np.uint8
    )
    with SampleWriter(path, channels=["DNA"], size_px=(512, 512), dtype="uint8") as writer:
        writer.append(pixels)
    with SampleSet(path) as samples:
        assert describe_samples(samples)["channels"]["DNA"] == {"min": 0, "max": 39, "mean": 19.5}
