"""Plot cells beside the canvas of a real viewer: real clicks on cells."""

import numpy as np
import pandas as pd
import pytest
from napari.layers import Layer

from napari_seewhy.cells.measure import measure_cells
from napari_seewhy.layers import Grid, classes_layer, image_layers, labels_layer

pytestmark = pytest.mark.widgets


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
