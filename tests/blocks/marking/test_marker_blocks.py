"""What the real marker says of blocks."""

from __future__ import annotations

import numpy as np

from napari_seewhy.blocks.marking.marker_blocks import find_marker_blocks
from napari_seewhy.staining.grid import BlockGrid


def test_every_frame_of_a_series_has_an_efficiency_of_its_own() -> None:
    marker = np.zeros((3, 16, 16))
    marker[1, :8] = 7
    marker[2] = 7
    found = find_marker_blocks(marker, 5, BlockGrid(4, 4), 0.25)
    assert found.area.shape == found.called.shape == (3, 4, 4)
    assert [one.value for one in found.efficiencies] == [0, 0.5, 1]


def test_blocks_where_the_marker_is_not_known_count_neither_way() -> None:
    marker = np.ones((8, 8))
    known = np.ones((8, 8), bool)
    known[0, 0] = False
    found = find_marker_blocks(marker, 0, BlockGrid(4, 4), 0.5, known)
    assert np.isnan(found.called[0, 0])
    assert found.efficiencies[0].n_blocks == 3
