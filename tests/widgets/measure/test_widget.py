"""Measure cells in a real viewer: the real child process; features, table and files left."""

import numpy as np
import pandas as pd
import pytest
from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFileDialog, QPushButton

from napari_seewhy.cells.measuring.measure import measure_cells
from napari_seewhy.engine import TaskRunner
from napari_seewhy.layers import Grid, cells_from_features, image_layers, labels_layer
from napari_seewhy.widgets.measure.widget import MeasureWidget
from napari_seewhy.widgets.parts.tasks.state import ViewerState, state_of
from napari_seewhy.widgets.plot.plotted_cells import PlottedCells
from napari_seewhy.widgets.tidy.tidied_layer import TidiedLayer

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
    grid = Grid.of_image(tiny_image)
    return viewer.add_layer(Layer.create(*labels_layer(tiny_labels, name="nuclei", grid=grid)))


@pytest.fixture
def widget(viewer, warm_runner, monkeypatch):
    """The widget, with a child process that stays warm from test to test."""
    state_of(viewer).beside._runner = warm_runner
    monkeypatch.setattr(ViewerState, "leave", lambda _: None)
    widget = MeasureWidget(viewer)
    viewer.window.add_dock_widget(widget, name="Measure cells")
    return widget


@pytest.fixture
def measure(qtbot, widget):
    def press() -> None:
        row = widget._task_row
        with qtbot.waitSignal(
            row.running_changed, timeout=60_000, check_params_cb=lambda on: not on
        ):
            qtbot.mouseClick(row.findChild(QPushButton), Qt.MouseButton.LeftButton)

    return press


def message(widget) -> str:
    return widget._task_row._message.text()


def click_row(qtbot, widget, row: int) -> None:
    table = widget._view.content._table
    place = table.visualRect(table.model().index(row, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_it_says_step_by_step_what_is_missing(viewer, widget, tiny_labels) -> None:
    assert message(widget) == "No labels layer yet: run Segment cells first."
    viewer.add_labels(tiny_labels)
    assert message(widget).startswith("Open the image of these labels")
    viewer.add_image(np.zeros((5, 5)))
    assert message(widget).startswith("Open the image of these labels")
    viewer.add_image(np.zeros(tiny_labels.shape), name="DNA")
    assert message(widget) == ""
    widget._form._layers._channels.native.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert message(widget) == "Tick at least one channel."


def test_measuring_fills_the_features_and_the_table(
    layer, widget, measure, tiny_image, tiny_labels
) -> None:
    measure()
    wanted = measure_cells(tiny_image, tiny_labels)
    pd.testing.assert_frame_equal(widget._view.content.cells, wanted, check_dtype=False)
    features = layer.features
    assert features["label"].tolist() == features["index"].tolist() == [0, 1, 2, 3, 4, 5]
    assert features["mean_DNA"].tolist()[1:] == wanted["mean_DNA"].tolist()
    assert message(widget).startswith("5 cells, ")
    assert widget._tabs.currentWidget() is widget._view


def test_how_sure_the_method_was_outlives_measuring(layer, widget, measure) -> None:
    sure = [float("nan"), 0.9, 0.8, 0.7, 0.6, 0.5]
    layer.features = layer.features.assign(confidence=sure)
    measure()
    assert "area_px" in layer.features
    assert layer.features["confidence"].tolist()[1:] == sure[1:]


def test_a_deleted_and_a_merged_cell_leave_no_row_behind(
    qtbot, viewer, layer, widget, measure, tmp_path, monkeypatch
) -> None:
    tidied = TidiedLayer(layer)
    tidied.delete([2])
    tidied.merge([3, 4])
    measure()
    numbers = np.unique(layer.data[layer.data > 0]).tolist()
    assert message(widget).startswith(f"{len(numbers)} cells")
    assert cells_from_features(layer.features)["label"].tolist() == numbers
    assert widget._view.content._sentence.text().startswith(f"{len(numbers)} cells")
    path = tmp_path / "cells.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    qtbot.mouseClick(widget._view.content._export_button, Qt.MouseButton.LeftButton)
    saved = pd.read_csv(path)
    assert saved["label"].tolist() == numbers
    assert saved["area_px"].notna().all()
    assert len(PlottedCells.of_layers([layer])) == len(numbers)


def test_only_ticked_channels_are_measured(viewer, layer, widget, measure) -> None:
    widget._form._layers._channels.native.item(1).setCheckState(Qt.CheckState.Unchecked)
    measure()
    assert "mean_DNA" in layer.features
    assert "mean_Golgi" not in layer.features


def test_whole_cells_are_measured_where_they_are_chosen(
    viewer, layer, widget, measure, tiny_labels
) -> None:
    cells = viewer.add_labels(tiny_labels.copy(), name="cells")
    cells.scale, cells.units = layer.scale, layer.units
    widget._form._layers._cells.value = cells
    measure()
    assert "mean_DNA_cell" in layer.features


def test_labels_that_are_tidied_meanwhile_are_not_given_old_values(
    qtbot, layer, widget, told, measure
) -> None:
    widget._task_row.running_changed.connect(lambda on: layer.data.__setitem__((0, 0), 1))
    measure()
    assert told == ["The labels were changed while they were measured; measure again."]
    assert "mean_DNA" not in layer.features


def test_labels_that_are_closed_meanwhile_are_named(viewer, layer, widget, told, measure) -> None:
    widget._task_row.running_changed.connect(lambda on: on and viewer.layers.remove(layer))
    measure()
    assert told == ["The labels were closed meanwhile; open them and measure again."]


def test_a_time_series_is_numbered_through(viewer, widget, measure, tiny_labels) -> None:
    series = np.stack([tiny_labels, tiny_labels])
    labels = viewer.add_labels(series.copy())
    viewer.add_image(series.astype(float), name="DNA")
    measure()
    assert labels.data[1].max() == 10
    assert labels.features["t"].tolist()[1:] == [0] * 5 + [1] * 5


@pytest.fixture
def measured(layer, tiny_image, tiny_labels):
    cells = measure_cells(tiny_image, tiny_labels)
    layer.features = labels_layer(tiny_labels, cells, name="nuclei")[1]["features"]
    return layer


def test_labels_that_are_measured_already_show_their_table(measured, widget) -> None:
    assert len(widget._view.content.cells) == 5


def test_a_click_on_a_row_goes_to_the_cell(qtbot, viewer, measured, widget) -> None:
    widget._tabs.setCurrentWidget(widget._view)
    click_row(qtbot, widget, 2)
    assert viewer.scene.camera.center[-2:] == pytest.approx((30, 11))
    assert measured.selected_label == 3
    assert "picked cells" in viewer.layers


def test_a_click_on_a_cell_finds_its_row(viewer, measured, widget, hand) -> None:
    widget._view.content._table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    hand().click(measured, (20, 60))
    assert widget._view.content._table.currentIndex().row() == 3
    assert widget._view.content._histogram._mark.isVisible()
    assert "picked cells" in viewer.layers
    hand().click(measured, (3, 3))
    assert not widget._view.content._table.selectionModel().hasSelection()
    assert "picked cells" not in viewer.layers


def test_cells_are_coloured_by_a_measurement_and_get_their_colours_back(measured, widget) -> None:
    before = measured.colormap
    widget._view.content._color_check.click()
    colors = measured.colormap.color_dict
    sizes = widget._view.content.cells.set_index("label")["area_um2"]
    assert colors[sizes.idxmax()][0] > colors[sizes.idxmin()][0]
    widget._view.content._color_check.click()
    assert measured.colormap is before


def test_a_cell_without_a_value_is_grey(measured, widget) -> None:
    widget._view.content._color_check.click()
    features = measured.features.copy()
    features.loc[2, "area_um2"] = np.nan
    measured.features = features
    red, green, blue, _ = measured.colormap.color_dict[2]
    assert red == green == blue


def test_the_whole_table_is_saved(tmp_path, monkeypatch, measured, widget) -> None:
    path = tmp_path / "細胞 cells.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    widget._view.content._export_button.click()
    pd.testing.assert_frame_equal(pd.read_csv(path), widget._view.content.cells, check_dtype=False)


def test_saving_that_is_given_up_writes_nothing(tmp_path, monkeypatch, measured, widget) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    widget._view.content._export_button.click()
    assert list(tmp_path.iterdir()) == []


def test_closing_the_labels_empties_the_table(viewer, measured, widget) -> None:
    viewer.layers.remove(measured)
    assert len(widget._view.content.cells) == 0
    assert message(widget) == "No labels layer yet: run Segment cells first."


def test_the_histogram_follows_the_theme(viewer, measured, widget) -> None:
    viewer.theme = "light"
    background = widget._view.content._histogram._plot.backgroundBrush().color()
    assert background.lightness() > 200


@pytest.mark.parametrize(
    "place",
    [
        {"scale": (-0.5, 0.5)},
        {"affine": np.diag([0.5, 0.5, 1.0])},
        {"scale": (0.5, 0.5), "rotate": 30},
    ],
)
def test_areas_are_right_however_the_layers_are_placed(
    viewer, widget, measure, tiny_image, tiny_labels, place
) -> None:
    placed = place | {"units": ("um", "um")}
    viewer.add_image(tiny_image.pixels[0], name="DNA", **placed)
    labels = viewer.add_labels(tiny_labels, name="nuclei", **placed)
    measure()
    cells = labels.features.dropna(subset=["area_px"])
    np.testing.assert_allclose(cells["area_um2"], cells["area_px"] / 4)
