"""Segmenting real images: scores against corrected masks, counts where there are none."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile

from napari_seewhy.cells import SegmentOptions, average_precision, segment
from napari_seewhy.images import CellImage, read_image

pytestmark = pytest.mark.realdata


def test_nuclei_of_the_data_science_bowl_are_found_well(real_data):
    scores = []
    for path in sorted((real_data / "nuclei" / "images").glob("*.tif"))[::20]:
        image = CellImage(tifffile.imread(path)[None], "CYX", ("DNA",))
        truth = tifffile.imread(real_data / "nuclei" / "labels" / path.name).astype(np.int32)
        scores.append(average_precision(truth, segment(image).nuclei, (0.5, 0.7, 0.9)))
    at_half, at_seven_tenths, at_nine_tenths = np.mean(scores, axis=0)
    assert at_half > 0.78
    assert at_seven_tenths > 0.66
    assert at_nine_tenths > 0.33


def test_human_nuclei_and_cells_are_found(real_data):
    image = read_image(real_data / "human" / "dna_ph3_cell.ome.tif")
    found = segment(image, SegmentOptions(channel="DNA", cells="watershed", cell_channel="cell"))
    assert 280 < found.n_nuclei < 380
    assert 10 < found.diameter_px < 30
    assert found.cells.max() == found.nuclei.max()
    assert np.array_equal(found.cells[found.nuclei > 0], found.nuclei[found.nuclei > 0])
    assert (found.cells > 0).sum() > 1.5 * (found.nuclei > 0).sum()


@pytest.mark.parametrize("well", ["A01", "D06"])
def test_nuclei_of_a_well_of_the_plate_are_found(real_data, well):
    image = read_image(real_data / "translocation_plate" / f"{well}.ome.tif")
    found = segment(image, SegmentOptions(channel=image.channels[1]))
    assert 150 < found.n_nuclei < 500
    areas = np.bincount(found.nuclei.ravel())[1:]
    assert np.percentile(areas, 90) < 4 * np.median(areas)
