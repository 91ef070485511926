"""Sifting: what is kept of the objects that were found, and in what order."""

import numpy as np
import pytest

from napari_seewhy.cells.segmenting.image import sift_objects, usual_diameter
from napari_seewhy.images import scratch


@pytest.fixture
def labels() -> np.ndarray:
    """A speck (9), a square (4) that begins lower and further left than another one (7)."""
    drawn = np.zeros((20, 30), np.int32)
    drawn[10, 28] = 9
    drawn[5:11, 3:9] = 4
    drawn[4:10, 15:21] = 7
    return drawn


def test_what_stays_is_numbered_by_its_first_pixel(labels):
    sifted = sift_objects(labels, None, 1)
    assert sifted.areas.tolist() == [36, 36, 1]
    assert sifted.former.tolist() == [7, 4, 9]
    assert [labels[4, 15], labels[5, 3], labels[10, 28]] == [1, 2, 3]


def test_specks_are_dropped_by_the_size_of_the_usual_object(labels):
    assert sift_objects(labels, None, None).areas.tolist() == [36, 36]
    assert labels[10, 28] == 0


def test_a_given_diameter_says_what_a_speck_is(labels):
    assert sift_objects(labels, 40, None).areas.tolist() == []
    assert not labels.any()


def test_objects_at_the_border_are_dropped(labels):
    labels[0:6, 23:29] = 12
    assert len(sift_objects(labels.copy(), None, 1).areas) == 4
    assert len(sift_objects(labels, None, 1, drop_border=True).areas) == 3
    assert not labels[0].any()


def test_strips_change_nothing(labels, monkeypatch):
    expected = labels.copy()
    areas = sift_objects(expected, None, 1).areas
    monkeypatch.setattr(scratch, "_STRIP_PX", 60)
    assert np.array_equal(sift_objects(labels, None, 1).areas, areas)
    assert np.array_equal(labels, expected)


def test_nothing_stays_nothing():
    labels = np.zeros((4, 5), np.int32)
    assert len(sift_objects(labels, None, None).areas) == 0


def test_many_specks_do_not_make_a_usual_object_small():
    areas = np.array([2] * 50 + [314] * 3)
    assert usual_diameter(areas) == pytest.approx(20, abs=0.1)
    assert usual_diameter(np.array([], np.int64)) == 0
