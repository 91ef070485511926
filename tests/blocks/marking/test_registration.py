from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from napari_seewhy.blocks.marking.measured_field import measure_fields
from napari_seewhy.blocks.marking.options import StainThresholdOptions
from napari_seewhy.blocks.marking.registration import (
    Shift,
    estimate_shift,
    find_shift_steps,
    shift_marker,
)
from napari_seewhy.blocks.pairing.options import StainPairOptions
from napari_seewhy.blocks.pairing.pairs import OpenPair, find_pairs
from napari_seewhy.blocks.pairing.places import Place
from napari_seewhy.errors import DataError
from napari_seewhy.images import CellImage
from napari_seewhy.progress import finish

THRESHOLDING = StainThresholdOptions(threshold=0.5)


def draw_pair(shift=(0, 0)) -> tuple[np.ndarray, np.ndarray]:
    """Cells whose insides are grainy in phase contrast and bright in the marker."""
    rng = np.random.default_rng(0)
    cells = gaussian_filter(rng.normal(size=(256, 300)), 6) > 0.03
    phase = cells * rng.normal(0, 1, cells.shape) + rng.normal(0, 0.3, cells.shape)
    marker = gaussian_filter(cells.astype(float), 1.5) + rng.normal(0, 0.05, cells.shape)
    return phase, np.roll(marker, shift, (0, 1))


@pytest.mark.parametrize("shift", [(0, 0), (12, -7), (-40, 31)])
def test_the_shift_of_the_marker_is_found(shift):
    found = estimate_shift(*draw_pair(shift))
    assert (found.dy, found.dx) == pytest.approx((-shift[0], -shift[1]), abs=1)
    assert found.is_certain


def draw_frame(shape: tuple[int, int], empty: str) -> np.ndarray:
    """Where nothing was measured."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    if empty == "missing tiles":
        return (x >= 320) | ((y < 160) & (x < 160))
    if empty == "turned":
        return abs(y - shape[0] / 2) + abs(x - shape[1] / 2) > 0.52 * sum(shape) / 2
    return y < 120


@pytest.mark.parametrize("empty", ["missing tiles", "turned", "a strip of the marker"])
def test_the_outline_of_what_was_not_measured_is_no_edge(empty):
    rng = np.random.default_rng(1)
    cells = rng.random((30, 30)).repeat(16, 0).repeat(16, 1)
    phase = (1000 + cells * 60 + rng.normal(0, 6, cells.shape)).astype(np.uint16)
    marker = np.roll(220 - cells * 20 + rng.normal(0, 3, cells.shape), (12, -20), (0, 1))
    marker = marker.astype(np.uint16)
    nothing = draw_frame(cells.shape, empty)
    marker[nothing] = 0
    if empty != "a strip of the marker":
        phase[nothing] = 0
    found = estimate_shift(phase, marker)
    assert (found.dy, found.dx) == (-12, 20)
    assert found.certainty > 0.8


def test_a_field_of_which_hardly_anything_was_measured_leaves_it_open():
    phase, marker = (np.round(1000 + 100 * one).astype(np.uint16) for one in draw_pair((4, 4)))
    for one in (phase, marker):
        one[:, 40:] = 0
    assert not estimate_shift(phase, marker).is_certain


def test_images_that_have_nothing_in_common_leave_it_open():
    phase, marker = draw_pair()
    found = estimate_shift(phase, marker[::-1, ::-1])
    assert not found.is_certain
    assert "cannot be told" in found.describe()


def test_a_small_field_leaves_it_open():
    phase, marker = draw_pair()
    assert not estimate_shift(phase[:64, :64], marker[:64, :64]).is_certain


@pytest.mark.parametrize(("frame", "dy"), [(0, 0), (1, -12), (9, -12)])
def test_the_shift_of_a_frame_of_a_pair_is_found(frame, dy):
    frames = np.stack([draw_pair((0, 0)), draw_pair((12, 0))])
    image = CellImage(frames, "TCYX", ("phase", "GFP"))
    pair = OpenPair("dish1", image, image, Place("", ""))
    options = StainPairOptions(phase_channel="phase", marker_channel="GFP")
    found = finish(find_shift_steps(pair, options, frame))
    assert found.is_certain
    assert found.dy == pytest.approx(dy, abs=1)


def test_the_marker_is_moved_without_wrapping_around():
    marker = np.arange(12).reshape(3, 4)
    moved, known = shift_marker(marker, Shift(1, -2, 1.0))
    assert moved.tolist() == [[0, 0, 0, 0], [2, 3, 0, 0], [6, 7, 0, 0]]
    assert np.array_equal(
        known, [[False] * 4, [True, True, False, False]] * 1 + [[True, True, False, False]]
    )


def measure(registration: str, shift=(20, -16)):
    phase, marker = draw_pair(shift)
    image = CellImage(np.stack([phase, marker]), "CYX", ("phase", "GFP"))
    pair = OpenPair("dish1", image, image, Place("", ""))
    options = StainPairOptions(marker_channel="GFP", registration=registration)
    (measured,) = measure_fields(pair.read(options), options, THRESHOLDING)
    return measured


def test_a_shifted_pair_is_refused_with_the_shift():
    with pytest.raises(DataError, match=r"dish1: The marker lies 20 px below and -16 px to the"):
        measure("check")


def test_a_shifted_pair_is_corrected_and_the_rim_is_unknown():
    measured, true = measure("correct"), measure("check", (0, 0))
    inside = measured.field.known
    assert inside.sum() == pytest.approx((256 - 20) * (300 - 16), rel=0.02)
    agree = measured.field.positive[inside] == true.field.positive[inside]
    assert agree.mean() > 0.97


def test_a_shift_that_is_ignored_is_not_looked_for():
    assert measure("ignore").shift is None


@pytest.mark.realdata
def test_the_shift_of_real_images_is_found(real_data):
    options = StainPairOptions(
        phase=str(real_data / "neurons" / "phase*.tif"),
        marker=str(real_data / "neurons" / "dapi*.tif"),
        marker_channel="MAP2",
        planes="6",
    )
    (pair,) = find_pairs(options).pairs
    images = pair.read(options)
    phase, marker = images.phase.pixels, images.marker.pixels[0]
    still = estimate_shift(phase, marker)
    moved = estimate_shift(phase, np.roll(marker, (30, -50), (0, 1)))
    assert still.is_certain
    assert moved.is_certain
    assert still.length_px < 5
    assert (moved.dy, moved.dx) == pytest.approx((-30, 50), abs=4)
