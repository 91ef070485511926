"""Classify cells in a real viewer: real clicks, the real child, the layers that are left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from napari.layers import Layer
from qtpy.QtWidgets import QFileDialog

from napari_seewhy.cells.classifying.classify import classify_cells
from napari_seewhy.cells.classifying.deciding import UNDECIDED, count_classes, decide
from napari_seewhy.cells.classifying.options import ClassifyOptions
from napari_seewhy.cells.cropping.crop import CropOptions
from napari_seewhy.images import write_image, write_labels
from napari_seewhy.layers import METADATA_KEY, Grid, image_layers, labels_layer
from napari_seewhy.layers.coloring import UNKNOWN, class_colors
from napari_seewhy.models import Model, ModelCard, NetworkOptions, save_model
from napari_seewhy.models.files import load_model
from napari_seewhy.models.files.library import FOLDER_VARIABLE
from napari_seewhy.widgets.classify.widget import ClassifyWidget
from napari_seewhy.widgets.explain.widget import ExplainWidget
from napari_seewhy.widgets.parts.layers import AssumedLine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.widgets

EXACT = ClassifyOptions(device="cpu", precision="fp32")
CLASSES = ("G1", "G2")


@pytest.fixture
def model(tmp_path, monkeypatch) -> Path:
    """A small network in the library, with the weights it was born with."""
    import torch

    channel = {"mean": 50, "std": 80, "low": 5, "high": 350}
    card = ModelCard(
        name="cycle",
        network=NetworkOptions(backbone="small", width=4, n_stages=2),
        classes=CLASSES,
        channels=[{"name": "DNA"} | channel, {"name": "Golgi"} | channel | {"high": 40}],
        size_px=(32, 32),
        dtype="uint16",
        pixel_size_um=0.5,
        samples={"verb": "crop", "crop": CropOptions(size_px=32).model_dump(mode="json")},
    )
    torch.manual_seed(3)
    path = tmp_path / "models" / "cycle.safetensors"
    path.parent.mkdir()
    save_model(path, Model.from_card(card))
    monkeypatch.setenv(FOLDER_VARIABLE, str(path.parent))
    return path


@pytest.fixture
def show(viewer) -> Callable[..., Layer]:
    """Open an image with its labels; return the layer of labels."""

    def show(image, labels, **more) -> Layer:
        for data in image_layers(image):
            viewer.add_layer(Layer.create(*data))
        known = {"source": image.source, "parent": image.channels[0]}
        grid = Grid.of_image(image).for_labels()
        data = labels_layer(labels, name="nuclei", grid=grid, known=known, **more)
        return viewer.add_layer(Layer.create(*data))

    return show


@pytest.fixture
def widget(dock, model) -> ClassifyWidget:
    widget = dock(ClassifyWidget, "Classify cells")
    form = widget._form._options
    form.set_options(form.options().change(device="cpu", precision="fp32"))
    return widget


def choose_model(widget: ClassifyWidget, name: str = "cycle") -> None:
    choice = widget._model.choice
    row = choice.findText(name)
    assert row > 0
    choice.setCurrentIndex(row)
    choice.activated.emit(row)


@pytest.fixture
def classified(widget, viewer, show, run_task, tiny_image, tiny_labels) -> ClassifyWidget:
    """The widget after the cells of the tiny image were classified."""
    show(tiny_image, tiny_labels, cells=pd.DataFrame({"label": [1, 2, 3, 4, 5], "area_px": 7.0}))
    choose_model(widget)
    run_task(widget._task_row)
    assert widget._task_row.message == "5 cells classified on CPU."
    return widget


def test_the_button_says_what_is_missing_step_by_step(
    widget, viewer, show, tiny_image, tiny_labels
):
    button, row = widget._task_row._button, widget._task_row
    assert not button.isEnabled()
    assert row.message == "Choose a model first."
    choose_model(widget)
    assert "Classes: <b>G1, G2</b>" in widget._model._about.text()
    assert row.message.startswith("No labels layer yet")
    labels = viewer.add_labels(tiny_labels, name="nuclei")
    assert "no image has their size" in row.message
    show(tiny_image.select(["DNA"]), tiny_labels)
    assert row.message == "Choose which image shows Golgi."
    viewer.layers.remove(labels)
    for data in image_layers(tiny_image.select(["Golgi"])):
        viewer.add_layer(Layer.create(*data))
    assert row.message == ""
    assert button.isEnabled()


def test_a_click_leaves_classes_in_colours_with_probabilities(
    classified, viewer, model, tiny_image, tiny_labels
):
    expected = classify_cells(tiny_image, tiny_labels, model, EXACT).table
    layer = (
        viewer.layers["classes (DNA)"] if "classes (DNA)" in viewer.layers else viewer.layers[-1]
    )
    assert layer.name.startswith("classes (")
    np.testing.assert_array_equal(layer.data, tiny_labels)
    np.testing.assert_array_equal(layer.scale, (0.5, 0.5))
    features = layer.features.iloc[1:]
    assert features["class"].tolist() == expected["class"].tolist()
    assert list(features["class"].cat.categories) == list(CLASSES)
    np.testing.assert_allclose(features["p_G2"], expected["p_G2"], rtol=1e-5)
    assert features["area_px"].tolist() == [7.0] * 5
    assert features["decided"].tolist() == expected["class"].tolist()
    colors = class_colors(CLASSES)
    for label, name in zip(expected["label"], expected["class"], strict=True):
        np.testing.assert_allclose(layer.get_color(label), colors[name], atol=1e-2)
    known = layer.metadata[METADATA_KEY]
    assert (known["role"], known["model"]) == ("classes", str(model))


def test_the_labels_learn_what_was_said_of_them(classified, viewer):
    nuclei = viewer.layers["nuclei"]
    assert {"area_px", "class", "p_G1", "p_G2", "confidence"} <= set(nuclei.features)
    assert not nuclei.visible


def test_the_slider_turns_cells_undecided_at_once_and_back(classified, viewer, qtbot):
    layer, view = viewer.layers[-1], classified._view
    table = layer.features.iloc[1:]
    between = round(100 * float(np.median(table["confidence"])))
    view._slider.setValue(between)
    qtbot.waitUntil(lambda: UNDECIDED in set(layer.features["decided"].dropna()), timeout=5000)
    decided = decide(table, between / 100)
    assert layer.features["decided"].tolist()[1:] == decided.tolist()
    for label, name in zip(table["label"], decided, strict=True):
        if name == UNDECIDED:
            np.testing.assert_allclose(layer.get_color(label), UNKNOWN, atol=1e-2)
    for n in count_classes(decided)["n"]:
        assert f">{n}</td>" in view._legend.text()
    view._slider.setValue(0)
    qtbot.waitUntil(lambda: UNDECIDED not in set(layer.features["decided"].dropna()), timeout=5000)


def test_cells_are_coloured_by_confidence_on_demand(classified, viewer, qtbot):
    layer = viewer.layers[-1]
    before = [tuple(layer.get_color(label)) for label in range(1, 6)]
    classified._view._color_by.setCurrentIndex(1)
    qtbot.waitUntil(lambda: tuple(layer.get_color(1)) != before[0], timeout=5000)
    confidence = layer.features["confidence"].iloc[1:]
    assert len({tuple(layer.get_color(label)) for label in range(1, 6)}) == confidence.nunique()


def test_a_second_run_brings_the_same_layer_up_to_date(classified, viewer, run_task):
    layer = viewer.layers[-1]
    layer.opacity = 0.4
    run_task(classified._task_row)
    assert viewer.layers[-1] is layer
    assert layer.opacity == 0.4
    assert len([one for one in viewer.layers if one.name.startswith("classes (")]) == 1


def test_a_layer_that_was_closed_stays_closed_when_the_slider_moves(classified, viewer, qtbot):
    viewer.layers.remove(viewer.layers[-1])
    n_layers = len(viewer.layers)
    classified._view._slider.setValue(100)
    qtbot.waitUntil(lambda: ">5</td>" in classified._view._legend.text(), timeout=5000)
    assert len(viewer.layers) == n_layers


def test_labels_that_are_closed_while_it_runs_change_nothing_of_the_result(
    widget, viewer, show, qtbot, click, tiny_image, tiny_labels
):
    labels = show(tiny_image, tiny_labels)
    choose_model(widget)
    row = widget._task_row
    with qtbot.waitSignal(row.running_changed, timeout=60_000, check_params_cb=lambda on: not on):
        click(row._button)
        viewer.layers.remove(labels)
    assert not row.has_failed
    np.testing.assert_array_equal(viewer.layers[-1].data, tiny_labels)


def test_a_model_that_may_know_nothing_gets_no_green_tick(
    widget, model, show, run_task, tiny_image, tiny_labels
):
    alarm = "The model may know nothing: chance is within its interval."
    known = load_model(model)
    card = known.card.change(metrics={"alarms": [alarm]})
    save_model(model, Model(known.network, card))
    show(tiny_image, tiny_labels)
    choose_model(widget)
    run_task(widget._task_row)
    text = widget._card._label.text()
    assert alarm in text
    assert "\N{CHECK MARK}" not in text


def test_what_differs_is_asked_before_anything_is_classified(
    widget, viewer, show, run_task, tiny_image, tiny_labels
):
    show(replace(tiny_image, pixel_size_um=0.8), tiny_labels)
    choose_model(widget)
    n_layers = len(viewer.layers)
    run_task(widget._task_row)
    assert len(viewer.layers) == n_layers
    card = widget._card
    assert "These cells differ" in card._label.text()
    assert "Rescale the samples by 1.6" in card._label.text()
    assert not card._agree_button.isHidden()
    run_task(widget._task_row, card._agree_button)
    assert len(viewer.layers) == n_layers + 1
    assert card._agree_button.isHidden()
    assert "Rescale the samples" in card._label.text()


def test_a_model_that_refuses_the_cells_says_why(
    widget, viewer, show, run_task, tiny_image, tiny_labels
):
    show(replace(tiny_image, pixel_size_um=9.0), tiny_labels)
    choose_model(widget)
    run_task(widget._task_row)
    assert "The model cannot take these cells." in widget._card._label.text()
    assert "too far apart" in widget._card._label.text()
    assert widget._card._agree_button.isHidden()
    assert not any(layer.name.startswith("classes (") for layer in viewer.layers)


def test_channels_that_are_named_otherwise_are_chosen_by_the_person(
    widget, viewer, show, run_task, model, tiny_image, tiny_labels
):
    show(replace(tiny_image, channels=("left", "right")), tiny_labels)
    choose_model(widget)
    assert widget._task_row.message == "Choose which image shows DNA and which Golgi."
    for name, layer in (("DNA", "left"), ("Golgi", "right")):
        widget._form._channels._choices[name].value = viewer.layers[layer]
    run_task(widget._task_row)
    expected = classify_cells(tiny_image, tiny_labels, model, EXACT).table
    assert viewer.layers[-1].features["class"].tolist()[1:] == expected["class"].tolist()


def test_dapi_is_a_models_dna_also_where_another_channel_cannot_be_told(
    widget, show, tiny_image, tiny_labels
):
    # Of two that are left neither is known to be Golgi; a single one would be taken.
    pixels = tiny_image.pixels[[0, 1, 1]]
    show(replace(tiny_image, pixels=pixels, channels=("DAPI", "left", "right")), tiny_labels)
    choose_model(widget)
    assert widget._form._channels._choices["DNA"].value.name == "DAPI"
    assert widget._task_row.message == "Choose which image shows Golgi."


def test_the_next_widget_begins_with_the_model_and_labels_of_this_one(
    widget, viewer, show, dock, tiny_image, tiny_labels, model
):
    labels = show(tiny_image, tiny_labels)
    choose_model(widget)
    explain = dock(ExplainWidget, "Explain cells")
    assert explain._model.path == model
    assert explain._form.labels is labels


def test_labels_without_a_cell_are_said_to_be_empty(
    widget, viewer, show, run_task, tiny_image, tiny_labels
):
    show(tiny_image, np.zeros_like(tiny_labels))
    choose_model(widget)
    run_task(widget._task_row)
    assert widget._task_row.message.startswith("There is no cell in the labels")
    assert ">0</td>" in widget._view._legend.text()


def test_a_time_series_is_drawn_frame_by_frame(
    widget, viewer, show, run_task, tiny_image, tiny_labels
):
    pixels = np.stack([tiny_image.pixels, tiny_image.pixels[..., ::-1]])
    labels = np.stack([tiny_labels, tiny_labels[:, ::-1]])
    show(replace(tiny_image, pixels=pixels, axes="TCYX"), labels)
    choose_model(widget)
    run_task(widget._task_row)
    layer = viewer.layers[-1]
    assert len(layer.features) == 11
    assert layer.features["t"].tolist()[1:] == [0] * 5 + [1] * 5
    curve = widget._view.curve
    assert not curve.isHidden()
    drawn = curve._plot.getPlotItem().listDataItems()
    assert [len(line.getData()[0]) for line in drawn] == [2] * 3
    viewer.dims.set_current_step(0, 1)
    assert curve._now.value() == 1


def test_cancelling_leaves_nothing_and_a_new_run_works(
    widget, viewer, show, run_task, qtbot, click, tiny_image, tiny_labels
):
    show(tiny_image, tiny_labels)
    choose_model(widget)
    n_layers, row = len(viewer.layers), widget._task_row
    with qtbot.waitSignal(row.running_changed, timeout=60_000, check_params_cb=lambda on: not on):
        click(row._button)
        row.cancel()
    assert len(viewer.layers) == n_layers
    run_task(row)
    assert len(viewer.layers) == n_layers + 1


def test_after_a_cancelled_run_the_table_bears_the_name_of_the_image_that_is_shown(
    classified, viewer, show, qtbot, click, monkeypatch, tiny_image, tiny_labels
):
    other = replace(tiny_image, source="/data/other.tif")
    classified._form._nuclei.value = show(other, tiny_labels)
    for name, layer in zip(("DNA", "Golgi"), viewer.layers[-3:-1], strict=True):
        classified._form._channels._choices[name].value = layer
    row = classified._task_row
    assert row._button.isEnabled(), row.message
    with qtbot.waitSignal(row.running_changed, timeout=60_000, check_params_cb=lambda on: not on):
        click(row._button)
        row.cancel()
    asked: list[str] = []
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *chosen: (asked.append(chosen[2]), ("", ""))[1]
    )
    click(classified._view._export_button)
    assert asked
    assert not asked[0].startswith("other")


def test_the_result_of_an_image_that_is_gone_does_not_stay_under_the_next(
    classified, viewer, show, tiny_image, tiny_labels
):
    assert not classified._view.isHidden()
    viewer.layers.remove(viewer.layers["nuclei"])
    assert not classified._view.isHidden()
    viewer.layers.clear()
    assert classified._view.isHidden()
    assert classified._next.isHidden()
    assert classified._card.isHidden()
    show(replace(tiny_image, source="/data/next.tif"), tiny_labels)
    assert classified._task_row.message == ""


def test_the_table_is_saved(classified, tmp_path, monkeypatch, click):
    path = tmp_path / "cells.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    click(classified._view._export_button)
    table = pd.read_csv(path)
    assert table["label"].tolist() == [1, 2, 3, 4, 5]
    assert {"class", "p_G1", "p_G2", "confidence", "decided", "area_px"} <= set(table)


def test_the_model_stays_chosen_when_the_widget_is_hidden_and_shown(widget, model):
    choose_model(widget)
    widget._model.hide()
    widget._model.show()
    assert widget._model.path == model


def test_a_model_of_a_colleague_is_chosen_from_its_file(widget, model, tmp_path, monkeypatch):
    theirs = model.rename(tmp_path / "theirs.safetensors")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(theirs), ""))
    choose_model(widget, "Choose a file ...")
    assert widget._model.path == theirs
    assert "Classes: <b>G1, G2</b>" in widget._model._about.text()


@pytest.fixture
def folder(tmp_path, tiny_image, tiny_labels) -> Path:
    for name in ("a", "b"):
        write_image(tmp_path / "in" / f"{name}.ome.tif", tiny_image)
        write_labels(tmp_path / "labels" / f"{name}_labels.ome.tif", tiny_labels)
    (tmp_path / "in" / "broken.tif").write_bytes(b"no picture")
    return tmp_path


def texts(view) -> list[tuple[str, str, str]]:
    table = view._table
    return [
        tuple(table.item(row, column).text() for column in range(3))
        for row in range(table.rowCount())
    ]


def test_a_folder_is_classified_and_gone_on_with(widget, run_task, folder):
    choose_model(widget)
    view = widget._folder.content
    assert view.task_row.message == "Choose the folder with the images."
    view._images.set_path(folder / "in")
    assert texts(view)[0] == ("a.ome.tif", "waiting", "")
    assert view._out.path == folder / "in" / "classified"
    view._out.set_path(folder / "out")
    view._labels.set_path(folder / "labels")
    run_task(view.task_row)
    assert texts(view) == [
        ("a.ome.tif", "done", "5"),
        ("b.ome.tif", "done", "5"),
        ("broken.tif", "failed", ""),
    ]
    assert "broken.tif" in view._table.item(2, 0).toolTip()
    assert view.task_row.message.startswith("2 done, 1 failed.")
    assert (folder / "out" / "a_classified.csv").is_file()
    (folder / "out" / "b_classified.csv").unlink()
    run_task(view.task_row)
    assert [status for _, status, _ in texts(view)] == ["skipped", "done", "failed"]


def test_a_folder_without_images_says_so(widget, told, tmp_path):
    choose_model(widget)
    (tmp_path / "empty").mkdir()
    widget._folder.content._images.set_path(tmp_path / "empty")
    assert "holds no file to read" in told[0]
    assert widget._folder.content.task_row.message == "This folder holds no image."


def test_what_was_assumed_of_the_chosen_images_is_said(widget, show, tiny_image, tiny_labels):
    show(replace(tiny_image, assumed=("Its pixels are no squares.",)), tiny_labels)
    line = widget.findChild(AssumedLine)
    assert line.isHidden()
    choose_model(widget)
    assert (line.text(), line.isHidden()) == ("Its pixels are no squares.", False)
