import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tifffile
from napari import Viewer
from napari.layers import Labels, Layer

from napari_seewhy.errors import FileError
from napari_seewhy.images import read_labels
from napari_seewhy.layers import Grid, heatmap_layer, label_colors
from napari_seewhy.napari_files.label_files import name_label_files
from napari_seewhy.napari_files.readers import get_labels_reader
from napari_seewhy.napari_files.writers import write_labels_with_table

GRID = Grid.of_pixel_size(0.325)


@pytest.fixture
def viewer(make_napari_viewer) -> Viewer:
    return make_napari_viewer(show=False)


@pytest.fixture
def features() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "index": range(6),
            "label": range(6),
            "area_um2": [np.nan, 0.1, 1 / 3, 2e-9, 1e12, 7.0],
            "well": [None, "01", "02", "NA", "None", ""],
            "class": pd.Categorical(
                [None, "M", "G1", "G1", None, "M"], ["G1", "S", "M"], ordered=True
            ),
            "touches_border": pd.Series([None, True, False, False, True, False], dtype=object),
        }
    )


@pytest.fixture
def layer(tiny_labels, features) -> Labels:
    return Labels(
        tiny_labels,
        name="nuclei (A01)",
        scale=(0.325, 0.325),
        translate=(10.0, -3.5),
        units=("micrometer", "micrometer"),
        features=features,
        metadata={"napari-seewhy": {"role": "nuclei", "options": {"method": "otsu"}}},
    )


def save(layer: Labels, path) -> list[str]:
    data, attributes, _ = layer.as_layer_data_tuple()
    return write_labels_with_table(str(path), data, attributes)


def reopen(path: str) -> Labels:
    [data] = get_labels_reader(path)(path)
    layer = Layer.create(*data)
    assert isinstance(layer, Labels)
    return layer


def test_labels_table_and_record_stand_beside_each_other(tmp_path, layer):
    written = save(layer, tmp_path / "A01")
    names = ["A01_labels.ome.tif", "A01_cells.csv", "A01_record.json"]
    assert written == [str(tmp_path / name) for name in names]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


@pytest.mark.parametrize("ending", [".ome.tif", ".ome.tiff", "_labels.ome.tif"])
def test_save_of_napari_keeps_the_table_with_these_endings(tmp_path, viewer, layer, ending):
    viewer.add_layer(layer)
    written = layer.save(str(tmp_path / f"A01{ending}"))
    assert [Path(path).name for path in written] == [
        "A01_labels.ome.tif",
        "A01_cells.csv",
        "A01_record.json",
    ]
    again = reopen(written[0])
    pd.testing.assert_series_equal(again.features["area_um2"], layer.features["area_um2"])
    np.testing.assert_array_equal(again.scale, layer.scale)


def test_the_folder_of_napari_holds_the_pixels_of_every_layer(tmp_path, viewer, layer, tiny_labels):
    layer.colormap = label_colors(layer.features)
    viewer.add_layer(layer)
    heat = np.linspace(0, 1, tiny_labels.size, dtype=np.float32).reshape(tiny_labels.shape)
    heatmap = viewer.add_layer(Layer.create(*heatmap_layer(heat, "M", image_name="A01", grid=GRID)))
    viewer.layers.save(str(tmp_path / "folder"), plugin="napari")
    for saved in (layer, heatmap):
        pixels = tifffile.imread(tmp_path / "folder" / f"{saved.name}.tif")
        np.testing.assert_array_equal(pixels, saved.data)


def test_labels_features_and_scale_come_back(tmp_path, layer, features, tiny_labels):
    again = reopen(save(layer, tmp_path / "A01")[0])
    np.testing.assert_array_equal(again.data, tiny_labels)
    np.testing.assert_array_equal(again.scale, layer.scale)
    np.testing.assert_array_equal(again.translate, layer.translate)
    assert again.units == layer.units
    assert again.name == layer.name
    for name in ("index", "label", "area_um2", "class"):
        pd.testing.assert_series_equal(again.features[name], features[name], check_dtype=True)
    assert again.features["well"].tolist()[1:5] == ["01", "02", "NA", "None"]


def test_the_file_alone_knows_its_pixel_size(tmp_path, layer):
    assert read_labels(save(layer, tmp_path / "A01")[0]).pixel_size_um == pytest.approx(0.325)


def test_a_time_series_comes_back_with_its_axes(tmp_path, tiny_labels):
    series = np.stack([tiny_labels, np.where(tiny_labels, tiny_labels + 5, 0)])
    layer = Labels(series, scale=(1, 0.5, 0.5), units=("pixel", "micrometer", "micrometer"))
    again = reopen(save(layer, tmp_path / "series")[0])
    np.testing.assert_array_equal(again.data, series)
    np.testing.assert_array_equal(again.scale, [1, 0.5, 0.5])


def test_one_thick_plane_of_a_time_series_is_flattened(tmp_path, tiny_labels):
    series = np.stack([tiny_labels, np.where(tiny_labels, tiny_labels + 5, 0)])
    layer = Labels(series[:, np.newaxis], scale=(1, 9, 0.5, 0.5))
    again = reopen(save(layer, tmp_path / "series")[0])
    np.testing.assert_array_equal(again.data, series)
    np.testing.assert_array_equal(again.scale, [1, 0.5, 0.5])


def test_labels_that_were_not_measured_get_a_table_of_their_numbers(tmp_path, tiny_labels):
    written = save(Labels(tiny_labels), tmp_path / "bare")
    assert pd.read_csv(written[1])["label"].tolist() == [1, 2, 3, 4, 5]


def test_how_the_labels_were_made_stays_in_the_record(tmp_path, layer):
    made = {"verb": "segment", "options": {"method": "otsu"}}
    (tmp_path / "A01_record.json").write_text(json.dumps(made))
    for _ in range(2):
        written = save(layer, tmp_path / "A01_labels.ome.tif")
    record = json.loads((tmp_path / "A01_record.json").read_text())
    assert written[2] == str(tmp_path / "A01_record.json")
    assert record["verb"] == "save labels"
    assert record["results"]["earlier"] == [made]
    assert record["options"] == {"role": "nuclei", "options": {"method": "otsu"}}


def test_a_broken_record_does_not_keep_labels_from_being_saved(tmp_path, layer):
    (tmp_path / "A01_record.json").write_text("{ half")
    save(layer, tmp_path / "A01")
    assert json.loads((tmp_path / "A01_record.json").read_text())["verb"] == "save labels"


def test_a_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path, layer):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="cannot be written"):
        save(layer, tmp_path / "file" / "A01")


@pytest.mark.parametrize(
    ("typed", "stem", "labels"),
    [
        ("A01", "A01", "A01_labels.ome.tif"),
        ("A01.tif", "A01", "A01_labels.ome.tif"),
        ("A01_labels.ome.tif", "A01", "A01_labels.ome.tif"),
        ("A01_labels.tif", "A01", "A01_labels.tif"),
        ("A01_labels.png", "A01", "A01_labels.ome.tif"),
        ("A01_cell_labels.OME.TIF", "A01", "A01_cell_labels.OME.TIF"),
        ("細胞 3.5 h_labels.ome.tif", "細胞 3.5 h", "細胞 3.5 h_labels.ome.tif"),
    ],
)
def test_all_names_follow_from_the_one_that_was_typed(typed, stem, labels):
    files = name_label_files(typed)
    assert (files.stem, files.labels.name) == (stem, labels)
    assert (files.cells.name, files.record.name) == (f"{stem}_cells.csv", f"{stem}_record.json")


def test_labels_of_a_turned_and_mirrored_layer_come_back_to_their_place(tmp_path, tiny_labels):
    layer = Labels(tiny_labels, scale=(-0.5, 0.5), rotate=30, units=("um", "um"), name="nuclei")
    layer.affine = [[0, 2, 5], [2, 0, 6], [0, 0, 1]]
    back = reopen(save(layer, tmp_path / "a")[0])
    for corner in ((0, 0), (7, 3)):
        np.testing.assert_allclose(back.data_to_world(corner), layer.data_to_world(corner))
    assert read_labels(tmp_path / "a_labels.ome.tif").pixel_size_um == pytest.approx(1.0)
