"""Labels: checked where they come in, numbered without gaps where they go out."""

import numpy as np
import pytest

from napari_seewhy.cells import check_labels, make_sequential
from napari_seewhy.errors import DataError
from napari_seewhy.images import CellImage


def test_labels_of_another_shape_are_refused(tiny_image, tiny_labels):
    with pytest.raises(DataError, match=r"\(88, 100\).*\(88, 112\)"):
        check_labels(tiny_labels[:, :100], tiny_image)


@pytest.mark.parametrize("bad", [np.zeros((4, 5)), np.zeros((4, 5), bool), np.full((4, 5), -1)])
def test_labels_that_are_no_numbers_of_objects_are_refused(bad):
    with pytest.raises(DataError, match="wanted"):
        check_labels(bad, (4, 5))


def test_labels_beyond_int32_are_refused():
    with pytest.raises(DataError, match="up to 2147483647"):
        check_labels(np.full((2, 2), 2**31), (2, 2))


def test_int32_labels_are_not_copied(tiny_image, tiny_labels):
    assert check_labels(tiny_labels, tiny_image) is tiny_labels


def test_a_time_series_wants_labels_for_every_time_point(tiny_labels):
    image = CellImage(np.zeros((2, 1, 88, 112), np.uint8), "TCYX", ("DNA",))
    assert check_labels(np.stack([tiny_labels] * 2), image).shape == (2, 88, 112)
    with pytest.raises(DataError, match=r"\(2, 88, 112\)"):
        check_labels(tiny_labels, image)


def test_an_axis_of_one_time_point_comes_and_goes(tiny_image, tiny_labels):
    single = CellImage(tiny_image.pixels[None], "TCYX", tiny_image.channels)
    assert check_labels(tiny_labels, single).shape == (1, 88, 112)
    assert check_labels(tiny_labels[None], tiny_image).shape == (88, 112)


def test_gaps_are_closed_in_the_old_order():
    assert make_sequential(np.array([[9, 0], [4, 9]])).tolist() == [[2, 0], [1, 2]]


def test_numbers_far_apart_are_closed_too():
    assert make_sequential(np.array([[10**9, 7], [10**9, 7]])).tolist() == [[2, 1], [2, 1]]
    assert make_sequential(np.array([[10**9, 0]])).tolist() == [[1, 0]]


def test_sequential_labels_are_not_copied(tiny_labels):
    assert make_sequential(tiny_labels) is tiny_labels


def test_frames_are_numbered_by_themselves():
    series = np.array([[[5, 0]], [[3, 9]]])
    assert make_sequential(series).tolist() == [[[1, 0]], [[1, 2]]]


def test_empty_labels_stay_empty():
    assert not make_sequential(np.zeros((3, 3), np.uint8)).any()
