"""What File > Open Sample gives of dishes."""

from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy import sample_data
from napari_seewhy.sample_data.dish_providers import SERIES_DAYS


def test_a_dish_opens_as_grey_phase_contrast_under_its_green_marker():
    phase, marker = sample_data.open_dish()
    assert [layer[1]["name"] for layer in (phase, marker)] == [
        "phase contrast (dish_001_day_14)",
        "NKX2.5 (dish_001_day_14)",
    ]
    assert [layer[1]["colormap"] for layer in (phase, marker)] == ["gray", "green"]
    assert phase[0].shape == marker[0].shape == (512, 512)
    assert phase[1]["scale"] == (0.65, 0.65)


def test_the_series_shows_one_place_on_every_day_with_ever_more_marker():
    phase, marker = (layer[0] for layer in sample_data.open_dish_series())
    assert phase.shape == (len(SERIES_DAYS), 384, 384)
    bright = (marker > 400).mean(axis=(1, 2))
    assert (np.diff(bright) > 0).all()
    assert bright[0] < 0.1 < 0.4 < bright[-1]


@pytest.mark.widgets
def test_napari_makes_layers_of_dish_and_series():
    from napari.layers import Layer

    for open_sample in (sample_data.open_dish, sample_data.open_dish_series):
        layers = [Layer.create(*layer) for layer in open_sample()]
        assert [type(layer).__name__ for layer in layers] == ["Image", "Image"]
