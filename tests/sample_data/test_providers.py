"""What File > Open Sample gives: valid layer tuples, and the truth with its table."""

from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy import sample_data
from napari_seewhy.errors import FileError
from napari_seewhy.sample_data import folder

PROVIDERS = [name for name in sample_data.__all__ if name.startswith("open_") and "field" in name]


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_gives_layer_tuples_with_a_scale(name):
    layers = getattr(sample_data, name)()
    kinds = [kind for _, _, kind in layers]
    assert kinds[:4] == ["image"] * 4
    assert set(kinds[4:]) <= {"labels"}
    for data, attributes, _ in layers:
        assert data.shape == (512, 512)
        assert attributes["scale"] == (0.5, 0.5)
    names = [attributes["name"] for _, attributes, _ in layers]
    assert len(set(names)) == len(names)


@pytest.mark.widgets
@pytest.mark.parametrize("name", PROVIDERS)
def test_napari_makes_layers_of_every_sample(name):
    from napari.layers import Layer

    layers = [Layer.create(*layer) for layer in getattr(sample_data, name)()]
    assert [layer.name.split(" (")[0] for layer in layers[:4]] == [
        "DNA",
        "Golgi",
        "CENP-F",
        "microtubules",
    ]


def test_the_truth_comes_with_phase_and_dna_of_every_label():
    layers = {
        attributes["name"]: (data, attributes)
        for data, attributes, _ in sample_data.open_field_with_truth()
    }
    data, attributes = layers["true nuclei (field_typical)"]
    features = attributes["features"]
    assert len(features) == data.max() + 1
    assert list(features["label"]) == list(range(data.max() + 1))
    phases = features["phase"].iloc[1:]
    assert list(phases.cat.categories) == ["G1", "S", "G2", "M"]
    assert (features["dna_content"].iloc[1:][phases == "G2"] == 4).all()
    cells, _ = layers["true cells (field_typical)"]
    assert np.array_equal(cells[data > 0], data[data > 0])


def test_missing_files_are_told_with_the_command_that_draws_them(monkeypatch, tmp_path):
    monkeypatch.setattr(folder, "_PLACES", (tmp_path / "a", tmp_path / "b"))
    with pytest.raises(FileError, match=r"draw_samples.py --out sample_data --seed 0"):
        sample_data.sample_folder()


def test_the_files_of_an_installed_package_come_first(monkeypatch, tmp_path):
    places = (tmp_path / "wheel", tmp_path / "checkout")
    for place in places:
        place.mkdir()
        (place / "field_typical.ome.tif").touch()
    monkeypatch.setattr(folder, "_PLACES", places)
    assert sample_data.sample_folder() == places[0]


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
    assert phase.shape == (8, 384, 384)
    bright = (marker > 400).mean(axis=(1, 2))
    assert (np.diff(bright) > 0).all()
    assert bright[0] < 0.1 < 0.4 < bright[-1]


@pytest.mark.widgets
def test_napari_makes_layers_of_dish_and_series():
    from napari.layers import Layer

    for open_sample in (sample_data.open_dish, sample_data.open_dish_series):
        layers = [Layer.create(*layer) for layer in open_sample()]
        assert [type(layer).__name__ for layer in layers] == ["Image", "Image"]
