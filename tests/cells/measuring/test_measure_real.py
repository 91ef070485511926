"""Measuring real cells gives what is known of them."""

from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.cells import SegmentOptions, segment
from napari_seewhy.cells.measuring.measure import MeasureOptions, measure_cells
from napari_seewhy.images import read_image


def measure_ratio(path, precision) -> float:
    """Return the reporter's brightness in the nucleus over that in the ring, median of cells."""
    image = read_image(path)
    wanted = SegmentOptions(channel="DNA", cells="expand", cell_distance_px=10, precision=precision)
    found = segment(image, wanted)
    options = MeasureOptions(ring_width_px=5)
    cells = measure_cells(image, found.nuclei, options, cell_labels=found.cells)
    # A nucleus that others or the border enclose has no ring, and pandas passes over it.
    ratio = cells["mean_reporter"] / cells["mean_reporter_ring"]
    assert ratio.notna().mean() > 0.99
    return float(ratio.median())


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("precision", "without", "highest"),
    # A processor without instructions for bfloat16 takes ten times as long for it.
    [("auto", ("A01", "C02", "E12"), ("A12", "C12", "E01")), ("bf16", ("A01",), ("A12",))],
)
def test_the_reporter_is_in_the_nucleus_at_the_highest_dose_and_not_without(
    real_data, precision, without, highest
):
    plate = real_data / "translocation_plate"
    ratio = {
        well: measure_ratio(plate / f"{well}.ome.tif", precision) for well in (*without, *highest)
    }
    assert max(ratio[well] for well in without) < 1
    assert min(ratio[well] for well in highest) > 3


@pytest.mark.realdata
def test_the_number_of_nuclei_does_not_depend_on_the_processor(real_data):
    """With the precision left open it is that of float32, which every processor has."""
    image = read_image(real_data / "translocation_plate" / "A01.ome.tif")
    found = [
        segment(image, SegmentOptions(channel="DNA", precision=precision)).nuclei
        for precision in ("auto", "fp32")
    ]
    np.testing.assert_array_equal(*found)
