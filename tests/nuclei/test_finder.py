"""Finding nuclei: the same labels in one window and in many, read from memory or from a file."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter

from napari_seewhy.errors import DataError
from napari_seewhy.models.files.library import SHIPPED_FOLDER
from napari_seewhy.models.running.devices import Runtime
from napari_seewhy.nuclei import tiling
from napari_seewhy.nuclei.card import ConfidenceCard, load_segmenter
from napari_seewhy.nuclei.finder import FoundNuclei, find_nuclei_steps
from napari_seewhy.nuclei.plane import Eye
from napari_seewhy.nuclei.scale import SHOWN_PX
from napari_seewhy.progress import finish

EXACT = Runtime("cpu", use_channels_last=True)


@pytest.fixture(scope="module")
def network() -> torch.nn.Module:
    return load_segmenter(SHIPPED_FOLDER / "nuclei.safetensors")[0].to(
        memory_format=torch.channels_last
    )


@pytest.fixture(scope="module")
def field() -> np.ndarray:
    """Crowded ellipses of unlike brightness and size on uneven ground, with noise."""
    rng = np.random.default_rng(0)
    y, x = np.indices((300, 400))
    light = np.zeros(y.shape)
    for _ in range(90):
        top, left = rng.uniform((0, 0), y.shape)
        long, short = rng.uniform(9, 15), rng.uniform(7, 10)
        angle, height = rng.uniform(0, np.pi), rng.uniform(60, 220)
        along = (y - top) * np.cos(angle) + (x - left) * np.sin(angle)
        across = (x - left) * np.cos(angle) - (y - top) * np.sin(angle)
        is_inside = (along / long) ** 2 + (across / short) ** 2 < 1
        light[is_inside] = np.maximum(light[is_inside], height)
    return rng.poisson(gaussian_filter(light, 1) + 20 + x / 20).astype(np.uint16)


def look(network, pixels, diameter_px=20.0) -> FoundNuclei:
    eye = Eye(network, EXACT)
    return finish(find_nuclei_steps(eye, pixels, diameter_px, ConfidenceCard()))


def same_numbers(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two label images say the same of which pixels belong together."""
    pairs = np.unique(np.stack([first.ravel(), second.ravel()]), axis=1)
    return all(len(np.unique(side)) == pairs.shape[1] for side in pairs)


@pytest.mark.parametrize(("core_units", "diameter_px"), [(3, 20.0), (2, 27.3)])
def test_many_windows_find_the_labels_of_one(network, field, monkeypatch, core_units, diameter_px):
    whole = look(network, field, diameter_px)
    monkeypatch.setattr(tiling, "_CORE_UNITS", core_units)
    tiled = look(network, field, diameter_px)
    assert len(np.unique(whole.labels)) > 35
    assert same_numbers(whole.labels, tiled.labels)
    numbers = np.unique(whole.labels)[1:]
    at = [np.flatnonzero(whole.labels == number)[0] for number in numbers]
    np.testing.assert_allclose(
        whole.confidence[numbers], tiled.confidence[tiled.labels.ravel()[at]], atol=1e-5
    )


def test_pixels_in_a_file_give_the_labels_of_those_in_memory(network, field):
    lazy = da.from_array(field, chunks=(100, 128))
    for diameter_px in (None, 20.0):
        expected, found = look(network, field, diameter_px), look(network, lazy, diameter_px)
        assert np.array_equal(found.labels, expected.labels)
        assert found.diameter_px == expected.diameter_px


def test_every_number_has_a_confidence_and_the_background_none(network, field):
    found = look(network, field)
    numbers = np.unique(found.labels)[1:]
    assert len(found.confidence) > found.labels.max()
    assert np.isnan(found.confidence[0])
    assert ((found.confidence[numbers] > 0) & (found.confidence[numbers] <= 1)).all()


@pytest.mark.parametrize("bad", [np.nan, -np.inf])
def test_a_pixel_that_is_no_number_is_refused_wherever_it_is(network, field, bad, monkeypatch):
    monkeypatch.setattr("napari_seewhy.nuclei.plane._SAMPLE_PX", 1000)
    pixels = field.astype(np.float32)
    pixels[291, 393] = bad
    with pytest.raises(DataError, match="NaN or infinite"):
        look(network, pixels)


def test_nuclei_larger_than_the_plane_take_no_more_memory_than_it(network, field):
    shapes = []

    class Recorded(Eye):
        def look(self, scaled, shape):
            shapes.append(scaled.shape)
            return super().look(scaled, shape)

    eye = Recorded(network, EXACT)
    found = finish(find_nuclei_steps(eye, field, 1e6, ConfidenceCard()))
    assert found.diameter_px == 1e6
    assert shapes == [(1, 400, 400)]


def test_no_read_is_larger_than_a_window(network, field, monkeypatch):
    monkeypatch.setattr(tiling, "_CORE_UNITS", 2)
    monkeypatch.setattr(tiling, "_MARGIN_UNITS", 1)
    read = []

    class Recorded:
        def __init__(self, pixels):
            self.pixels, self.shape, self.size = pixels, pixels.shape, pixels.size

        def __getitem__(self, box):
            read.append(self.pixels[box].size)
            return self.pixels[box]

    look(network, Recorded(np.tile(field, (3, 2))), 40.0)
    unit_px = round(64 * 40 / SHOWN_PX[1])
    assert len(read) > 10
    assert max(read[1:]) == (6 * unit_px) ** 2


def test_large_nuclei_are_found_in_smaller_windows_and_strips_as_in_one_go(
    network, field, monkeypatch
):
    large = np.kron(field, np.ones((5, 5), np.uint16))[:1450, :1930]
    whole = look(network, large, 100.0)
    monkeypatch.setattr(tiling, "_EDGE_AT_ONCE_PX", 12 * 214)
    monkeypatch.setattr(tiling, "_FEWEST_CORE_UNITS", 2)
    monkeypatch.setattr("napari_seewhy.nuclei.plane._AT_ONCE_PX", 1930 * 300)
    tiled = look(network, large, 100.0)
    assert len(np.unique(whole.labels)) > 35
    assert same_numbers(whole.labels, tiled.labels)


def test_no_place_is_looked_at_more_often_than_its_surroundings_need(network, field, monkeypatch):
    shapes = []

    class Recorded(Eye):
        def look(self, scaled, shape):
            shapes.append(shape)
            return super().look(scaled, shape)

    finish(find_nuclei_steps(Recorded(network, EXACT), field, 20.0, ConfidenceCard()))
    whole = shapes.pop()
    assert not shapes
    monkeypatch.setattr(tiling, "_CORE_UNITS", 3)
    finish(find_nuclei_steps(Recorded(network, EXACT), field, 20.0, ConfidenceCard()))
    n_pieces = [-(-side // (3 * 64)) for side in whole]
    assert len(shapes) == np.prod(n_pieces) > 4
    # At each cut between two pieces both look 128 pixels across.
    most = [side + 2 * 128 * (n - 1) for side, n in zip(whole, n_pieces, strict=True)]
    assert sum(height * width for height, width in shapes) == np.prod(most)
