"""Shapes of all objects at once are those of scikit-image, object by object."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage as ndi
from skimage.measure import label, regionprops_table

from napari_seewhy.cells.labels.runs import find_runs
from napari_seewhy.cells.measuring.outlines import measure_perimeters
from napari_seewhy.cells.measuring.shapes import measure_boxes, measure_hull_areas, measure_shapes

SAME = {
    "centroid-0": "y",
    "centroid-1": "x",
    "area": "area_px",
    "perimeter": "perimeter_px",
    "axis_major_length": "major_axis_px",
    "axis_minor_length": "minor_axis_px",
    "eccentricity": "eccentricity",
    "solidity": "solidity",
}


def draw_blobs(seed: int) -> np.ndarray:
    """Blobs of any size, down to single pixels; some touch, have holes or lie in many pieces."""
    rng = np.random.default_rng(seed)
    shape = rng.integers(1, 120, size=2)
    smooth = ndi.gaussian_filter(rng.normal(size=shape), rng.uniform(0, 3))
    blobs = label(smooth > 0)
    if seed % 3 == 1:
        return np.where(blobs, rng.integers(1, 9, size=shape) * 7, 0)
    if seed % 3 == 2:
        return np.where(blobs, np.arange(shape[1]) // 6 + 1, 0)
    return blobs


@pytest.mark.parametrize("seed", range(12))
def test_shapes_of_any_blobs_are_those_of_scikit_image(seed):
    labels = draw_blobs(seed)
    runs = find_runs(labels)
    wanted = regionprops_table(
        labels, properties=("label", *dict.fromkeys(name.split("-")[0] for name in SAME))
    )

    shapes = measure_shapes(labels, runs)

    np.testing.assert_array_equal(runs.numbers, wanted["label"])
    for theirs, ours in SAME.items():
        np.testing.assert_allclose(shapes[ours], wanted[theirs], atol=1e-6, err_msg=ours)


@pytest.mark.parametrize("seed", range(6))
def test_hull_areas_are_exact(seed):
    labels = draw_blobs(seed)
    wanted = regionprops_table(labels, properties=("area_convex",))["area_convex"]
    np.testing.assert_array_equal(measure_hull_areas(find_runs(labels)), wanted)


def test_the_hull_of_a_disc_on_a_long_foot_is_exact():
    # Every corner of the disc but the topmost is hidden, one after the other, by the foot.
    y, x = np.indices((300, 700))
    labels = ((y - 150) ** 2 + x**2 <= 150**2).astype(int)
    labels[299] = 1
    labels[0] *= 2
    wanted = regionprops_table(labels, properties=("area_convex",))["area_convex"]
    np.testing.assert_array_equal(measure_hull_areas(find_runs(labels)), wanted)


@pytest.mark.parametrize("seed", range(6))
def test_boxes_are_those_of_scikit_image(seed):
    labels = draw_blobs(seed)
    wanted = regionprops_table(labels, properties=("bbox",))
    for i, side in enumerate(("y_min", "x_min", "y_max", "x_max")):
        np.testing.assert_array_equal(measure_boxes(find_runs(labels))[side], wanted[f"bbox-{i}"])


def test_an_outline_does_not_depend_on_a_touching_neighbour():
    alone = np.zeros((12, 20), int)
    alone[2:8, 3:9] = 1
    touching = alone.copy()
    touching[2:10, 9:15] = 2
    numbers = np.array([1])
    assert measure_perimeters(touching, numbers) == measure_perimeters(alone, numbers)


def test_a_label_that_does_not_occur_has_no_shape():
    labels = np.ones((3, 3), int)
    shapes = measure_shapes(labels, find_runs(labels, np.array([1, 4])))
    np.testing.assert_array_equal(shapes["area_px"], [9, 0])
    for name in set(shapes) - {"area_px"}:
        assert np.isnan(shapes[name][1]), name
        assert np.isfinite(shapes[name][0]), name


def test_a_single_pixel_is_round_and_solid():
    labels = np.zeros((3, 3), int)
    labels[1, 1] = 1
    shapes = measure_shapes(labels, find_runs(labels))
    assert shapes["eccentricity"][0] == 0
    assert shapes["solidity"][0] == 1
    assert shapes["major_axis_px"][0] == 0


def test_a_run_ends_at_the_end_of_its_row():
    runs = find_runs(np.array([[0, 1], [1, 1]]))
    np.testing.assert_array_equal(runs.y, [0, 1])
    np.testing.assert_array_equal(runs.start, [1, 0])
    np.testing.assert_array_equal(runs.stop, [2, 2])
