"""Naming cells in the image: clicks, keys over the canvas, a lasso, training, the session."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QLineEdit, QPushButton

from napari_seewhy.cells.measuring.measure import measure_cells
from napari_seewhy.layers import Grid, image_layers, labels_layer
from napari_seewhy.widgets.measure.widget import MeasureWidget
from napari_seewhy.widgets.plot.widget import PlotWidget

pytestmark = pytest.mark.widgets

CENTERS = {1: (20, 20), 2: (20, 60), 3: (60, 22), 4: (64, 64), 5: (44, 92)}


@pytest.fixture
def layer(viewer, tiny_image, tiny_labels):
    for data in image_layers(tiny_image):
        viewer.add_layer(Layer.create(*data))
    cells = measure_cells(tiny_image, tiny_labels)
    grid = Grid.of_image(tiny_image)
    return viewer.add_layer(Layer.create(*labels_layer(tiny_labels, cells, name="A", grid=grid)))


@pytest.fixture
def view(viewer, layer, dock):
    widget = dock(PlotWidget, "Plot cells")
    widget.name_cells()
    return widget._annotate


@pytest.fixture
def press(viewer):
    """Press a key over the image."""
    return lambda key: QTest.keyClick(viewer.window._qt_viewer.canvas.native, key)


def type_class(view, name: str) -> None:
    line = view.findChild(QLineEdit)
    QTest.keyClicks(line, name)
    QTest.keyClick(line, Qt.Key.Key_Return)


def given(layer) -> list[str | None]:
    """Return the class of cells 1 to 5 as a person gave it."""
    values = layer.features.set_index("label")["annotation"].astype(object)
    return [None if pd.isna(value) else value for value in values.loc[1:]]


def opacity(layer, label: int) -> float:
    return float(layer.colormap.color_dict[label][3])


def test_cells_are_named_by_click_and_key_and_the_others_follow(
    viewer, layer, view, hand, press, run_task, tmp_path
) -> None:
    type_class(view, "dim")
    type_class(view, "bright")
    mouse = hand()
    for label, key in ((1, "1"), (2, "1"), (4, "2"), (5, "1"), (5, "2")):
        mouse.click(layer, CENTERS[label])
        press(key)
    assert given(layer) == ["dim", "dim", None, "bright", "bright"]
    assert [button.text() for button in view._buttons._buttons.values()] == [
        "1   dim   (2)",
        "2   bright   (2)",
    ]
    # What is named is seen at once, before anything was learned.
    assert opacity(layer, 1) == 1
    assert opacity(layer, 3) < 0.5

    run_task(view._task_row)
    assert view._answer.text().startswith("<b>dim")
    said = layer.features.set_index("label")["class"]
    assert said.loc[[1, 2, 4, 5]].tolist() == ["dim", "dim", "bright", "bright"]
    assert layer.features["p_dim"].iloc[1:].between(0, 1).all()
    named = {"dim": 1, "bright": 4}[said.loc[3]]
    color = layer.colormap.color_dict
    assert color[3][:3] == pytest.approx(color[named][:3])
    assert opacity(layer, 3) == pytest.approx(0.5)

    # The one that nobody named is shown next; its answer leaves none.
    press(Qt.Key.Key_Space)
    widget = view.window().findChild(PlotWidget)
    assert widget._linked.cells.label[widget._linked.is_selected].tolist() == [3]
    press("2")
    assert given(layer)[2] == "bright"
    assert not view._unsure_button.isEnabled()
    press(Qt.Key.Key_Backspace)
    assert given(layer) == ["dim", "dim", None, "bright", "bright"]

    # A session brings the names back, and training goes on from there.
    viewer.layers.save(str(tmp_path / "day.seewhy"), plugin="napari-seewhy")
    viewer.layers.clear()
    viewer.open(str(tmp_path / "day.seewhy"), plugin="napari-seewhy")
    again = viewer.layers["A"]
    assert given(again) == ["dim", "dim", None, "bright", "bright"]
    assert list(view._buttons.classes) == ["dim", "bright"]
    assert view._task_row._button.isEnabled()
    assert opacity(again, 3) == pytest.approx(0.5)


def test_a_lasso_names_many_and_undo_takes_them_back(viewer, layer, view, click, told) -> None:
    widget = view.window().findChild(PlotWidget)
    type_class(view, "dim")
    type_class(view, "dim")
    assert told == ["There is a class dim already; choose another name."]
    QTest.keyClick(widget._scatter, "1")
    assert told[1:] == ["No cell is picked: click one in the image, or drag round points."]
    widget._scatter.drawn.emit(np.array([0, 2, 4]), False)
    QTest.keyClick(widget._scatter, "1")
    assert given(layer) == ["dim", None, "dim", None, "dim"]
    # Keys that mean nothing here are left to napari, and a letter in a line is a letter.
    QTest.keyClick(widget._scatter, "7")
    QTest.keyClicks(view.findChild(QLineEdit), "1")
    assert given(layer) == ["dim", None, "dim", None, "dim"]
    assert not view._task_row._button.isEnabled()
    click(next(b for b in view.findChildren(QPushButton) if b.text().startswith("Undo")))
    assert "annotation" not in layer.features


def test_keys_are_napari_s_while_another_tab_is_open(viewer, layer, view, press, hand) -> None:
    type_class(view, "dim")
    hand().click(layer, CENTERS[1])
    view.window().findChild(PlotWidget)._tabs.setCurrentIndex(0)
    press("1")
    assert "annotation" not in layer.features


def test_measuring_again_keeps_the_names(viewer, layer, view, hand, press, dock, run_task) -> None:
    type_class(view, "dim")
    hand().click(layer, CENTERS[2])
    press("1")
    measure = dock(MeasureWidget, "Measure cells")
    run_task(measure._task_row)
    assert given(layer) == [None, "dim", None, None, None]
