"""Segmenting: what a person gets from an image and options."""

import numpy as np
import pytest

from napari_seewhy.cells import SegmentOptions, segment, segment_steps
from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.images import CellImage


def test_the_five_discs_are_found_and_numbered_from_the_top_left(tiny_image, tiny_labels):
    found = segment(tiny_image)
    assert found.n_nuclei == 5
    assert found.nuclei.dtype == np.int32
    first = [np.flatnonzero(found.nuclei == i)[0] for i in range(1, 6)]
    assert first == sorted(first)
    overlap = ((found.nuclei > 0) & (tiny_labels > 0)).sum()
    assert overlap / ((found.nuclei > 0) | (tiny_labels > 0)).sum() > 0.8
