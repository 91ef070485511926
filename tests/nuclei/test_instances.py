"""From maps to nuclei: where the votes agree."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from napari_seewhy.nuclei.instances import STEP, assign_pixels, find_centres
from napari_seewhy.nuclei.maps import NOMINAL_PX, Maps

USUAL_PX = 24.0


def draw_maps(
    nuclei: list[tuple[float, float, float]], shape: tuple[int, int] = (96, 160), split: float = 0.0
) -> Maps:
    """Maps of discs (centre y, centre x, diameter) whose halves vote `split` px beside the centre.

    The left half of each votes to the left of its centre and the right half to the right of it.
    """
    y, x = np.indices(shape).astype(np.float32)
    inside = np.full(shape, -9.0, np.float32)
    way_y, way_x, size = (np.zeros(shape, np.float32) for _ in range(3))
    for center_y, center_x, diameter in nuclei:
        is_in = (y - center_y) ** 2 + (x - center_x) ** 2 <= (diameter / 2) ** 2
        beside = np.where(x < center_x, -split, split)
        inside[is_in] = 9.0
        way_y[is_in] = (center_y - y)[is_in] / NOMINAL_PX
        way_x[is_in] = (center_x + beside - x)[is_in] / NOMINAL_PX
        size[is_in] = np.log2(diameter / NOMINAL_PX)
    nothing = torch.zeros((1, *shape))
    drawn = (torch.from_numpy(one)[None] for one in (inside, way_y, way_x, size))
    logit, to_y, to_x, told = drawn
    return Maps(logit, nothing, nothing, to_y, to_x, told)


def test_every_nucleus_has_a_centre_and_all_of_its_pixels():
    nuclei = [(30.0, 30.0, 24.0), (30.0, 54.0, 20.0), (50.0, 100.0, 30.0)]
    maps = draw_maps(nuclei)
    centres = find_centres(maps, USUAL_PX)
    found = sorted(zip((centres.y * STEP).tolist(), (centres.x * STEP).tolist(), strict=True))
    assert np.abs(np.array(found) - sorted((y, x) for y, x, _ in nuclei)).max() <= STEP
    numbers = assign_pixels(maps, centres, (96, 160)).numbers
    np.testing.assert_array_equal(numbers > 0, maps.inside[0].numpy() > 0)
    assert len(np.unique(numbers)) == 4


@pytest.mark.parametrize(("diameter", "n"), [(24.0, 2), (60.0, 1)])
def test_how_far_centres_are_apart_depends_on_the_size_of_the_nucleus(diameter, n):
    """Votes 14 px apart are two nuclei of usual size, but one of a nucleus that is much larger."""
    maps = draw_maps([(48.0, 48.0, diameter)], split=7.0)
    assert len(find_centres(maps, USUAL_PX).y) == n


def test_a_large_nucleus_keeps_pixels_that_vote_far_beside_its_centre():
    maps = draw_maps([(48.0, 48.0, 60.0), (48.0, 120.0, 24.0)])
    stray = maps.offset_x.clone()
    stray[0, :, 60:80] += 14 / NOMINAL_PX
    maps = maps._replace(offset_x=stray)
    numbers = assign_pixels(maps, find_centres(maps, USUAL_PX), (96, 160)).numbers
    assert numbers[48, 70] == numbers[48, 48] != 0


def test_where_nothing_is_inside_there_is_no_centre():
    maps = draw_maps([])
    centres = find_centres(maps, USUAL_PX)
    assert centres.y.shape == centres.x.shape == (0,)
    assert not assign_pixels(maps, centres, (96, 160)).numbers.any()
