"""Virtual immunostaining in a real viewer: real clicks, the real child, layers and numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from napari.layers import Labels
from qtpy.QtWidgets import QScrollArea
from scipy.ndimage import gaussian_filter

from napari_seewhy.blocks.counting.efficiency import estimate_efficiency
from napari_seewhy.blocks.staining.efficiency_files import DISH_TABLE
from napari_seewhy.blocks.staining.explained_block import BlockPlace, explain_block_steps
from napari_seewhy.blocks.staining.options import ApplyStainOptions
from napari_seewhy.blocks.staining.stain import stain_image
from napari_seewhy.files import hash_file
from napari_seewhy.images import CellImage, read_image, write_image
from napari_seewhy.layers import METADATA_KEY, image_layers
from napari_seewhy.layers.stain_layers import DIFFERENCE, POSITIVE, PROBABILITY, STAIN
from napari_seewhy.models.files.library import FOLDER_VARIABLE
from napari_seewhy.models.files.weights_file import save_network
from napari_seewhy.progress import finish
from napari_seewhy.staining.card import StainCard
from napari_seewhy.widgets.stain.widget import StainWidget

if TYPE_CHECKING:
    from pathlib import Path

    from napari.layers import Layer

pytestmark = pytest.mark.widgets

EXACT = ApplyStainOptions(device="cpu", precision="fp32")
BLOCK_PX = 16


def draw_dish(n_frames: int = 1, seed: int = 0) -> tuple[CellImage, CellImage]:
    """Phase contrast whose texture is coarse where the marker is bright; more so in each frame."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(n_frames, 96, 128))
    fine, coarse = gaussian_filter(noise, (0, 1, 1)), gaussian_filter(noise, (0, 4, 4))
    x = np.arange(128)
    is_marked = x < np.linspace(40, 90, n_frames)[:, None, None]
    phase = np.where(is_marked, 12 * coarse, 3 * fine) * 400 + 10_000
    marker = np.where(is_marked, 900, 100) + rng.normal(0, 10, noise.shape)
    images = [
        CellImage(pixels[:, None].astype(np.uint16), "TCYX", (name,), 0.5, source=f"/{name}.tif")
        for name, pixels in (("phase", phase), ("NKX2.5", np.broadcast_to(marker, phase.shape)))
    ]
    phase_image, marker_image = images if n_frames > 1 else [one.frame(0) for one in images]
    return phase_image, marker_image


@pytest.fixture
def model(tmp_path, monkeypatch) -> Path:
    """A small network in the library, with the weights it was born with."""
    import torch

    from napari_seewhy.staining.card import StainModel

    card = StainCard(
        name="dish",
        network="small",
        width=8,
        channels=("phase",),
        block_px=BLOCK_PX,
        positive_area=0.25,
        cut=0.4,
        marker="troponin",
        threshold={"how": "otsu", "per_image": True},
        pixel_size_um=0.5,
        calibration={"slope": 8.0},
        data="drawn dishes",
    )
    torch.manual_seed(1)
    path = tmp_path / "models" / "dish.safetensors"
    path.parent.mkdir()
    save_network(path, *StainModel(card.build(), card))
    monkeypatch.setenv(FOLDER_VARIABLE, str(path.parent))
    return path


def show(viewer, *images: CellImage) -> list[Layer]:
    layers = []
    for image in images:
        for pixels, attributes, _ in image_layers(image):
            layers.append(viewer.add_image(pixels, **attributes))
    return layers


def choose_model(widget: StainWidget) -> None:
    choice = widget._model.choice
    row = choice.findText("dish")
    assert row > 0
    choice.setCurrentIndex(row)
    choice.activated.emit(row)


@pytest.fixture
def widget(dock, model) -> StainWidget:
    widget = dock(StainWidget, "Virtual immunostaining")
    widget._form.set_options(EXACT)
    return widget


@pytest.fixture
def stained(widget, viewer, run_task) -> StainWidget:
    """A field that was stained, its real marker beside it."""
    show(viewer, *draw_dish())
    choose_model(widget)
    run_task(widget._task_row)
    assert not widget._task_row.has_failed, widget._task_row.message
    return widget


@pytest.fixture
def series(widget, viewer, run_task) -> StainWidget:
    """A time series that was stained."""
    show(viewer, *draw_dish(n_frames=4))
    choose_model(widget)
    run_task(widget._task_row)
    assert not widget._task_row.has_failed, widget._task_row.message
    return widget


def find(viewer, role: str) -> Layer:
    return next(
        layer for layer in viewer.layers if layer.metadata.get(METADATA_KEY, {}).get("role") == role
    )


def slide(widget: StainWidget, percent: int, qtbot) -> None:
    """Move the slider, and wait until what follows it has followed."""
    widget._view._slider.setValue(percent)
    qtbot.waitUntil(
        lambda: not widget._timer.isActive() and not widget._idle.isActive(), timeout=30_000
    )


def test_the_button_says_what_is_missing_step_by_step(widget, viewer) -> None:
    row = widget._task_row
    assert row.message == "Choose a model first."
    choose_model(widget)
    assert "Paints <b>troponin</b> in blocks of 16 px" in widget._model._about.text()
    assert row.message.startswith("Open an image of phase contrast first")
    show(viewer, draw_dish()[0])
    assert row.message == ""
    assert row._button.isEnabled()


def test_phase_contrast_and_marker_are_told_apart_by_their_names(widget, viewer) -> None:
    phase, marker = draw_dish()
    marker_layer, phase_layer = show(viewer, marker, phase)
    assert widget._form.fields.image_layer is phase_layer
    widget._form.fields.choose(phase_layer, marker_layer)
    assert widget._form.fields.marker_layer is marker_layer


def test_a_click_leaves_what_the_model_says_of_every_block(stained, viewer, model) -> None:
    expected = stain_image(draw_dish()[0], model, EXACT)
    layer = find(viewer, PROBABILITY)
    assert layer.name == "probability per block, not intensity (phase)"
    np.testing.assert_allclose(layer.data, expected.probability[0], atol=1e-6)
    assert tuple(layer.contrast_limits) == (0, 1)
    # Blocks of 16 px of 0.5 um; the centre of the first is at 7.5 px.
    assert tuple(layer.scale) == (8, 8)
    assert tuple(layer.translate) == (3.75, 3.75)
    positive = find(viewer, POSITIVE)
    assert isinstance(positive, Labels)
    np.testing.assert_array_equal(positive.data, expected.positive[0])
    assert find(viewer, STAIN).colormap.name == "green"
    assert "48 blocks stained on CPU" in stained._task_row.message


def test_the_slider_moves_mask_and_efficiency_without_a_new_run(stained, viewer, qtbot) -> None:
    probability = find(viewer, PROBABILITY).data
    for percent in (10, 50, 90):
        slide(stained, percent, qtbot)
        np.testing.assert_array_equal(find(viewer, POSITIVE).data, probability >= percent / 100)
        share = 100 * (probability >= percent / 100).mean()
        assert f"From {percent}% on" in stained._view._figures.text()
        assert f">{share:.1f} %<" in stained._view._figures.text()
        assert not stained._task_row.is_running


def test_another_run_brings_the_same_layers_up_to_date(stained, viewer, run_task) -> None:
    before = list(viewer.layers)
    stained._form.set_options(EXACT.change(stride_px=8))
    run_task(stained._task_row)
    assert list(viewer.layers) == before
    assert find(viewer, PROBABILITY).data.shape == (11, 15)


def test_every_frame_of_a_series_has_its_efficiency_and_the_curve_follows(
    series, viewer, qtbot, click, tmp_path, monkeypatch
) -> None:
    probability = find(viewer, PROBABILITY).data
    assert probability.shape == (4, 6, 8)
    slide(series, 50, qtbot)
    _, percent = series._view.curve._predicted.getData()
    np.testing.assert_allclose(percent, 100 * (probability >= 0.5).mean(axis=(1, 2)), rtol=1e-6)
    # What is drawn of the band, and not only what it was given.
    drawn = [
        curve.curve.getData()[1] for curve in (series._view.curve._low, series._view.curve._high)
    ]
    found = [estimate_efficiency(frame, 0.5, how="count") for frame in probability]
    np.testing.assert_allclose(drawn[0], [100 * one.low for one in found])
    np.testing.assert_allclose(drawn[1], [100 * one.high for one in found])
    assert (drawn[0] <= percent).all()
    assert (percent <= drawn[1]).all()
    for frame in (1, 3):
        viewer.dims.set_current_step(0, frame)
        assert f"Efficiency, t {frame}" in series._view._figures.text()
        assert f">{percent[frame]:.1f} %<" in series._view._figures.text()
    assert not series._view.curve.isHidden()
    path = tmp_path / "efficiency.csv"
    monkeypatch.setattr(
        "napari_seewhy.widgets.parts.pictures.saving.QFileDialog.getSaveFileName",
        lambda *_: (str(path), ""),
    )
    click(series._view._export_button)
    table = pd.read_csv(path)
    counted = table[table["efficiency_by"] == "count"]
    np.testing.assert_allclose(100 * counted["efficiency"], percent, rtol=1e-6)


def test_the_real_marker_is_measured_beside_the_virtual_one(stained, viewer, qtbot) -> None:
    assert stained._marker.isHidden()
    marker = viewer.layers["NKX2.5 (NKX2.5)"]
    stained._form.fields.choose(stained._form.fields.image_layer, marker)
    qtbot.waitUntil(lambda: not stained._timer.isActive() and not stained._waiting, timeout=30_000)
    assert not stained._marker.isHidden()
    # Of 8 columns of blocks the first two lie within the 40 px that are bright, the third half.
    assert "37.5 %" in stained._view._figures.text()
    assert "18 of 48 blocks are positive" in stained._view._figures.text()
    difference = find(viewer, DIFFERENCE).data
    area = np.tile([1, 1, 0.5, 0, 0, 0, 0, 0], (6, 1))
    np.testing.assert_allclose(difference, find(viewer, PROBABILITY).data - area, atol=1e-6)


def test_the_cut_neither_measures_the_marker_nor_adds_up_again(
    series, viewer, qtbot, monkeypatch
) -> None:
    marker = viewer.layers["NKX2.5 (NKX2.5)"]
    series._form.fields.choose(series._form.fields.image_layer, marker)
    slide(series, 40, qtbot)
    measured: list[object] = []
    for place in ("marker.find_threshold", "marker.find_marker_blocks"):
        monkeypatch.setattr(
            f"napari_seewhy.widgets.stain.{place}", lambda *chosen, **_: measured.append(chosen)
        )
    summed, auc = series._shown.figures.summed, series._shown.figures.scores.roc_auc
    ranked: list[object] = []
    monkeypatch.setattr(
        "napari_seewhy.staining.block_scores._rank_auc", lambda *chosen: ranked.append(chosen)
    )
    slide(series, 60, qtbot)
    assert measured == []
    assert ranked == []
    assert series._shown.figures.cut == 0.6
    assert series._shown.figures.summed is summed
    assert series._shown.figures.scores.roc_auc == auc


def test_a_closed_image_leaves_the_result_alone(stained, viewer, qtbot) -> None:
    viewer.layers.remove(viewer.layers["phase (phase)"])
    slide(stained, 30, qtbot)
    probability = find(viewer, PROBABILITY).data
    np.testing.assert_array_equal(find(viewer, POSITIVE).data, probability >= 0.3)
    viewer.layers.remove(find(viewer, POSITIVE))
    slide(stained, 60, qtbot)
    assert "From 60% on" in stained._view._figures.text()


def test_the_stain_of_an_image_that_is_gone_leaves_no_figures(stained, viewer) -> None:
    viewer.layers.clear()
    assert stained._view.isHidden()
    assert "blocks stained" not in stained._task_row.message


def test_another_pixel_size_is_said_and_rescaling_offered(widget, viewer, run_task) -> None:
    (layer,) = show(viewer, draw_dish()[0])
    layer.scale = (0.25, 0.25)
    choose_model(widget)
    assert "have the field rescaled" in widget._task_row.message
    assert not widget._task_row._button.isEnabled()
    widget._form._options["rescale"].value = True
    run_task(widget._task_row)
    blocks = find(viewer, PROBABILITY)
    # Seen at half the size: a block of 16 px covers 32 px of the image, which measure 8 um.
    assert blocks.data.shape == (3, 4)
    assert tuple(blocks.scale) == (8, 8)


def test_a_clicked_block_is_explained_by_a_heatmap_at_its_place(
    stained, viewer, hand, qtbot, click
) -> None:
    stained._view._explains.setChecked(True)
    blocks = find(viewer, PROBABILITY)
    blocks.visible = True
    hand().click(blocks, (2, 5))
    qtbot.waitUntil(lambda: not stained._task_row.is_running, timeout=120_000)
    assert stained._task_row.message.startswith("Block in row 2, column 5: positive with")
    heatmap = find(viewer, "heatmap block")
    assert heatmap.name == "heatmap block (phase)"
    # What the block of 16 px at 32, 80 sees lies about it.
    start = np.array(heatmap.translate) / 0.5
    assert (start <= (32, 80)).all()
    assert (start + heatmap.data.shape >= (48, 96)).all()
    assert heatmap.data.max() == pytest.approx(1)
    frame = viewer.layers["phase explained block"]
    corners = frame.data[:, 0] * frame.scale + frame.translate
    # The outer edges of the block, in micrometres.
    np.testing.assert_allclose(corners.min(axis=0), (31.5 * 0.5, 79.5 * 0.5))
    np.testing.assert_allclose(corners.max(axis=0), (47.5 * 0.5, 95.5 * 0.5))
    said = float(blocks.data[2, 5])
    assert f"positive with {said:.0%}" in stained._task_row.message


def test_after_a_cancelled_run_a_click_explains_the_image_that_is_shown(
    stained, viewer, hand, qtbot, click
) -> None:
    said = find(viewer, PROBABILITY).data.copy()
    other, marker = draw_dish(seed=5)
    layers = show(viewer, replace(other, channels=("other",)), marker)
    stained._form.fields.choose(layers[0], None)
    row = stained._task_row
    with qtbot.waitSignal(row.running_changed, timeout=60_000, check_params_cb=lambda on: not on):
        click(row._button)
        row.cancel()
    np.testing.assert_array_equal(find(viewer, PROBABILITY).data, said)
    stained._view._explains.setChecked(True)
    for layer in layers:
        layer.visible = False
    hand().click(find(viewer, PROBABILITY), (2, 5))
    qtbot.waitUntil(lambda: not row.is_running, timeout=120_000)
    place = BlockPlace(0, 2, 5)
    steps = explain_block_steps(draw_dish()[0], stained._model.path, EXACT, place)
    expected = finish(steps).heatmap
    np.testing.assert_allclose(find(viewer, "heatmap block").data, expected, atol=1e-5)


def test_a_click_is_no_question_unless_it_is_asked_for(stained, viewer, hand) -> None:
    hand().click(find(viewer, STAIN), (2, 5))
    assert not stained._task_row.is_running


def test_real_and_virtual_stain_are_compared_in_four_ways(stained, viewer, qtbot) -> None:
    phase, marker = viewer.layers["phase (phase)"], viewer.layers["NKX2.5 (NKX2.5)"]
    stain, mode = find(viewer, STAIN), stained._view._mode
    assert not mode.model().item(1).isEnabled()
    stained._form.fields.choose(phase, marker)
    qtbot.waitUntil(lambda: not stained._timer.isActive() and not stained._waiting, timeout=30_000)
    difference = find(viewer, DIFFERENCE)

    def shown() -> set[Layer]:
        return {layer for layer in (phase, marker, stain, difference) if layer.visible}

    viewer.scene.camera.zoom = zoom = 1000.0
    mode.setCurrentIndex(mode.findData("side by side"))
    assert viewer.scene.camera.zoom < zoom
    assert shown() == {phase, marker, stain}
    assert viewer.canvas.grid.enabled
    assert viewer.canvas.grid.actual_shape(viewer.layers) == (1, 3)
    assert {one for one in viewer.layers if one.name_overlay.visible} == {phase, marker, stain}
    assert not find(viewer, POSITIVE).visible
    mode.setCurrentIndex(mode.findData("blink"))
    assert not viewer.canvas.grid.enabled
    assert viewer.scene.camera.zoom == zoom
    assert not any(one.name_overlay.visible for one in viewer.layers)
    assert find(viewer, POSITIVE).visible
    first = shown()
    qtbot.waitUntil(lambda: shown() != first, timeout=5_000)
    assert {frozenset(first), frozenset(shown())} == {
        frozenset({phase, stain}),
        frozenset({phase, marker}),
    }
    mode.setCurrentIndex(mode.findData("difference"))
    assert shown() == {phase, difference}
    assert not stained._comparison._timer.isActive()
    mode.setCurrentIndex(mode.findData("overlay"))
    assert shown() == {phase, stain}


def test_a_folder_gets_a_table_of_dishes_and_tells_of_what_failed(
    widget, model, tmp_path, run_task
) -> None:
    folder = tmp_path / "images"
    for name in ("dish1_a", "dish1_b", "dish2_a"):
        phase, _ = draw_dish(seed=len(name) + ord(name[-3]) + ord(name[-1]))
        write_image(folder / f"{name}.ome.tif", phase)
    small = CellImage(np.zeros((1, 8, 8), np.uint16), "CYX", ("phase",), 0.5)
    write_image(folder / "dish2_small.ome.tif", small)
    choose_model(widget)
    view = widget._folder.content
    view._images.set_path(folder)
    assert view._found.text().startswith("2 dishes. ")
    assert view._place_table.item(0, 1).text() == "dish1"
    run_task(view.task_row)
    assert view.task_row.message.startswith("3 done, 1 failed.")
    assert "smaller than a block" in view._table.item(3, 0).toolTip()
    expected = stain_image(read_image(folder / "dish2_a.ome.tif"), model, EXACT)
    said = f"{expected.efficiencies()[0].value:.1%}"
    assert view._table.item(2, 2).text() == said
    assert [view._dishes.item(row, 0).text() for row in range(2)] == ["dish1", "dish2"]
    assert view._dishes.item(1, 3).text() == said
    table = pd.read_csv(folder / "stained" / DISH_TABLE)
    assert table["n_fields"].tolist() == [2, 1]
    assert not view._dishes.isHidden()
    run_task(view.task_row)
    assert view.task_row.message.startswith("3 skipped, 1 failed.")


def test_days_are_shown_before_anything_runs_corrected_by_hand_and_drawn(
    widget, model, tmp_path, run_task
) -> None:
    folder = tmp_path / "images"
    for name in ("A_day1", "A_day5", "B_day1", "B_x"):
        write_image(folder / f"{name}.ome.tif", draw_dish(seed=len(name))[0])
    choose_model(widget)
    view = widget._folder.content
    view._images.set_path(folder)
    table = view._place_table
    shown = [[table.item(row, column).text() for column in (1, 2)] for row in range(4)]
    assert shown == [["A", "1"], ["A", "5"], ["B", "1"], ["B_x", ""]]
    assert view._found.text().startswith("3 dishes, 2 days.")
    assert table.item(0, 0).text() == "A_day1.ome.tif"
    table.item(3, 1).setText("B")
    table.item(3, 2).setText("7")
    assert view._found.text() == "2 dishes, 3 days, corrected by you."
    run_task(view.task_row)
    dishes = pd.read_csv(folder / "stained" / DISH_TABLE)
    assert dishes[["dish", "day"]].values.tolist() == [["A", 1], ["A", 5], ["B", 1], ["B", 7]]
    assert not view._curve.isHidden()
    assert "A" in view._curve._head.text()
    lines = [item for item in view._curve._plot.listDataItems() if len(item.xData) == 2]
    assert [line.xData.tolist() for line in lines] == [[1, 5], [1, 7]]
    np.testing.assert_allclose(lines[0].yData, 100 * dishes["efficiency"][:2])


def test_blocks_that_the_model_learned_from_do_not_count_in_the_agreement(
    widget, viewer, model, tmp_path, run_task
) -> None:
    from napari_seewhy.staining.card import load_stain

    phase, marker = draw_dish()
    path = tmp_path / "taught.ome.tif"
    write_image(path, phase)
    piece = {"name": "taught", "group": "", "y": [0, 96], "x": [0, 50]}
    record = {
        "inputs": [{"path": str(path), "sha256": hash_file(path)}],
        "results": {"split": {"train": [piece], "stop": []}},
    }
    old = load_stain(model)
    save_network(model, *old._replace(card=old.card.change(record=record)))
    layers = show(viewer, read_image(path), marker)
    widget._form.fields.choose(*layers)
    choose_model(widget)
    run_task(widget._task_row)
    text = widget._view._figures.text()
    # 50 px reach into the fourth of eight columns of blocks.
    assert "The model has learned from 50% of these blocks; they are left out." in text, text
    assert "0 of 24 blocks are positive" in text


def test_an_image_that_the_model_has_not_learned_from_counts_whole(
    widget, viewer, model, run_task
) -> None:
    from napari_seewhy.staining.card import load_stain

    piece = {"name": "another layer", "group": "", "y": [0, 96], "x": [0, 50]}
    record = {"inputs": [], "results": {"split": {"train": [piece], "stop": []}}}
    old = load_stain(model)
    save_network(model, *old._replace(card=old.card.change(record=record)))
    phase, marker = draw_dish()
    layers = show(viewer, replace(phase, source="this layer"), marker)
    widget._form.fields.choose(*layers)
    choose_model(widget)
    run_task(widget._task_row)
    text = widget._view._figures.text()
    assert "of 48 blocks are positive" in text, text
    assert "has learned from" not in text


def test_everything_fits_a_narrow_dock(stained, viewer) -> None:
    show(viewer, *draw_dish())
    for area in stained.findChildren(QScrollArea):
        assert area.widget().minimumSizeHint().width() <= 320


def test_the_marker_that_the_model_speaks_of_is_compared_with_by_itself(widget, viewer) -> None:
    choose_model(widget)
    phase, marker = draw_dish()
    show(viewer, phase, marker)
    assert widget._form.fields.marker_layer is None
    (troponin,) = show(viewer, replace(marker, channels=("Troponin",)))
    assert widget._form.fields.marker_layer is troponin
    widget._form.fields.choose(widget._form.fields.image_layer, None)
    assert widget._form.fields.marker_layer is None
