"""Segmenting: what a person gets from an image and options."""

from __future__ import annotations

from dataclasses import replace

import dask.array as da
import numpy as np
import pytest
import torch

from napari_seewhy.cells import SegmentOptions, average_precision, segment, segment_steps
from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.images import CellImage
from napari_seewhy.progress import finish


def as_image(plane: np.ndarray, **fields) -> CellImage:
    return CellImage(plane[None], "CYX", ("DNA",), **fields)


OTSU = SegmentOptions(method="otsu")


@pytest.fixture(autouse=True)
def one_thread():
    """The cores are shared, and small pictures gain nothing by more."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(n_threads)


@pytest.fixture(params=["nuclei", "otsu"])
def either(request) -> SegmentOptions:
    """What must hold for each of our own methods."""
    return SegmentOptions(method=request.param)


def test_the_five_discs_are_found_by_the_usual_method(tiny_image, tiny_labels):
    found = segment(tiny_image)
    assert found.n_nuclei == 5
    assert found.nuclei.dtype == np.int32
    assert average_precision(tiny_labels, found.nuclei, (0.7,)) == 1.0
    assert found.cells is None
    assert found.warnings == ()


def test_a_threshold_finds_the_five_discs_to_the_pixel(tiny_image, tiny_labels):
    found = segment(tiny_image, OTSU)
    assert found.n_nuclei == 5
    assert np.array_equal(found.nuclei > 0, tiny_labels > 0)
    assert found.confidence == ()
    assert found.device == ""


def test_nuclei_are_numbered_by_their_first_pixel(tiny_image):
    nuclei = segment(tiny_image).nuclei
    first = [int(np.flatnonzero(nuclei == number)[0]) for number in range(1, 6)]
    assert first == sorted(first)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32, np.float32, np.float64])
def test_the_type_of_the_pixels_changes_nothing(tiny_image, dtype, either):
    plane = tiny_image.pixels[0] // 2
    expected = segment(as_image(plane.astype(np.uint16)), either).nuclei
    assert np.array_equal(segment(as_image(plane.astype(dtype)), either).nuclei, expected)


def test_neither_gain_nor_offset_change_the_labels(tiny_image):
    plane = tiny_image.pixels[0].astype(float)
    expected = segment(as_image(plane), OTSU).nuclei
    assert np.array_equal(segment(as_image(plane * 1e-3 - 5), OTSU).nuclei, expected)


def test_neither_gain_nor_offset_change_what_the_network_finds(tiny_image):
    # Not to the bit: bfloat16 rounds.
    plane = tiny_image.pixels[0].astype(float)
    expected = segment(as_image(plane)).nuclei
    found = segment(as_image(plane * 1e-3 - 5)).nuclei
    assert average_precision(expected, found, (0.9,)) == 1.0


def test_the_diameter_found_is_that_of_a_usual_disc(tiny_image):
    assert segment(tiny_image).diameter_px == pytest.approx(18, abs=1.5)


def test_a_diameter_in_micrometres_uses_the_pixel_size(tiny_image):
    assert segment(tiny_image, SegmentOptions(diameter_um=9)).diameter_px == 18


def test_micrometres_without_a_pixel_size_are_refused(tiny_image):
    image = replace(tiny_image, pixel_size_um=None)
    with pytest.raises(OptionError, match="diameter_px instead"):
        segment(image, SegmentOptions(diameter_um=9))


def test_a_length_in_both_units_is_refused():
    with pytest.raises(OptionError, match="only one of the two"):
        SegmentOptions(diameter_um=9, diameter_px=18)


def test_a_channel_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(OptionError, match=r"'Actin'.*0: DNA"):
        segment(as_image(np.zeros((4, 4))), SegmentOptions(channel="Actin"))


def test_a_channel_is_found_by_its_name(tiny_image):
    assert segment(tiny_image, SegmentOptions(channel="golgi")).n_nuclei == 5


def test_a_method_that_is_not_there_is_named_with_those_that_are(tiny_image):
    with pytest.raises(OptionError, match=r"'magic'.*otsu"):
        segment(tiny_image, SegmentOptions(method="magic"))


def test_small_objects_are_dropped(tiny_image, tiny_labels):
    smallest_two = np.sort(np.bincount(tiny_labels.ravel())[1:])[:2]
    options = SegmentOptions(min_area_px=int(smallest_two[0]) + 1)
    assert segment(tiny_image, options).n_nuclei == 4


def test_objects_at_the_border_are_dropped_when_asked(tiny_image):
    cut_off = replace(tiny_image, pixels=tiny_image.pixels[:, 20:, :])
    everything = segment(cut_off)
    inner = segment(cut_off, SegmentOptions(drop_border=True))
    assert (everything.n_nuclei, inner.n_nuclei) == (5, 3)
    assert not inner.nuclei[0].any()


@pytest.mark.parametrize(
    ("plane", "sentence"),
    [
        (np.zeros((30, 40), np.uint8), "constant"),
        (np.full((30, 40), 7.5), "constant"),
        (np.full((30, 40), 255, np.uint8), "saturated"),
        (np.zeros((1, 1), np.uint16), "constant"),
        (np.random.default_rng(0).normal(100, 5, (128, 128)), "Nothing stands out"),
    ],
    ids=["zero", "constant", "saturated", "one pixel", "noise"],
)
def test_an_image_of_nothing_gives_empty_labels_and_a_sentence(plane, sentence, either):
    found = segment(as_image(plane), either.change(cells="expand"))
    assert found.nuclei.shape == plane.shape
    assert not found.nuclei.any()
    assert not found.cells.any()
    assert np.isnan(found.diameter_px)
    assert sentence in found.warnings[0]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_pixels_that_are_no_numbers_are_refused(tiny_image, bad, either):
    plane = tiny_image.pixels[0].astype(float)
    plane[3, 4] = bad
    with pytest.raises(DataError, match="NaN or infinite"):
        segment(as_image(plane), either)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"min_area_px": 10_000}, "All that was found is too small"),
        ({"min_area_px": 10_000, "drop_border": True}, "touches the edge of the image or is too"),
    ],
)
def test_where_all_is_dropped_that_is_said(tiny_image, either, changed, sentence):
    found = segment(tiny_image, either.change(**changed))
    assert found.n_nuclei == 0
    (told,) = found.warnings
    assert sentence in told


def test_warnings_of_a_series_say_once_at_which_time_points_they_hold(tiny_image, either):
    plane = tiny_image.pixels[0]
    frames = np.stack([plane, np.full_like(plane, 3), np.full_like(plane, 9)])
    series = CellImage(frames[:, None], "TCYX", ("DNA",))
    assert segment(series, either).warnings == (
        "At t = 1, 2: The image is constant (3); no object was found.",
    )
    empty = segment(CellImage(frames[1:, None], "TCYX", ("DNA",)), either)
    assert empty.warnings[0].startswith("At all 2 time points: The image is constant (3)")
    many = np.stack([plane, *np.zeros((7, *plane.shape), plane.dtype)])[:, None]
    (told,) = segment(CellImage(many, "TCYX", ("DNA",)), either).warnings
    assert told.startswith("At t = 1, 2, 3, 4, 5 and 2 more: ")


def test_every_time_point_is_segmented_by_itself(tiny_image, either):
    plane = tiny_image.pixels[0]
    half = plane.copy()
    half[:, 50:] = 10
    found = segment(CellImage(np.stack([plane, half])[:, None], "TCYX", ("DNA",)), either)
    assert found.nuclei.shape == (2, *plane.shape)
    assert found.nuclei.max(axis=(1, 2)).tolist() == [5, 2]
    assert found.n_nuclei == 7
    assert len(found.thresholds) == 2


def test_a_stack_is_flattened_as_asked(tiny_image):
    plane = tiny_image.pixels[0]
    image = CellImage(np.stack([np.full_like(plane, 10), plane])[None], "CZYX", ("DNA",))
    assert segment(image).n_nuclei == 5
    assert segment(image, SegmentOptions(z_plane=1)).n_nuclei == 5
    assert segment(image, SegmentOptions(z_plane=0)).n_nuclei == 0
    with pytest.raises(OptionError, match="no plane 2"):
        segment(image, SegmentOptions(z_plane=2))


def test_lazy_pixels_give_the_same_labels(tiny_image, either):
    lazy = replace(tiny_image, pixels=da.from_array(tiny_image.pixels, chunks=(1, 40, 40)))
    assert np.array_equal(segment(lazy, either).nuclei, segment(tiny_image, either).nuclei)


def test_cells_grown_by_a_distance_keep_the_numbers_of_their_nuclei(tiny_image):
    found = segment(tiny_image, SegmentOptions(cells="expand", cell_distance_um=1.5))
    assert np.array_equal(found.cells[found.nuclei > 0], found.nuclei[found.nuclei > 0])
    reach = np.argwhere(found.cells == 1).min(axis=0) - np.argwhere(found.nuclei == 1).min(axis=0)
    assert reach.tolist() == [-3, -3]


def test_cells_grown_in_a_channel_fill_it_and_go_to_the_nearest_nucleus(tiny_image):
    x = np.indices(tiny_image.shape_yx)[1]
    wide = np.where(x < 75, 100, 5)
    image = replace(tiny_image, pixels=np.stack([tiny_image.pixels[0], wide]))
    options = SegmentOptions(cells="watershed", cell_channel="Golgi", smoothing_px=0)
    found = segment(image, options)
    assert np.array_equal(found.cells > 0, (x < 75) | (found.nuclei > 0))
    assert np.array_equal(found.cells[found.nuclei > 0], found.nuclei[found.nuclei > 0])
    at_nuclei = found.nuclei[[20, 20, 60, 64], [20, 60, 22, 64]]
    at_corners = found.cells[[0, 0, 87, 87], [0, 74, 0, 74]]
    assert at_corners.tolist() == at_nuclei.tolist()


def test_a_distance_keeps_cells_grown_in_a_channel_near_their_nuclei(tiny_image):
    image = replace(tiny_image, pixels=np.stack([tiny_image.pixels[0]] * 2))
    image.pixels[1, :, :100] = 99
    options = SegmentOptions(cells="watershed", cell_channel="Golgi", cell_distance_px=2)
    expanded = segment(image, SegmentOptions(cells="expand", cell_distance_px=2))
    flooded = segment(image, options)
    assert ((flooded.cells > 0) <= (expanded.cells > 0)).all()
    assert (flooded.cells > 0).sum() > (flooded.nuclei > 0).sum()


def test_a_cell_channel_that_adds_nothing_is_said(tiny_image):
    image = replace(tiny_image, pixels=tiny_image.pixels.copy())
    image.pixels[1] = 3
    found = segment(image, SegmentOptions(cells="watershed", cell_channel="Golgi"))
    assert np.array_equal(found.cells, found.nuclei)
    assert "no larger" in found.warnings[0]


def test_watershed_cells_need_a_channel():
    with pytest.raises(OptionError, match="cell_channel is empty"):
        SegmentOptions(cells="watershed")


def test_a_wrong_cell_channel_is_refused_before_any_work(tiny_image):
    options = SegmentOptions(cells="watershed", cell_channel="Actin")
    with pytest.raises(OptionError, match="Actin"):
        next(segment_steps(tiny_image, options))


def test_steps_count_up_to_their_total_and_can_be_stopped(tiny_image):
    steps = []
    finish(segment_steps(tiny_image, SegmentOptions(cells="expand")), steps.append)
    assert all(0 <= step.done <= step.total for step in steps)
    assert steps[-1].message == "Growing cells"
    task = segment_steps(tiny_image)
    next(task)
    task.close()
    with pytest.raises(StopIteration):
        next(task)


def test_the_given_image_is_left_as_it_was(tiny_image):
    before = tiny_image.pixels.copy()
    segment(tiny_image, SegmentOptions(cells="watershed", cell_channel="Golgi"))
    assert np.array_equal(tiny_image.pixels, before)


def test_nothing_is_found_where_nothing_was_measured_and_the_share_is_told(tiny_image):
    noise = np.random.default_rng(0).normal(0, 2, (2, 88, 112))
    pixels = (tiny_image.pixels + noise + 100).astype(np.uint16)
    whole = segment(replace(tiny_image, pixels=pixels), SegmentOptions(method="otsu"))
    padded = np.pad(pixels, ((0, 0), (0, 120), (0, 150)))
    found = segment(replace(tiny_image, pixels=padded), SegmentOptions(method="otsu"))
    np.testing.assert_array_equal(found.nuclei[:84, :108], whole.nuclei[:84, :108])
    assert found.nuclei.max() == 5
    assert any("of the image is one value up to its border" in said for said in found.warnings)


def test_nothing_is_found_in_what_the_file_declares_as_empty(tiny_image, tiny_labels):
    y, x = np.nonzero(tiny_labels == 3)
    measured = np.ones(tiny_labels.shape, bool)
    measured[y.min() : y.max() + 1, x.min() : x.max() + 1] = False
    image = replace(tiny_image, measured=measured)
    found = segment(image, SegmentOptions(method="otsu"))
    assert found.nuclei.max() == 4
    assert not found.nuclei[~measured].any()
    assert any("a mask or its file declares so" in said for said in found.warnings)
