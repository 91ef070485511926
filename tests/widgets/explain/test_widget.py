"""Explain cells: a person clicks, and layers, features, numbers and the verdict are asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.cells.cropping.crop import CropOptions
from napari_seewhy.cells.explaining.mean_cells import MeanCell
from napari_seewhy.explaining import summarize_attention
from napari_seewhy.layers import METADATA_KEY, image_layers, labels_layer
from napari_seewhy.layers.grid import Grid
from napari_seewhy.models import ModelCard, NetworkOptions, save_model
from napari_seewhy.widgets.explain.view import ExplainView
from napari_seewhy.widgets.explain.widget import ExplainWidget
from napari_seewhy.widgets.parts.layers import AssumedLine
from napari_seewhy.widgets.parts.pictures.html import html_table
from napari_seewhy.widgets.parts.tasks.dock import MIN_WIDTH_PX

if TYPE_CHECKING:
    from napari.layers import Image

pytestmark = pytest.mark.widgets


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A small network with the weights it was born with, alone in the library."""
    import torch

    from napari_seewhy.models import Model

    channel = {"mean": 50, "std": 80, "low": 5, "high": 350}
    card = ModelCard(
        name="cycle",
        network=NetworkOptions(backbone="small", width=8, n_stages=2),
        classes=("G1/S", "G2"),
        channels=[{"name": "DNA"} | channel, {"name": "Golgi"} | channel | {"high": 40}],
        size_px=(32, 32),
        dtype="uint16",
        pixel_size_um=0.5,
        samples={"verb": "crop", "crop": CropOptions(size_px=32).model_dump(mode="json")},
    )
    torch.manual_seed(3)
    model = Model.from_card(card)
    with torch.no_grad():
        model.network.head.weight.abs_()  # so that whatever it sees is a reason
    folder = tmp_path / "library"
    save_model(folder / "cycle.safetensors", model)
    monkeypatch.setenv("SEEWHY_MODELS", str(folder))


@pytest.fixture
def widget(model, viewer, dock, tiny_image, tiny_labels) -> ExplainWidget:
    """The widget beside an image with its labels, the model chosen."""
    for pixels, attributes, _ in image_layers(tiny_image):
        viewer.add_image(pixels, **attributes)
    grid = Grid.of_image(tiny_image).for_labels()
    pixels, attributes, _ = labels_layer(tiny_labels, name="nuclei (field)", grid=grid)
    viewer.add_labels(pixels, **attributes)
    widget = dock(ExplainWidget, "Explain cells")
    choice = widget._model.choice
    choice.setCurrentIndex(choice.findText("cycle"))
    choice.activated.emit(choice.currentIndex())
    widget._form._options["precision"].value = "fp32"
    return widget


@pytest.fixture
def explained(widget, run_task) -> ExplainWidget:
    """The widget after its cells were explained."""
    run_task(widget._task_row)
    assert widget._shown is not None, widget._task_row.message
    return widget


def heatmaps_in(viewer) -> dict[str, Image]:
    return {
        layer.metadata[METADATA_KEY]["class"]: layer
        for layer in viewer.layers
        if "class" in layer.metadata.get(METADATA_KEY, {})
    }


def test_without_a_model_it_is_said_what_to_do(model, viewer, dock):
    widget = dock(ExplainWidget, "Explain cells")
    assert widget._task_row.message == "Choose a model first."
    assert not widget._task_row._button.isEnabled()
    assert widget._view.isHidden()


def test_a_click_paints_heatmaps_and_joins_attention_to_the_labels(explained, viewer, tiny_labels):
    layers = heatmaps_in(viewer)
    table = explained._shown.explained.table
    assert set(layers) == set(table["class"])
    assert not explained._task_row.has_failed
    assert "5 cells explained on CPU, at the layer stages" in explained._task_row.message
    for layer in layers.values():
        assert layer.data.shape == tiny_labels.shape
        assert layer.data.dtype == np.float32
        assert tuple(layer.contrast_limits) == (0, 1)
        assert tuple(layer.scale) == (0.5, 0.5)
    assert max(layer.data.max() for layer in layers.values()) > 0
    features = viewer.layers["nuclei (field)"].features
    assert features["label"].tolist() == list(range(6))
    parts = features[["attention_nucleus", "attention_rim", "attention_outside"]][1:]
    np.testing.assert_allclose(parts.sum(axis=1), 1)
    assert "nucleus" in explained._view._attention.text()
    assert explained._view._means._grid.count() == 3 * len(set(table["class"]))


def test_attention_is_held_against_area_in_table_and_sentence(explained):
    summary = summarize_attention(
        explained._shown.explained.shares,
        explained._shown.explained.per_area,
        explained._shown.explained.table["class"].astype(str),
    )
    said = explained._view._attention.text()
    for _, row in summary.iterrows():
        assert f"{100 * row['share']:.0f} % ({row['ratio']:.1f}\N{MULTIPLICATION SIGN})" in said
    most = summary.loc[summary["ratio"].idxmax()]
    assert f"{most['class']}: the {most['region']} gets" in said
    assert f"{most['ratio']:.1f} times what chance gives" in said


def test_one_cell_is_shown_beside_its_heatmap_and_a_click_chooses_it(explained, viewer, hand):
    shown = explained._view._cell
    table = explained._shown.explained.table
    surest = table.loc[table["confidence"].idxmax()]
    assert shown.caption.text().startswith(f"Cell {surest['label']}: {surest['class']}")
    before = shown._heatmap.pixmap().toImage()
    other = table[table["label"] != surest["label"]].iloc[0]
    labels = viewer.layers["nuclei (field)"]
    place = np.argwhere(labels.data == other["label"])
    hand().click(labels, place[len(place) // 2])
    assert shown.caption.text().startswith(f"Cell {other['label']}:")
    assert shown._heatmap.pixmap().toImage() != before
    assert max(shown._picture.pixmap().width(), shown._picture.pixmap().height()) == 96


def test_the_layers_of_the_model_are_offered_and_the_chosen_one_is_explained(widget, run_task):
    combo = widget._form._options["layer"].native
    offered = [combo.itemText(row) for row in range(combo.count())]
    assert offered[0] == "the deepest that is fine enough"
    assert {"stem", "stages", "stages.0", "stages.1"} <= set(offered)
    widget._form._options["layer"].value = "stages.0"
    run_task(widget._task_row)
    assert "at the layer stages.0" in widget._task_row.message


def test_another_run_brings_the_same_layers_up_to_date(explained, viewer, run_task):
    before = list(viewer.layers)
    explained._form._options["method"].value = "layer-cam"
    run_task(explained._task_row)
    assert list(viewer.layers) == before
    assert explained._shown.origin.known["options"]["method"] == "layer-cam"


def test_explaining_another_class_takes_the_layers_of_the_first_away(explained, viewer, run_task):
    (said,) = set(explained._shown.explained.table["class"])
    (other,) = {"G1/S", "G2"} - {said}
    explained._form._options["of"].value = other
    run_task(explained._task_row)
    assert set(heatmaps_in(viewer)) == {other}


def test_the_scale_is_painted_again_without_asking_the_network(explained, viewer, qtbot):
    explained._view._scale.setCurrentIndex(1)
    qtbot.waitUntil(lambda: not explained._task_row.is_running, timeout=60_000)
    (layer,) = heatmaps_in(viewer).values()
    labels = viewer.layers["nuclei (field)"].data
    reached = [layer.data[labels == label].max() for label in range(1, 6)]
    # Between the squares of the layer the strongest place may fall between two pixels.
    assert 0.9 < layer.data.max() <= 1
    assert min(reached) > 0.5


def test_the_slider_changes_all_heatmaps_and_survives_a_closed_layer(explained, viewer):
    (layer,) = heatmaps_in(viewer).values()
    explained._view._opacity.setValue(35)
    assert layer.opacity == pytest.approx(0.35)
    viewer.layers.remove(layer)
    explained._view._opacity.setValue(60)
    assert not heatmaps_in(viewer)


def test_the_sanity_check_says_its_verdict(explained, run_task):
    assert explained._view._verdict.isHidden()
    run_task(explained._task_row, explained._view._check_button)
    assert not explained._task_row.has_failed, explained._task_row.message
    assert not explained._view._verdict.isHidden()
    assert "rank correlation" in explained._view._verdict.text()


def test_a_closed_labels_layer_leaves_the_heatmaps_alone(widget, viewer, qtbot):
    widget._task_row._button.click()
    viewer.layers.remove(viewer.layers["nuclei (field)"])
    qtbot.waitUntil(lambda: not widget._task_row.is_running, timeout=120_000)
    assert not widget._task_row.has_failed


def test_heatmaps_of_an_image_that_is_gone_leave_no_numbers(explained, viewer):
    viewer.layers.clear()
    assert explained._view.isHidden()
    assert "explained" not in explained._task_row.message


def test_the_table_is_saved_where_the_person_says(explained, click, tmp_path, monkeypatch):
    path = tmp_path / "attention.csv"
    monkeypatch.setattr(
        "napari_seewhy.widgets.parts.pictures.saving.QFileDialog.getSaveFileName",
        lambda *_: (str(path), ""),
    )
    click(explained._view._export_button)
    assert pd.read_csv(path)["label"].tolist() == [1, 2, 3, 4, 5]


def test_after_a_cancelled_run_table_and_check_are_those_of_the_image_that_is_shown(
    explained, viewer, run_task, qtbot, click, monkeypatch, tiny_image, tiny_labels
):
    other = replace(tiny_image, pixels=tiny_image.pixels[..., ::-1], source="/data/other.tif")
    pictures = image_layers(other)
    added = [viewer.add_image(pixels, **attributes) for pixels, attributes, _ in pictures]
    labels, attributes, _ = labels_layer(
        tiny_labels[:, ::-1],
        name="nuclei (other)",
        grid=Grid.of_image(other).for_labels(),
        known={"source": other.source, "parent": other.channels[0]},
    )
    layer = viewer.add_labels(labels, **attributes)
    explained._form._cells._nuclei.value = layer
    for name, image in zip(("DNA", "Golgi"), added, strict=True):
        explained._form._cells._channels._choices[name].value = image
    row = explained._task_row
    assert row._button.isEnabled(), row.message
    with qtbot.waitSignal(row.running_changed, timeout=60_000, check_params_cb=lambda on: not on):
        click(row._button)
        row.cancel()
    asked: list[str] = []
    monkeypatch.setattr(
        "napari_seewhy.widgets.parts.pictures.saving.QFileDialog.getSaveFileName",
        lambda *chosen: (asked.append(chosen[2]), ("", ""))[1],
    )
    click(explained._view._export_button)
    assert not asked[0].startswith("other"), asked
    seen: list[object] = []
    monkeypatch.setattr(row, "run", lambda *chosen, **_: seen.append(chosen[1].image.source))
    click(explained._view._check_button)
    assert seen == [tiny_image.source]


def test_what_differs_from_training_is_asked_before_anything_is_painted(widget, viewer, run_task):
    for name in ("DNA", "Golgi"):
        viewer.layers[name].scale = (0.35, 0.35)
    viewer.layers["nuclei (field)"].scale = (0.35, 0.35)
    run_task(widget._task_row)
    assert not heatmaps_in(viewer)
    assert not widget._card._agree_button.isHidden()
    assert widget._card._agree_button.text() == "Explain all the same"
    run_task(widget._task_row, widget._card._agree_button)
    assert heatmaps_in(viewer)


def test_names_of_several_words_leave_the_heatmaps_inside_the_dock(qtbot) -> None:
    view = ExplainView(None)
    qtbot.addWidget(view)
    mean = MeanCell(301, np.ones((32, 32)), np.ones((1, 32, 32)))
    names = "PH3 negative", "PH3 positive"
    view._means.show_means(dict.fromkeys(names, mean))
    numbers = ["100 %", "100 %", "+0.89"]
    view._attention.setText(html_table(["Attention", *names, "δ"], [["nucleus", *numbers]]))
    assert view.minimumSizeHint().width() <= MIN_WIDTH_PX


def test_what_was_assumed_of_the_chosen_images_is_said(widget, viewer):
    line = widget.findChild(AssumedLine)
    assert line.isHidden()
    for layer in viewer.layers[:2]:
        known = layer.metadata[METADATA_KEY] | {"assumed": ["Its pixels are no squares."]}
        layer.metadata = {METADATA_KEY: known}
    assert (line.text(), line.isHidden()) == ("Its pixels are no squares.", False)
