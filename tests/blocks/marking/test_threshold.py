from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.blocks.marking.options import StainThresholdOptions
from napari_seewhy.blocks.marking.threshold import NOISE_RATIO, find_threshold, signal_ratio
from napari_seewhy.errors import DataError, OptionError


def draw_marker(bright=1000.0, dim=100.0, share=0.1, seed=0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    cells = (rng.random((16, 16)) < share).repeat(16, 0).repeat(16, 1)
    return dim + (bright - dim) * cells + rng.normal(0, 5, cells.shape)


def test_otsu_parts_the_bright_cells_from_the_rest():
    marker = draw_marker()
    found = find_threshold(marker)
    assert 130 < found.value < 970
    assert found.positive_share == pytest.approx((marker > 500).mean())
    assert found.sentence.startswith("Otsu's threshold is ")


def test_the_logarithm_finds_dim_cells_that_brighter_ones_hide():
    rng = np.random.default_rng(0)
    steps = rng.choice([10.0, 90.0, 1000.0], (16, 16), p=[0.6, 0.35, 0.05])
    marker = steps.repeat(16, 0).repeat(16, 1) + rng.normal(0, 1, (256, 256))
    assert find_threshold(marker).value > 100
    by_log = find_threshold(marker, StainThresholdOptions(threshold="log-otsu"))
    assert 15 < by_log.value < 85


def test_the_negative_control_says_what_no_cell_without_the_marker_reaches():
    control = np.random.default_rng(0).normal(100, 10, (200, 200))
    options = StainThresholdOptions(threshold="control", control="x", control_share=0.99)
    found = find_threshold(draw_marker(), options, controls=[control])
    assert found.value == pytest.approx(np.quantile(control, 0.99))
    with pytest.raises(OptionError, match="holds no image"):
        find_threshold(draw_marker(), options)


@pytest.mark.parametrize("chosen", [{"threshold": "control"}, {"control": "x.tif"}])
def test_control_and_its_images_go_together(chosen):
    with pytest.raises(OptionError, match="give both or none"):
        StainThresholdOptions(**chosen)


def test_one_threshold_for_all_takes_a_blank_dish_along():
    blank = np.random.default_rng(0).normal(100, 5, (256, 256))
    found = find_threshold([draw_marker(), blank], StainThresholdOptions(threshold_scope="all"))
    assert (blank > found.value).mean() == 0


def test_uneven_light_and_noise_are_no_signal():
    rng = np.random.default_rng(0)
    y, x = np.indices((512, 512)) / 512
    light = 400 * np.exp(-((y - 0.4) ** 2) - (x - 0.6) ** 2)
    assert signal_ratio(rng.poisson(light)) < NOISE_RATIO
    with pytest.raises(DataError, match="dish1 is blank: it holds nothing but noise"):
        find_threshold(rng.poisson(light), name="dish1")


def test_few_dim_cells_are_a_signal():
    marker = draw_marker(bright=115, share=0.03)
    assert signal_ratio(marker) > 10


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        (np.full((64, 64), 3), "is blank: all its pixels are 3"),
        (np.full((64, 64), np.nan), "holds NaN or infinite pixels"),
    ],
)
def test_a_marker_that_cannot_be_used_is_refused(marker, said):
    with pytest.raises(DataError, match=said):
        find_threshold(marker)


@pytest.mark.parametrize("how", ["otsu", "log-otsu"])
def test_what_was_not_measured_does_not_move_the_threshold(how):
    marker = draw_marker()
    options = StainThresholdOptions(threshold=how)
    whole, framed = (find_threshold(one, options) for one in (marker, np.pad(marker, 300)))
    assert framed.value == pytest.approx(whole.value, rel=0.02)
    assert framed.positive_share == pytest.approx(whole.positive_share, abs=0.02)


@pytest.mark.parametrize("how", ["otsu", "log-otsu"])
def test_what_the_file_declares_as_empty_does_not_move_the_threshold(how):
    marker = draw_marker()
    known = np.ones(marker.shape, bool)
    known[len(marker) // 3 : len(marker) // 2, 9:-9] = False
    options = StainThresholdOptions(threshold=how)
    holed = np.where(known, marker, 20 * marker.max()).astype(marker.dtype)
    whole, found = find_threshold(marker, options), find_threshold(holed, options, known=known)
    assert found.value == pytest.approx(whole.value, rel=0.1)
    assert find_threshold(holed, options).value > 1.5 * found.value
