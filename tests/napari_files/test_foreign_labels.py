"""Labels as QuPath, ImageJ and Cellpose have them: what is in a file, and what comes back."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import roifile
import tifffile
from napari.layers import Labels, Layer
from napari.plugins import _initialize_plugins

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.images import CellImage, write_image
from napari_seewhy.napari_files.foreign_labels import write_geojson, write_masks, write_rois
from napari_seewhy.napari_files.readers import get_labels_reader, get_outlines_reader


@pytest.fixture
def layer(tiny_labels) -> Labels:
    features = pd.DataFrame(
        {
            "index": range(6),
            "label": range(6),
            "area_um2": [np.nan, 1.5, 2, 3, 4, np.nan],
            "class": pd.Categorical([None, "M", "G1", "G1", None, "M"]),
        }
    )
    return Labels(tiny_labels, name="nuclei (A01)", features=features)


def save(write, layer, path):
    data, attributes, _ = layer.as_layer_data_tuple()
    return write(str(path), data, attributes)[0]


def reopen(path) -> Labels:
    [data] = get_outlines_reader(path)(path)
    layer = Layer.create(*data)
    assert isinstance(layer, Labels)
    return layer


def test_qupath_gets_outlines_with_class_and_measurements(tmp_path, layer):
    content = json.loads(Path(save(write_geojson, layer, tmp_path / "A01.geojson")).read_text())
    assert content["type"] == "FeatureCollection"
    assert len(content["features"]) == 5
    first = content["features"][0]["properties"]
    assert first["classification"]["name"] == "M"
    assert first["measurements"]["area_um2"] == 1.5
    assert "classification" not in content["features"][3]["properties"]
    ring = np.array(content["features"][0]["geometry"]["coordinates"][0])
    np.testing.assert_array_equal(ring[0], ring[-1])
    y, x = np.nonzero(layer.data == 1)
    # Their pixels begin at whole numbers, so the disc lies between its first and last edge.
    assert ring.min(axis=0) == pytest.approx([x.min(), y.min()], abs=0.51)
    assert ring.max(axis=0) == pytest.approx([x.max() + 1, y.max() + 1], abs=0.51)


@pytest.mark.parametrize(("write", "name"), [(write_geojson, "A01.geojson"), (write_rois, "A.zip")])
def test_outlines_come_back_as_the_same_cells(tmp_path, layer, write, name):
    image = CellImage(np.zeros((1, *layer.data.shape), np.uint8), "CYX", ("DNA",), 0.5)
    write_image(tmp_path / f"{name.split('.')[0]}.tif", image)
    again = reopen(save(write, layer, tmp_path / name))
    assert again.data.shape == layer.data.shape
    np.testing.assert_allclose(again.scale, 0.5)
    for label in range(1, 6):
        both = ((again.data == label) & (layer.data == label)).sum()
        either = ((again.data == label) | (layer.data == label)).sum()
        assert both / either > 0.97
    if write is write_geojson:
        assert again.features["class"].astype(str).tolist()[1:4] == ["M", "G1", "G1"]
        assert again.features["area_um2"].tolist()[1:3] == [1.5, 2]


def test_imagej_finds_a_roi_for_each_cell(tmp_path, layer):
    rois = roifile.roiread(save(write_rois, layer, tmp_path / "A01.zip"))
    assert [roi.name for roi in rois] == [f"{i:04d}" for i in range(1, 6)]


def test_cellpose_masks_hold_the_numbers_and_are_opened_as_labels(tmp_path, layer):
    path = save(write_masks, layer, tmp_path / "A01.tif")
    assert path == str(tmp_path / "A01_cp_masks.tif")
    assert tifffile.imread(path).dtype == np.uint16
    [data] = get_labels_reader(path)(path)
    np.testing.assert_array_equal(data[0], layer.data)


def test_napari_offers_them_for_labels(tmp_path, layer):
    # Whoever runs this test alone has opened no viewer, which finds the plugins.
    _initialize_plugins()
    assert layer.save(str(tmp_path / "A01.geojson"))
    assert layer.save(str(tmp_path / "A01.zip"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["A01.geojson", "A01.zip"]


def test_a_time_series_and_damaged_files_are_refused(tmp_path, layer):
    with pytest.raises(DataError, match="one time point or plane"):
        write_geojson(str(tmp_path / "a.geojson"), np.zeros((2, 5, 5), int), {})
    for name in ("a.geojson", "a.zip"):
        (tmp_path / name).write_text('{"features": [1]}')
        with pytest.raises(FileError, match="a\\."):
            reopen(tmp_path / name)
    (tmp_path / "b.geojson").write_text('{"features": []}')
    with pytest.raises(DataError, match="no outline"):
        reopen(tmp_path / "b.geojson")
