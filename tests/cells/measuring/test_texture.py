"""Texture of all objects at once is that of scikit-image, object by object."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage as ndi
from skimage.feature import graycomatrix, graycoprops
from skimage.measure import label

from napari_seewhy.cells.labels.runs import find_runs
from napari_seewhy.cells.measuring import texture
from napari_seewhy.cells.measuring.intensities import RegionPixels
from napari_seewhy.cells.measuring.regions import Region
from napari_seewhy.cells.measuring.texture import find_levels, measure_texture

ANGLES = (0, np.pi / 4, np.pi / 2, 3 * np.pi / 4)


def as_region(labels: np.ndarray) -> Region:
    return Region("", labels, RegionPixels.from_runs(find_runs(labels), labels.shape[1]))


@pytest.mark.parametrize("objects_at_once", [4096, 3])
def test_texture_of_irregular_objects_is_that_of_scikit_image(monkeypatch, objects_at_once):
    monkeypatch.setattr(texture, "_OBJECTS_AT_ONCE", objects_at_once)
    rng = np.random.default_rng(1)
    smooth = ndi.gaussian_filter(rng.normal(size=(60, 70)), 4)
    labels = label(smooth > 0)
    pixels = ndi.gaussian_filter(rng.normal(size=labels.shape), 1)
    scale = (float(pixels.min()), float(pixels.max()))

    measured = measure_texture(as_region(labels), pixels, scale, 8)

    levels = find_levels(pixels, scale, 8)
    for i in range(labels.max()):
        within = np.where(labels == i + 1, levels + 1, 0).astype(np.uint8)
        pairs = graycomatrix(within, [1], ANGLES, levels=9, symmetric=True)[1:, 1:]
        for name, values in measured.items():
            wanted = graycoprops(pairs, name).mean()
            assert values[i] == pytest.approx(wanted, abs=1e-9), (i, name)


def test_an_even_object_has_no_contrast_and_a_chequered_one_has_much():
    labels = np.repeat([[1] * 8 + [2] * 8], 8, axis=0)
    pixels = np.where(labels == 1, 5, 10 * (np.indices(labels.shape).sum(axis=0) % 2))

    measured = measure_texture(as_region(labels), pixels, (0, 10), 2)

    assert measured["contrast"][0] == 0
    assert measured["entropy"][0] == 0
    assert measured["homogeneity"][0] == 1
    # Neighbours along rows and columns always differ, neighbours across corners never do.
    assert measured["contrast"][1] == pytest.approx(0.5)
    assert measured["correlation"][1] == pytest.approx(0, abs=1e-9)


def test_a_single_pixel_has_no_texture():
    labels = np.zeros((4, 4), int)
    labels[1, 1] = 1
    measured = measure_texture(as_region(labels), labels, (0, 1), 4)
    assert all(np.isnan(values).all() for values in measured.values())


def test_a_line_is_measured_in_the_direction_in_which_it_has_pairs():
    labels = np.ones((1, 6), int)
    measured = measure_texture(as_region(labels), np.array([[0, 9, 0, 9, 0, 9]]), (0, 9), 2)
    assert measured["contrast"][0] == 1


def test_a_channel_without_range_is_all_one_level():
    assert find_levels(np.array([3, 4]), (5.0, 5.0), 16).tolist() == [0, 0]
