"""How well found objects agree with the true ones."""

import numpy as np
import pytest

from napari_seewhy.cells import average_precision
from napari_seewhy.errors import DataError


def test_labels_agree_with_themselves_whatever_their_numbers(tiny_labels):
    renumbered = np.where(tiny_labels > 0, 100 - tiny_labels, 0)
    assert average_precision(tiny_labels, renumbered, (0.5, 1.0)).tolist() == [1, 1]


def test_a_missed_and_an_invented_object_both_count(tiny_labels):
    found = np.where(tiny_labels == 1, 0, tiny_labels)
    found[80:84, 2:6] = 9
    assert average_precision(tiny_labels, found) == 4 / 6


def test_an_object_in_halves_is_matched_once_at_one_half():
    truth = np.array([[1, 1, 1, 1]])
    halves = np.array([[1, 1, 2, 2]])
    assert average_precision(truth, halves, (0.5,)) == 1 / 2
    assert average_precision(halves, truth, (0.5,)) == 1 / 2


def test_the_bound_itself_is_enough():
    truth, found = np.array([[1, 1, 1, 1, 1]]), np.array([[1, 1, 1, 1, 0]])
    assert average_precision(truth, found, (0.8, 0.81)).tolist() == [1, 0]


def test_no_object_among_none_is_perfect():
    nothing = np.zeros((3, 3), int)
    assert average_precision(nothing, nothing) == 1
    assert average_precision(nothing, nothing + 1) == 0
    assert average_precision(nothing + 1, nothing) == 0


def test_labels_without_background_are_matched():
    labels = np.array([[1, 2], [1, 2]])
    assert average_precision(labels, labels) == 1


def test_labels_of_unlike_shape_are_refused():
    with pytest.raises(DataError, match="same image"):
        average_precision(np.zeros((2, 2), int), np.zeros((2, 3), int))
