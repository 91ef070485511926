"""Crop cells in a real viewer: the real child process; gallery, camera and sample sets left."""

import numpy as np
import pytest
from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFileDialog, QPushButton, QScrollArea

from napari_seewhy.cells.measuring.measure import measure_cells
from napari_seewhy.engine import TaskRunner
from napari_seewhy.layers import Grid, image_layers, labels_layer
from napari_seewhy.samples import SampleSet
from napari_seewhy.widgets.crop.widget import CropWidget
from napari_seewhy.widgets.parts.tasks.state import ViewerState, state_of

pytestmark = pytest.mark.widgets


@pytest.fixture(scope="module")
def warm_runner():
    runner = TaskRunner()
    yield runner
    runner.close()


@pytest.fixture
def layer(viewer, tiny_image, tiny_labels):
    for data in image_layers(tiny_image):
        viewer.add_layer(Layer.create(*data))
    cells = measure_cells(tiny_image, tiny_labels)
    grid = Grid.of_image(tiny_image)
    data = labels_layer(tiny_labels, cells, name="nuclei (A01)", grid=grid)
    return viewer.add_layer(Layer.create(*data))


@pytest.fixture
def widget(viewer, layer, warm_runner, monkeypatch):
    """The widget, with a child process that stays warm from test to test."""
    state_of(viewer)._runner = warm_runner
    monkeypatch.setattr(ViewerState, "leave", lambda _: None)
    widget = CropWidget(viewer)
    viewer.window.add_dock_widget(widget, name="Crop cells")
    widget._form._options["size_px"].value = 16
    return widget


@pytest.fixture
def press(qtbot):
    def press(row) -> None:
        with qtbot.waitSignal(
            row.running_changed, timeout=60_000, check_params_cb=lambda on: not on
        ):
            qtbot.mouseClick(row.findChild(QPushButton), Qt.MouseButton.LeftButton)

    return press


@pytest.fixture
def cut(widget, press):
    press(widget._cut_row)
    return widget


def message(row) -> str:
    return row._message.text()


def test_without_labels_it_says_what_to_do_first(viewer) -> None:
    widget = CropWidget(viewer)
    viewer.window.add_dock_widget(widget)
    assert message(widget._cut_row) == "No labels layer yet: run Segment cells first."
    assert widget._sentence.text().startswith("No crops yet")
    assert widget._gallery.isHidden()


def test_every_cell_gets_a_crop_in_the_gallery(cut, tiny_image) -> None:
    assert cut._crops.pixels.shape == (5, 2, 16, 16)
    assert cut._crops.pixels[2, 0, 8, 8] == tiny_image.pixels[0, 60, 22]
    assert cut._gallery.shown == [0, 1, 2, 3, 4]
    assert cut._tabs.currentWidget() is cut._result
    assert not cut._gallery.isHidden()


def test_every_tab_fits_a_narrow_dock_whatever_was_measured(cut) -> None:
    longest = max(cut._gallery._sort_box.itemText(i) for i in range(cut._gallery._sort_box.count()))
    cut._gallery._sort_box.addItem(longest * 4)
    for scroll in cut._tabs.findChildren(QScrollArea):
        assert scroll.widget().minimumSizeHint().width() <= 306


def test_a_crop_larger_than_the_image_is_refused_and_the_old_ones_stay(cut, press, told) -> None:
    cut._form._options["size_px"].value = 500
    press(cut._cut_row)
    assert "larger than the image" in told[0]
    assert len(cut._crops.pixels) == 5


def test_a_clicked_crop_goes_to_its_cell(qtbot, viewer, layer, cut) -> None:
    cut._gallery._sort_box.setCurrentText("area_px")
    sheet = cut._gallery._sheet
    qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=sheet.box(0).center())
    assert layer.selected_label == 3
    assert viewer.scene.camera.center[-2:] == pytest.approx((30, 11))
    assert "picked cells" in viewer.layers


def test_a_clicked_cell_frames_its_crop(viewer, layer, cut, hand) -> None:
    cut._gallery._sort_box.setCurrentText("area_px")
    hand().click(layer, (20, 60))
    assert cut._gallery._sheet.marked == 4
    hand().click(layer, (3, 3))
    assert cut._gallery._sheet.marked is None


def test_crops_outlive_their_labels(qtbot, viewer, layer, cut) -> None:
    viewer.layers.remove(layer)
    sheet = cut._gallery._sheet
    qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=sheet.box(1).center())
    assert cut._gallery._sheet.marked == 1
    assert not cut._cut_row.findChild(QPushButton).isEnabled()


def test_only_ticked_channels_are_kept(widget, press) -> None:
    widget._form._layers._channels.native.item(0).setCheckState(Qt.CheckState.Unchecked)
    press(widget._cut_row)
    assert widget._crops.channels == ("Golgi",)
    assert len(widget._form.colors) == 1


def test_the_preview_counts_each_class(cut) -> None:
    form = cut._save_form
    assert form._preview.text() == "5 crops whose class is not known yet."
    form._options["column"].value = "mean_DNA"
    form._options["threshold"].value = 220.0
    assert form._preview.text() == "2 negative, 3 positive, 0 unknown (threshold 220)."
    form._options["undecided"].value = 0.9
    assert "0 unknown" not in form._preview.text()


def test_crops_are_saved_with_their_target(tmp_path, monkeypatch, cut, press) -> None:
    path = tmp_path / "細胞 samples"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    cut._save_form._options["column"].value = "mean_DNA"
    press(cut._save_row)
    assert message(cut._save_row) == "5 crops saved in 細胞 samples.h5."
    with SampleSet(path.with_name("細胞 samples.h5")) as samples:
        assert samples.channels == ("Golgi",)
        assert samples.classes == ("negative", "positive")
        assert set(np.unique(samples.target)) == {0, 1}
        assert samples.group[0] == cut._save_form.group != ""


def test_saving_that_is_given_up_starts_nothing(monkeypatch, cut) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    cut._save_row.findChild(QPushButton).click()
    assert not cut._save_row.is_running


def test_a_disk_that_cannot_be_written_is_said(tmp_path, monkeypatch, cut, press, told) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "samples.h5"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    press(cut._save_row)
    assert "cannot be written" in told[0]
