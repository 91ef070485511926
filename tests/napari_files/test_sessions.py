import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from napari import Viewer
from napari.layers import Image, Labels, Points, Shapes

from napari_seewhy.errors import FileError, SeewhyWarning
from napari_seewhy.images import CellImage, write_image
from napari_seewhy.layers import heatmap_layer, label_colors, labels_layer
from napari_seewhy.layers.grid import Grid
from napari_seewhy.napari_files.readers import get_session_reader
from napari_seewhy.napari_files.sessions import write_session

PLUGIN = "napari-seewhy"


@pytest.fixture
def image_file(tmp_path, tiny_labels):
    pixels = np.stack([tiny_labels * 10, tiny_labels * 3 + 1]).astype(np.uint16)
    path = tmp_path / "images" / "A01.ome.tif"
    path.parent.mkdir()
    write_image(path, CellImage(pixels, "CYX", ("DNA", "Golgi"), pixel_size_um=0.5))
    return path


@pytest.fixture
def viewer(make_napari_viewer, image_file, tiny_labels) -> Viewer:
    viewer = make_napari_viewer(show=False)
    viewer.open(image_file, plugin=PLUGIN)
    n = int(tiny_labels.max())
    cells = pd.DataFrame(
        {
            "label": range(1, n + 1),
            "area_um2": np.linspace(1, 2, n),
            "class": pd.Categorical(["M", *["G1"] * (n - 1)], ["G1", "M"]),
        }
    )
    grid = Grid.of_pixel_size(0.5)
    known = {"parent": "DNA (A01)", "source": str(image_file), "model": str(image_file)}
    for role in ("nuclei", "classes"):
        name = "nuclei (A01)" if role == "nuclei" else "classes (A01)"
        parent = {"parent": "nuclei (A01)"} if role == "classes" else {}
        data = labels_layer(
            tiny_labels, cells, name=name, role=role, grid=grid, known=known | parent
        )
        layer = viewer.add_labels(data[0], **data[1])
        layer.colormap = label_colors(layer.features)
    heatmap = np.linspace(0, 1, tiny_labels.size, dtype=np.float32).reshape(tiny_labels.shape)
    data = heatmap_layer(heatmap, "M", image_name="A01", grid=grid, known=known)
    viewer.add_image(data[0], **data[1])
    viewer.add_image(np.arange(48, dtype=np.uint8).reshape(4, 4, 3), rgb=True, name="figure")
    viewer.add_image(np.array([[0, 2**40]]), name="big: numbers")
    viewer.add_points([[1.0, 2.0]], name="points", units=("micrometer", "micrometer"))
    viewer.add_shapes([[[0.0, 0], [0, 3], [3, 3]]], shape_type="polygon", name="shapes")
    viewer.layers["classes (A01)"].opacity = 0.4
    viewer.layers["Golgi (A01)"].visible = False
    viewer.layers["DNA (A01)"].contrast_limits = (3, 40)
    viewer.layers["DNA (A01)"].colormap = "magenta"
    return viewer


def reopen(viewer, path):
    viewer.layers.clear()
    viewer.open(path, plugin=PLUGIN)


def test_everything_comes_back_as_it_was(tmp_path, viewer):
    before = {layer.name: layer for layer in viewer.layers}
    [record] = viewer.layers.save(str(tmp_path / "day.seewhy"))
    reopen(viewer, tmp_path / "day.seewhy")
    assert [layer.name for layer in viewer.layers] == list(before)
    for layer in viewer.layers:
        old = before[layer.name]
        assert type(layer) is type(old)
        for name in ("scale", "translate", "units", "opacity", "visible", "blending"):
            np.testing.assert_array_equal(getattr(layer, name), getattr(old, name))
        if isinstance(layer, Shapes):
            np.testing.assert_array_equal(layer.data[0], old.data[0])
            continue
        np.testing.assert_array_equal(layer.data, old.data)
        if isinstance(layer, (Image, Labels)):
            assert np.asarray(layer.data).dtype.kind == np.asarray(old.data).dtype.kind
        if isinstance(layer, Image) and not layer.rgb:
            assert layer.colormap.name == old.colormap.name
            assert layer.contrast_limits == pytest.approx(old.contrast_limits)
    assert isinstance(viewer.layers["points"], Points)
    assert json.loads(Path(record).read_text())["verb"] == "save session"


def test_tables_classes_colours_and_what_is_known_come_back(tmp_path, viewer):
    before = viewer.layers["classes (A01)"]
    viewer.layers.save(str(tmp_path / "day.seewhy"))
    reopen(viewer, tmp_path / "day.seewhy" / "session.json")
    again = viewer.layers["classes (A01)"]
    pd.testing.assert_frame_equal(again.features, before.features)
    assert again.metadata == before.metadata
    assert set(again.colormap.color_dict) == set(before.colormap.color_dict)
    for label, color in before.colormap.color_dict.items():
        np.testing.assert_allclose(again.colormap.color_dict[label], color, atol=1e-6)


def test_images_stay_in_their_files_and_are_known_by_their_hash(tmp_path, viewer, image_file):
    viewer.layers.save(str(tmp_path / "day.seewhy"))
    names = sorted(path.name for path in (tmp_path / "day.seewhy").iterdir())
    assert [name for name in names if "DNA" in name or "Golgi" in name] == []
    assert any(name.endswith("nuclei (A01)_labels.ome.tif") for name in names)
    record = json.loads((tmp_path / "day.seewhy" / "session.json").read_text())
    [file] = record["inputs"]
    assert file["path"] == str(image_file)
    assert len(file["sha256"]) == 64


def test_a_session_that_moved_with_its_images_finds_them(tmp_path, viewer, image_file):
    viewer.layers.save(str(image_file.parent / "day.seewhy"))
    shutil.move(image_file.parent, tmp_path / "elsewhere")
    reopen(viewer, tmp_path / "elsewhere" / "day.seewhy")
    assert "DNA (A01)" in viewer.layers


def test_an_image_that_is_gone_leaves_the_rest(tmp_path, viewer, image_file):
    viewer.layers.save(str(tmp_path / "day.seewhy"))
    image_file.unlink()
    folder = tmp_path / "day.seewhy"
    with pytest.warns(SeewhyWarning, match="is left out|not there any more"):
        layers = get_session_reader(folder)(folder)
    assert "heatmap M (A01)" in [attributes["name"] for _, attributes, _ in layers]
    assert "DNA (A01)" not in [attributes["name"] for _, attributes, _ in layers]


def test_a_changed_image_is_said(tmp_path, viewer, image_file):
    viewer.layers.save(str(tmp_path / "day.seewhy"))
    write_image(image_file, CellImage(np.ones((2, 5, 5), np.uint8), "CYX", ("DNA", "Golgi")))
    folder = tmp_path / "day.seewhy"
    with pytest.warns(SeewhyWarning, match="has changed since"):
        get_session_reader(folder)(folder)


def test_saving_again_replaces_the_session_and_no_other_folder(tmp_path, viewer):
    path = tmp_path / "day.seewhy"
    viewer.layers.save(str(path))
    reopen(viewer, path)
    (path / "my figure.png").write_bytes(b"mine")
    viewer.layers.remove("points")
    viewer.layers.remove("classes (A01)")
    viewer.layers.save(str(path))
    assert (path / "my figure.png").read_bytes() == b"mine"
    assert [p.name for p in path.iterdir() if "classes" in p.name] == []
    reopen(viewer, path)
    assert "points" not in viewer.layers
    assert sorted(p.name for p in tmp_path.iterdir()) == ["day.seewhy", "images"]
    (tmp_path / "mine.seewhy").mkdir()
    with pytest.raises(FileError, match="is no session; choose another name"):
        write_session(str(tmp_path / "mine"), [])


def test_save_all_layers_offers_the_session_first(viewer):
    from napari.plugins import _npe2

    filters, writers = _npe2.file_extensions_string_for_layers(viewer.layers)
    assert filters.startswith("napari-seewhy Session (*.seewhy)")
    assert writers[0].command == "napari-seewhy.write_session"


def test_other_folders_are_not_ours(tmp_path):
    assert get_session_reader(tmp_path) is None
    (tmp_path / "session.json").write_text("{}")
    assert get_session_reader(tmp_path / "session.json") is None
    assert get_session_reader([tmp_path]) is None
