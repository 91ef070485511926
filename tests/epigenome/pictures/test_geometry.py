from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.epigenome.pictures.geometry import PictureGeometry
from napari_seewhy.errors import OptionError
from napari_seewhy.genome.genes import GenePlace

PANELS = {
    "width_px": 130,
    "height_px": 60,
    "left": 20,
    "right": 120,
    "chromatin": (5, 25),
    "methylation": (30, 50),
}
FORWARD = GenePlace("chr1", 1000, 2000, "+", 1500)
BACKWARD = GenePlace("chr1", 1000, 2000, "-", 1499, is_mirrored=True)


@pytest.mark.parametrize("place", [FORWARD, BACKWARD], ids=["forward", "mirrored"])
def test_every_base_is_found_again_under_its_own_x(place):
    geometry = PictureGeometry(**PANELS)
    bases = np.arange(1000, 2000)

    x = geometry.bp_to_x(place, bases)

    assert (geometry.x_to_bp(place, x) == bases).all()
    assert x.min() > geometry.left - 0.5
    assert x.max() < geometry.right - 0.5


@pytest.mark.parametrize("place", [FORWARD, BACKWARD], ids=["forward", "mirrored"])
def test_the_start_of_a_gene_is_the_first_base_right_of_the_middle_on_both_strands(place):
    x = PictureGeometry(**PANELS).bp_to_x(place, place.tss)

    assert np.floor(x + 0.5) == 70


def test_columns_of_a_mirrored_picture_are_counted_from_the_end_of_the_window():
    geometry = PictureGeometry(**PANELS)

    assert geometry.columns_to_interval(FORWARD, 20, 30) == (1000, 1100)
    assert geometry.columns_to_interval(BACKWARD, 20, 30) == (1900, 2000)
    assert geometry.columns_to_interval(BACKWARD, 20, 120) == (1000, 2000)


@pytest.mark.parametrize(
    "changed",
    [
        {"chromatin": (5, 5)},
        {"chromatin": (30, 50), "methylation": (5, 25)},
        {"methylation": (20, 50)},
        {"methylation": (30, 61)},
        {"left": 120},
        {"right": 131},
    ],
)
def test_panels_that_cannot_be_are_refused(changed):
    with pytest.raises(OptionError, match="the panels take"):
        PictureGeometry(**(PANELS | changed))
