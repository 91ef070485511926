"""Stretches of bases that are worth most, as intervals for other widgets."""

from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.genome import Interval
from napari_seewhy.sequence.explaining import Worth, list_peaks_of_worth

PLACE = Interval("chr1", 1000, 1200)


def worth_of(values):
    codes = np.zeros(len(values), np.uint8)
    return Worth(PLACE, codes, ("one",), 9000, None, np.array(values, np.float32)[None])


def test_stretches_of_bases_that_are_worth_much_are_peaks_whatever_their_sign():
    values = np.zeros(200)
    values[40:61], values[120:141], values[180:183] = 1, -1, 1
    peaks = list_peaks_of_worth(worth_of(values), 0)
    # Windows of 21 bases with at least half of them reach ten bases to each side.
    assert peaks.intervals == (Interval("chr1", 1030, 1071), Interval("chr1", 1110, 1151))
    assert peaks.ids == ("chr1:1031-1071", "chr1:1111-1151")
    assert peaks.genes[0].score == pytest.approx(21 / 41)


def test_a_short_stretch_is_one_peak_and_nothing_is_none():
    assert list_peaks_of_worth(worth_of([0, 1, 0]), 0).intervals == (Interval("chr1", 1000, 1003),)
    with pytest.raises(DataError, match=r"No base of chr1:1,001-1,200 is worth anything to one"):
        list_peaks_of_worth(worth_of(np.zeros(200)), 0)
