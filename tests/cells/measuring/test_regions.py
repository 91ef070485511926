"""Rings lie where they should, and every object is whole in one strip."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage as ndi

from napari_seewhy.cells.measuring import regions
from napari_seewhy.cells.measuring.regions import cut_strips, draw_rings


@pytest.fixture
def touching() -> np.ndarray:
    labels = np.zeros((40, 60), np.int32)
    labels[15:25, 10:20] = 4
    labels[15:25, 24:34] = 9
    return labels


def test_a_ring_is_as_wide_as_asked(touching):
    alone = np.where(touching == 4, touching, 0)
    distance = ndi.distance_transform_edt(alone == 0)
    ring = draw_rings(alone, None, 3)
    np.testing.assert_array_equal(ring == 4, (distance > 0) & (distance <= 3))


def test_a_ring_is_in_no_nucleus_and_shares_the_gap_with_its_neighbour(touching):
    rings = draw_rings(touching, None, 8)
    assert not rings[touching > 0].any()
    assert rings[20, 20:24].tolist() == [4, 4, 9, 9]


def test_a_ring_stays_in_its_own_cell(touching):
    cells = np.zeros_like(touching)
    cells[12:28, 8:23] = 4
    cells[12:28, 23:40] = 9
    rings = draw_rings(touching, cells, 6)
    assert (rings > 0).any()
    np.testing.assert_array_equal(cells[rings > 0], rings[rings > 0])
    # This pixel is nearer to nucleus 9 but in cell 4, so it is in neither ring.
    assert rings[20, 22] == 0


def test_rings_of_some_rows_are_those_of_the_whole_image(touching):
    whole = draw_rings(touching, None, 5)
    for top in range(0, 40, 7):
        rows = slice(top, min(40, top + 7))
        np.testing.assert_array_equal(draw_rings(touching, None, 5, rows), whole[rows])


def test_every_object_is_whole_in_exactly_one_strip(monkeypatch):
    monkeypatch.setattr(regions, "STRIP_PIXELS", 10 * 50)
    rng = np.random.default_rng(0)
    labels = np.zeros((95, 50), np.int32)
    for number in range(1, 40):
        y, x = rng.integers(0, 85), rng.integers(0, 40)
        labels[y : y + rng.integers(1, 15), x : x + rng.integers(1, 9)] = number * 3

    strips = cut_strips(labels)

    assert len(strips) > 3
    numbers = np.concatenate([strip.numbers for strip in strips])
    np.testing.assert_array_equal(np.sort(numbers), np.unique(labels)[1:])
    for strip in strips:
        for number in strip.numbers:
            rows = np.flatnonzero((labels == number).any(axis=1))
            assert strip.rows.start <= rows[0] <= rows[-1] < strip.rows.stop


def test_a_strip_holds_the_whole_cell_of_a_small_nucleus(monkeypatch):
    monkeypatch.setattr(regions, "STRIP_PIXELS", 10 * 20)
    labels = np.zeros((60, 20), np.int32)
    labels[25, 10] = 1
    cells = np.zeros_like(labels)
    cells[3:50, 5:15] = 1
    (strip,) = cut_strips(labels, cells, margin_px=2)
    assert strip.rows == slice(1, 52)
