import warnings

import numpy as np
import pandas as pd
import pytest
import tifffile

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.images import write_image, write_labels
from napari_seewhy.napari_files import readers
from napari_seewhy.napari_files.readers import (
    get_image_reader,
    get_labels_reader,
    get_samples_reader,
)
from napari_seewhy.samples import SampleWriter

GETTERS = (get_image_reader, get_labels_reader, get_samples_reader)


def read(getter, path):
    reader = getter(str(path))
    assert reader is not None
    return reader(str(path))


@pytest.fixture
def image_file(tmp_path, tiny_image):
    path = tmp_path / "細胞 A01.ome.tif"
    write_image(path, tiny_image)
    return path


@pytest.fixture
def labels_file(tmp_path, tiny_labels):
    path = tmp_path / "A01_labels.ome.tif"
    write_labels(path, tiny_labels, pixel_size_um=0.5)
    return path


@pytest.fixture
def samples_file(tmp_path):
    path = tmp_path / "samples.h5"
    pixels = np.arange(3 * 2 * 4 * 5, dtype=np.uint16).reshape(3, 2, 4, 5)
    writer = SampleWriter(
        path, channels=("DNA", "Golgi"), size_px=(4, 5), dtype="uint16", classes=("a", "b")
    )
    with writer:
        writer.append(pixels, target=[0, 1, -1])
    return path


def test_an_image_opens_as_one_layer_per_channel_with_its_pixel_size(image_file, tiny_image):
    layers = read(get_image_reader, image_file)
    assert [kind for _, _, kind in layers] == ["image", "image"]
    for (data, attributes, _), pixels, channel in zip(
        layers, tiny_image.pixels, ("DNA", "Golgi"), strict=True
    ):
        np.testing.assert_array_equal(data, pixels)
        assert attributes["name"].startswith(channel)
        assert attributes["scale"] == (0.5, 0.5)
        assert attributes["metadata"]["napari-seewhy"]["source"] == str(image_file)


def test_of_several_scenes_the_first_is_shown_and_the_rest_are_hidden(monkeypatch, tiny_image):
    monkeypatch.setattr("napari_seewhy.images.list_scenes", lambda path: ["left", "right"])
    monkeypatch.setattr("napari_seewhy.images.read_image", lambda path, scene: tiny_image)
    layers = readers.read_image_layers("two.czi")
    assert [attributes.get("visible", True) for _, attributes, _ in layers] == [
        True,
        True,
        False,
        False,
    ]


def test_scenes_that_are_not_opened_are_named(monkeypatch, tiny_image):
    names = [f"well {i}" for i in range(9)]
    monkeypatch.setattr("napari_seewhy.images.list_scenes", lambda path: names)
    monkeypatch.setattr("napari_seewhy.images.read_image", lambda path, scene: tiny_image)
    with pytest.warns(SeewhyWarning, match="9 scenes.*well 4, well 5"):
        layers = readers.read_image_layers("plate.nd2")
    assert len(layers) == 2 * readers.MAX_SCENES


def test_samples_open_as_one_stack_per_channel_with_their_targets(samples_file):
    (dna, attributes, kind), (golgi, _, _) = read(get_samples_reader, samples_file)
    assert (kind, dna.shape, golgi.shape) == ("image", (3, 4, 5), (3, 4, 5))
    assert dna[1, 0, 0] == 40
    assert golgi[0, 0, 0] == 20
    known = attributes["metadata"]["napari-seewhy"]
    assert (known["role"], known["channel"]) == ("samples", "DNA")
    assert known["target"].tolist() == [0, 1, -1]


def test_large_sample_sets_are_read_as_the_slider_moves(monkeypatch, samples_file):
    whole = read(get_samples_reader, samples_file)
    monkeypatch.setattr("napari_seewhy.napari_files.sample_layers.IN_MEMORY_BYTES", 1)
    pieces = read(get_samples_reader, samples_file)
    assert not isinstance(pieces[0][0], np.ndarray)
    for (piece, _, _), (pixels, _, _) in zip(pieces, whole, strict=True):
        np.testing.assert_array_equal(piece[2].compute(), pixels[2])


def test_hdf5_of_others_is_left_to_others(tmp_path):
    import h5py

    path = tmp_path / "other.h5"
    with h5py.File(path, "w") as file:
        file["pixels"] = np.zeros(3)
    assert get_samples_reader(str(path)) is None


@pytest.mark.parametrize("content", [b"", b"no HDF5", b"\x89HDF\r\n\x1a\n cut short"])
def test_what_is_no_whole_hdf5_is_left_to_others(tmp_path, content):
    path = tmp_path / "broken.h5"
    path.write_bytes(content)
    assert get_samples_reader(str(path)) is None


def test_labels_open_with_their_table(labels_file, tiny_labels):
    table = labels_file.with_name("A01_cells.csv")
    table.write_text("label,area_px,class\n1,10,G1\n2,20,M\n3,30,G1\n4,40,\n5,50,M\n")
    [(data, attributes, kind)] = read(get_labels_reader, labels_file)
    np.testing.assert_array_equal(data, tiny_labels)
    features = attributes["features"]
    assert kind == "labels"
    assert attributes["scale"] == (0.5, 0.5)
    assert features["area_px"].tolist()[1:] == [10, 20, 30, 40, 50]
    assert isinstance(features["class"].dtype, pd.CategoricalDtype)
    colors = attributes["colormap"]
    assert colors[1] == colors[3] != colors[2] == colors[5]
    assert colors[None][3] == 0


def test_a_map_of_classes_opens_to_be_looked_at(tmp_path):
    path = tmp_path / "A01_class_labels.ome.tif"
    classes = np.zeros((16, 16), np.int32)
    classes[2:5, 2:5] = classes[10:13, 10:13] = 3
    write_labels(path, classes)
    ((data, _, kind),) = read(get_labels_reader, path)
    assert kind == "labels"
    np.testing.assert_array_equal(data, classes)


def test_labels_without_a_table_open_alone(labels_file):
    [(_, attributes, _)] = read(get_labels_reader, labels_file)
    assert attributes["features"]["label"].tolist() == [0, 1, 2, 3, 4, 5]
    assert "colormap" not in attributes


def test_whole_cells_share_the_table_of_their_nuclei(tmp_path, tiny_labels):
    path = tmp_path / "A01_cell_labels.ome.tif"
    write_labels(path, tiny_labels)
    (tmp_path / "A01_cells.csv").write_text("label,area_px\n1,10\n5,50\n")
    [(_, attributes, _)] = read(get_labels_reader, path)
    assert attributes["metadata"]["napari-seewhy"]["role"] == "cells"
    assert attributes["features"]["area_px"].tolist()[5] == 50


def test_a_table_of_other_labels_is_left_out_and_said(labels_file):
    labels_file.with_name("A01_cells.csv").write_text("label,area_px\n1,10\n99,50\n")
    with pytest.warns(SeewhyWarning, match=r"A01_cells\.csv does not belong"):
        [(_, attributes, _)] = read(get_labels_reader, labels_file)
    assert "area_px" not in attributes["features"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("area_px\n10\n", "no column label"), ("label\n1\n2,3,4\n", "no table"), ("", "no table")],
)
def test_a_table_that_cannot_be_used_is_named(labels_file, content, sentence):
    labels_file.with_name("A01_cells.csv").write_text(content)
    with pytest.raises(FileError, match=sentence):
        read(get_labels_reader, labels_file)


def test_an_image_that_is_called_labels_is_refused_in_one_sentence(tmp_path):
    path = tmp_path / "A01_labels.tif"
    tifffile.imwrite(path, np.zeros((8, 8), np.float32))
    with pytest.raises(DataError, match="whole numbers"):
        read(get_labels_reader, path)


def test_each_file_has_one_reader(image_file, labels_file, samples_file):
    for path, wanted in zip((image_file, labels_file, samples_file), GETTERS, strict=True):
        assert [getter for getter in GETTERS if getter(str(path))] == [wanted]


@pytest.mark.parametrize("getter", GETTERS)
def test_what_is_no_single_file_is_refused_without_raising(getter, tmp_path, image_file):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert getter([str(image_file), str(image_file)]) is None
        assert getter(str(tmp_path)) is None
        assert getter(str(tmp_path / "not there_labels.tif")) is None
        assert getter("https://example.org/a.tif") is None
        assert getter("a\0b.h5") is None


@pytest.mark.realdata
@pytest.mark.parametrize(
    "name",
    [
        "formats/nuclei_golgi.tif",
        "formats/hela_rgb_16bit.tif",
        "human/dna_ph3_cell.ome.tif",
        "translocation_plate/A01.ome.tif",
    ],
)
def test_real_images_open_with_layers_that_napari_accepts(real_data, name):
    from napari.layers import Layer

    for data in read(get_image_reader, real_data / name):
        assert Layer.create(*data).ndim == 2
