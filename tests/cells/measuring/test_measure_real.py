"""Measuring real cells gives what is known of them."""

from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.cells import SegmentOptions, segment
from napari_seewhy.cells.measuring.measure import MeasureOptions, measure_cells
from napari_seewhy.images import read_image


def measure_ratio(path) -> float:
    """Return the reporter's brightness in the nucleus over that in the ring, median of cells."""
    image = read_image(path)
    found = segment(image, SegmentOptions(channel="DNA", cells="expand", cell_distance_px=10))
    options = MeasureOptions(ring_width_px=5)
    cells = measure_cells(image, found.nuclei, options, cell_labels=found.cells)
    return float(np.median(cells["mean_reporter"] / cells["mean_reporter_ring"]))


@pytest.mark.realdata
def test_the_reporter_is_in_the_nucleus_at_the_highest_dose_and_not_without(real_data):
    plate = real_data / "translocation_plate"
    untreated = [measure_ratio(plate / f"{well}.ome.tif") for well in ("A01", "C02", "E12")]
    treated = [measure_ratio(plate / f"{well}.ome.tif") for well in ("A12", "C12", "E01")]
    assert max(untreated) < 1
    assert min(treated) > 3
