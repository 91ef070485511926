"""What is measured in the drawn sample fields is what they were drawn with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.cells.measuring.measure import MeasureOptions, measure_cells
from napari_seewhy.images import read_image, read_labels

SAMPLES = Path(__file__).parents[3] / "sample_data"


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    """Interphase cells of the typical field that lie in it as a whole, with the truth."""
    truth = SAMPLES / "truth"
    measured = measure_cells(
        read_image(SAMPLES / "field_typical.ome.tif"),
        read_labels(truth / "field_typical_labels.ome.tif").labels,
        MeasureOptions(spot_channels=("Golgi",)),
        cell_labels=read_labels(truth / "field_typical_cell_labels.ome.tif").labels,
    )
    drawn = pd.read_csv(truth / "field_typical_cells.csv").add_prefix("true_")
    both = measured.merge(drawn, left_on="label", right_on="true_label")
    return both[~both["true_touches_border"] & (both["true_phase"] != "M")]


def test_nuclei_have_the_area_that_they_were_drawn_with(cells):
    np.testing.assert_allclose(cells["area_um2"], cells["true_area_um2"], rtol=0.1)


def test_the_area_of_the_golgi_is_found_without_knowing_it(cells):
    areas = cells[["spot_area_um2_Golgi", "true_golgi_area_um2"]]
    assert areas.corr(method="spearman").iloc[0, 1] > 0.9
    measured, drawn = areas.sum()
    assert measured == pytest.approx(drawn, rel=0.15)


def test_a_golgi_in_more_pieces_has_more_spots_and_is_less_compact(cells):
    pieces = cells["true_golgi_fragments"]
    assert pieces.corr(cells["spots_Golgi"], method="spearman") > 0.6
    assert pieces.corr(cells["spot_compactness_Golgi"], method="spearman") < -0.4


def test_twice_the_dna_shines_about_twice_as_bright(cells):
    by_content = cells.groupby("true_dna_content")["integrated_DNA"].median()
    assert by_content[4] / by_content[2] == pytest.approx(2, abs=0.25)
