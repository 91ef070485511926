"""Plot cells beside the canvas of a real viewer: real clicks on cells."""

import numpy as np
import pandas as pd
import pytest
from napari.layers import Layer
from qtpy.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QLabel, QPushButton, QWidget

from napari_seewhy.cells.measuring.measure import measure_cells
from napari_seewhy.cells.separating.separation import Separation
from napari_seewhy.layers import Grid, classes_layer, image_layers, labels_layer

pytestmark = pytest.mark.widgets

ROWS = (QComboBox, QAbstractSpinBox, QCheckBox, QLabel, QPushButton)
SEPARATION = Separation(
    of="G2",
    against="G1",
    features=pd.DataFrame(
        {"feature": ["area_um2"], "auc": [0.8], "higher_in": ["G2"], "cliffs_delta": [0.6]}
    ),
    pairs=pd.DataFrame(
        {
            "feature_x": ["area_um2"],
            "feature_y": ["integrated_DNA"],
            "auc": [0.9],
            "accuracy": [0.8],
            "balanced_accuracy": [0.8],
            "n_cells": [5],
            "is_log": [True],
            "intercept": [0.0],
            "weight_x": [1.0],
            "weight_y": [1.0],
            "weight_product": [0.0],
        }
    ),
    n_cells=5,
    baseline=0.6,
    baseline_class="G1",
    grouped_by="",
    left_out={f"background_{name}": "is of the surroundings" for name in ("DNA", "Golgi", "actin")},
    warnings=("There are few cells; measure more of them to be sure of what is said here.",),
)


@pytest.fixture
def layer(viewer, tiny_image, tiny_labels):
    for data in image_layers(tiny_image):
        viewer.add_layer(Layer.create(*data))
    cells = measure_cells(tiny_image, tiny_labels)
    grid = Grid.of_image(tiny_image)
    return viewer.add_layer(Layer.create(*labels_layer(tiny_labels, cells, name="A", grid=grid)))


@pytest.fixture
def widget(viewer, layer):
    return viewer.window.add_plugin_dock_widget("napari-seewhy", "Plot cells")[1]


def selected(widget) -> list[int]:
    return widget._linked.cells.label[widget._linked.is_selected].tolist()


def test_a_click_on_a_cell_selects_its_point_and_one_beside_lets_go(
    viewer, layer, widget, hand
) -> None:
    hand().click(layer, (20, 60))
    assert selected(widget) == [2]
    outlines = viewer.layers["selected cells (A)"]
    assert np.unique(np.asarray(outlines.data)).tolist() == [0, 2]
    x, y = widget._scatter._mark.getData()
    assert [x[0], y[0]] == pytest.approx(widget._scatter.points.xy[:, 1])
    assert widget._picture._captions[0].text() == "cell 2, A"
    hand().click(layer, (3, 3))
    assert selected(widget) == []
    assert not outlines.visible


def test_of_two_layers_the_topmost_that_has_a_cell_there_is_clicked(
    viewer, layer, widget, hand
) -> None:
    above = np.zeros(layer.data.shape, int)
    above[:40, :40] = 1
    _, attributes, _ = labels_layer(above, None, name="B", grid=Grid.of_pixel_size(0.5))
    features = attributes["features"].assign(area_px=[np.nan, 1600.0])
    viewer.add_labels(above, name="B", scale=layer.scale, units=layer.units, features=features)
    assert len(widget._linked.cells) == 6
    hand().click(layer, (20, 20))
    assert widget._linked.cells.table["image"][widget._linked.is_selected].tolist() == ["B"]
    hand().click(layer, (20, 60))
    assert widget._linked.cells.table["image"][widget._linked.is_selected].tolist() == ["A"]
    viewer.layers["B"].visible = False
    hand().click(layer, (20, 20))
    assert widget._linked.cells.table["image"][widget._linked.is_selected].tolist() == ["A"]


def test_a_click_on_a_cell_that_is_coloured_by_class_selects_its_point(
    viewer, layer, widget, hand, tiny_labels
) -> None:
    said = pd.DataFrame({"label": range(1, 6), "class": ["G1", "G2", "G1", "G2", "G1"]})
    known = {"parent": "A"}
    grid = Grid.of_pixel_size(0.5)
    data = classes_layer(tiny_labels, said, image_name="A", grid=grid, known=known)
    shown = viewer.add_layer(Layer.create(*data))
    layer.features = layer.features.merge(said, on="label", how="left")
    layer.visible = False
    assert len(widget._linked.cells) == 5
    hand().click(shown, (20, 60))
    assert selected(widget) == [2]
    assert viewer.layers["selected cells (A)"].visible


def squeezed(widget) -> list[str]:
    """Rows that are shown and lower than what they hold."""
    return [
        f"{type(row).__name__} {row.objectName()}"
        for row in widget.findChildren(QWidget)
        if isinstance(row, ROWS) and row.isVisible() and row.height() < _needed_px(row)
    ]


def _needed_px(row: QWidget) -> int:
    if row.hasHeightForWidth():
        return row.heightForWidth(row.width())
    return row.sizeHint().height()


@pytest.mark.parametrize("size_px", [(1600, 1000), (1200, 800)])
def test_no_row_is_squeezed_while_options_open_and_the_answer_comes(
    viewer, layer, widget, qtbot, size_px
) -> None:
    viewer.window.resize(*size_px)
    viewer.show()
    view = widget._separation
    widget._tabs.setCurrentWidget(view)
    qtbot.waitUntil(lambda: view.isVisible() and not squeezed(widget))
    # What is painted next is looked at, before Qt has had the time to give everything its place.
    view._form._fold.setChecked(True)
    assert squeezed(widget) == []
    view._on_found(view._cells, SEPARATION)
    assert view._answer.isVisible()
    assert squeezed(widget) == []
    widget._on_point_clicked(1, False)
    assert widget._picture.isVisible()
    assert squeezed(widget) == []


def outlined(viewer) -> list[str]:
    return [one.name for one in viewer.layers if one.name.startswith("selected cells")]


def test_all_layers_are_deleted_at_once_with_their_outlines(viewer, layer, widget, qtbot) -> None:
    qtbot.waitUntil(lambda: len(outlined(viewer)) == 1)
    viewer.layers.selection = set(viewer.layers)
    viewer.layers.remove_selected()
    qtbot.waitUntil(lambda: len(viewer.layers) == 0)


def test_a_closed_plot_outlines_nothing_until_it_is_opened(
    viewer, layer, widget, qtbot, tiny_labels
) -> None:
    qtbot.waitUntil(lambda: len(outlined(viewer)) == 1)
    dock = widget.parent()
    dock.hide()
    cells = pd.DataFrame({"label": range(1, 6), "area_px": [10.0, 20, 30, 40, 50]})
    viewer.add_layer(Layer.create(*labels_layer(tiny_labels, cells, name="B")))
    qtbot.waitUntil(lambda: not widget._linked._prepare_timer.isActive())
    assert len(outlined(viewer)) == 1
    viewer.show()
    dock.show()
    qtbot.waitUntil(lambda: len(outlined(viewer)) == 2)
