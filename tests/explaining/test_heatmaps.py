from __future__ import annotations

import numpy as np
import torch

from napari_seewhy.explaining.heatmaps import enlarge, scale_heatmaps


def test_enlarging_is_the_bilinear_one_of_torch():
    grid = np.random.default_rng(0).random((3, 7, 5), np.float32)
    expected = torch.nn.functional.interpolate(
        torch.from_numpy(grid)[:, None], (64, 48), mode="bilinear", align_corners=False
    )
    np.testing.assert_allclose(enlarge(grid, (64, 48)), expected[:, 0].numpy(), atol=1e-6)


def test_one_scale_for_all_keeps_them_comparable():
    values = np.array([[[1.0, 2.0]], [[4.0, 0.0]], [[0.0, 0.0]]], np.float32)
    np.testing.assert_allclose(scale_heatmaps(values), [[[0.25, 0.5]], [[1.0, 0.0]], [[0.0, 0.0]]])


def test_a_scale_for_each_makes_the_strongest_place_of_each_one_and_leaves_zeros_zero():
    values = np.array([[[1.0, 2.0]], [[4.0, 0.0]], [[0.0, 0.0]]], np.float32)
    np.testing.assert_allclose(
        scale_heatmaps(values, "each"), [[[0.5, 1.0]], [[1.0, 0.0]], [[0.0, 0.0]]]
    )


def test_zeros_and_nothing_at_all_stay_what_they_are():
    for per in ("all", "each"):
        np.testing.assert_array_equal(scale_heatmaps(np.zeros((2, 3, 3), np.float32), per), 0)
        assert scale_heatmaps(np.zeros((0, 3, 3), np.float32), per).shape == (0, 3, 3)


def test_a_single_glaring_heatmap_leaves_the_others_visible():
    values = np.ones((9, 2, 2), np.float32)
    values[4] = 50
    scaled = scale_heatmaps(values)
    assert scaled[0].max() == 0.5
    assert scaled[4].max() == 1
