"""At which zoom a picture is shown to the network, and how its size is found out."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from napari_seewhy.nuclei.diameter import estimate_diameter
from napari_seewhy.nuclei.maps import NOMINAL_PX, Maps
from napari_seewhy.nuclei.plane import UNIT, Plane
from napari_seewhy.nuclei.scale import LARGEST_ZOOM, SHOWN_PX, choose_zoom, resize


class KnowingEye:
    """Sees nuclei of one diameter everywhere, but for those far from what it is used to."""

    def __init__(self, diameter_px: float, seen: tuple[float, float] = (2.0, 100.0)) -> None:
        self._diameter_px = diameter_px
        self._seen = seen
        self.zooms: list[float] = []

    def look(self, scaled: np.ndarray, shape: tuple[int, int]) -> Maps:
        zoom = shape[0] / scaled.shape[1]
        self.zooms.append(zoom)
        self.n_windows = len(scaled)
        shown = self._diameter_px * zoom
        # It takes what is much smaller or larger for less so, as a network does.
        said = float(np.clip(shown, NOMINAL_PX / 3, 2 * NOMINAL_PX))
        is_seen = self._seen[0] < shown < self._seen[1]
        inside = torch.full((len(scaled), *shape), 5.0 if is_seen else -5.0)
        nothing = torch.zeros_like(inside)
        size = torch.full_like(inside, float(np.log2(said / NOMINAL_PX)))
        return Maps(inside, nothing, nothing, nothing, nothing, size)


def plane() -> Plane:
    return Plane(np.zeros((800, 900), np.uint8), (0.0, 1.0))


@pytest.mark.parametrize("diameter_px", [4.0, 9.0, 17.0, 30.0, 90.0, 200.0])
def test_the_diameter_is_followed_to_where_the_network_knows_it(diameter_px):
    eye = KnowingEye(diameter_px, seen=(2.0, 500.0))
    assert estimate_diameter(plane(), eye) == pytest.approx(diameter_px, rel=0.05)


def test_nuclei_of_the_usual_size_are_looked_at_once():
    eye = KnowingEye(20.0)
    assert estimate_diameter(plane(), eye) == pytest.approx(20.0)
    assert eye.zooms == [1.0]
    assert eye.n_windows == 4  # in the middle of the quarters


def test_where_nothing_is_seen_at_first_other_zooms_are_tried():
    assert estimate_diameter(plane(), KnowingEye(150.0)) == pytest.approx(150, rel=0.05)
    assert estimate_diameter(plane(), KnowingEye(20.0, seen=(0.0, 0.0))) == NOMINAL_PX


@pytest.mark.parametrize("diameter_px", [1.0, 5.0, 13.0, 16.0, 20.0, 24.0, 60.0, 500.0])
def test_a_usual_nucleus_is_shown_in_a_size_that_the_network_knows(diameter_px):
    zoom = choose_zoom(diameter_px)
    assert zoom <= LARGEST_ZOOM
    shown = diameter_px * zoom
    smallest, largest = SHOWN_PX
    assert shown <= largest + 1e-9
    assert shown >= smallest - 1e-9 or zoom == LARGEST_ZOOM


def test_pixels_between_the_bounds_are_shown_untouched():
    pixels = torch.rand(1, UNIT, UNIT)
    assert plane().at(27.0).zoom == 1
    assert resize(pixels, (UNIT, UNIT)) is pixels
