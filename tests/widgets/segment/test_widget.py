"""Segment cells in a real viewer: real clicks, the real child process, and the layers left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLabel, QPushButton

from napari_seewhy.engine import TaskRunner
from napari_seewhy.images import CellImage
from napari_seewhy.layers import METADATA_KEY, image_layers
from napari_seewhy.widgets.parts.tasks.next_steps import NextSteps
from napari_seewhy.widgets.parts.tasks.state import ViewerState, state_of
from napari_seewhy.widgets.segment.widget import SegmentWidget
from napari_seewhy.widgets.tidy.tidied_layer import TidiedLayer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from napari import Viewer
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.widgets


def show(viewer: Viewer, image: CellImage) -> list[Layer]:
    return [viewer.add_layer(Layer.create(*data)) for data in image_layers(image)]


@pytest.fixture(scope="module")
def warm_runner() -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


@pytest.fixture
def widget(
    viewer: Viewer, warm_runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> SegmentWidget:
    """The widget, with a child process that stays warm from test to test."""
    state_of(viewer)._runner = warm_runner
    monkeypatch.setattr(ViewerState, "leave", lambda _: None)
    widget = SegmentWidget(viewer)
    viewer.window.add_dock_widget(widget, name="Segment cells")
    return widget


@pytest.fixture
def segment(widget: SegmentWidget, qtbot: QtBot) -> Callable[[], None]:
    """Press the button and wait for the end."""

    def press() -> None:
        row = widget._task_row
        with qtbot.waitSignal(
            row.running_changed, timeout=120_000, check_params_cb=lambda on: not on
        ):
            qtbot.mouseClick(row.findChild(QPushButton), Qt.MouseButton.LeftButton)

    return press


def message(widget: SegmentWidget) -> str:
    return widget._task_row.findChild(QLabel).text()


def choose(widget: SegmentWidget, **values: Any) -> None:
    """Set controls of the form, whichever of its two parts they are in."""
    for name, value in values.items():
        part = widget._form._cells if name.startswith("cell") else widget._form._nuclei
        part[name].value = value


def test_without_an_image_the_button_says_what_is_missing(widget) -> None:
    assert not widget._task_row.findChild(QPushButton).isEnabled()
    assert message(widget).startswith("Open an image first")


def test_a_click_leaves_labels_that_lie_on_the_image(
    viewer, widget, segment, tiny_image: CellImage, tiny_labels: np.ndarray
) -> None:
    show(viewer, tiny_image)
    segment()
    nuclei = viewer.layers["nuclei (DNA)"]
    assert nuclei.data.max() == 5
    overlap = (nuclei.data > 0) & (tiny_labels > 0)
    assert overlap.sum() / ((nuclei.data > 0) | (tiny_labels > 0)).sum() > 0.8
    np.testing.assert_array_equal(nuclei.scale, (0.5, 0.5))
    assert [str(unit) for unit in nuclei.units] == ["micrometer"] * 2
    assert nuclei.features["label"].tolist() == [0, 1, 2, 3, 4, 5]
    assert nuclei.features["confidence"][1:].between(0, 1).all()
    known = nuclei.metadata[METADATA_KEY]
    assert (known["role"], known["parent"]) == ("nuclei", "DNA")
    assert known["options"]["channel"] == "DNA"
    assert known["options"]["method"] == "nuclei"
    assert message(widget).startswith("5 nuclei, about ")
    assert "µm across; found on " in message(widget)


def test_a_threshold_says_nothing_of_its_confidence(viewer, widget, segment, tiny_image) -> None:
    show(viewer, tiny_image)
    choose(widget, method="otsu")
    segment()
    assert "confidence" not in viewer.layers["nuclei (DNA)"].features
    assert message(widget).endswith("µm across.")
    assert widget._uncertain.isHidden()


def test_a_second_run_brings_the_same_layers_up_to_date(
    viewer, widget, segment, tiny_image: CellImage
) -> None:
    show(viewer, tiny_image)
    choose(widget, cells="expand")
    segment()
    nuclei, cells = viewer.layers["nuclei (DNA)"], viewer.layers["cells (DNA)"]
    assert cells.contour == 2
    assert (cells.data > 0).sum() > (nuclei.data > 0).sum()
    nuclei.opacity = 0.3
    before = nuclei.data

    choose(widget, min_area_px=200)
    segment()
    assert viewer.layers["nuclei (DNA)"] is nuclei
    assert viewer.layers["cells (DNA)"] is cells
    assert len(viewer.layers) == 4
    assert nuclei.opacity == 0.3
    assert 0 < nuclei.data.max() < before.max()
    assert len(nuclei.features) == nuclei.data.max() + 1
    assert nuclei.metadata[METADATA_KEY]["options"]["min_area_px"] == 200


def test_cells_that_were_not_asked_for_again_go(viewer, widget, segment, tiny_image) -> None:
    show(viewer, tiny_image)
    choose(widget, cells="expand")
    segment()
    choose(widget, cells="none")
    segment()
    assert [layer.name for layer in viewer.layers] == ["DNA", "Golgi", "nuclei (DNA)"]


def test_cells_grow_in_the_layer_that_was_chosen(viewer, widget, segment, tiny_image) -> None:
    dna, golgi = show(viewer, tiny_image)
    assert widget._form._nuclei_layer.value is dna
    assert widget._form._cell_layer.value is golgi
    choose(widget, cells="watershed")
    segment()
    known = viewer.layers["cells (DNA)"].metadata[METADATA_KEY]
    assert known["options"]["cell_channel"] == "Golgi"


def test_a_time_series_gets_numbers_that_go_on(viewer, widget, segment, tiny_image) -> None:
    film = np.stack([tiny_image.pixels[:1]] * 2)
    show(viewer, CellImage(film, "TCYX", ("DNA",), 0.5))
    segment()
    nuclei = viewer.layers["nuclei (DNA)"]
    assert nuclei.data.shape == film[:, 0].shape
    assert np.unique(nuclei.data[0]).tolist() == [0, 1, 2, 3, 4, 5]
    assert np.unique(nuclei.data[1]).tolist() == [0, 6, 7, 8, 9, 10]
    assert message(widget).startswith("10 nuclei")


def test_a_stack_is_flattened_and_its_labels_are_flat(viewer, widget, segment, tiny_image) -> None:
    stack = np.stack([tiny_image.pixels[0] // 4, tiny_image.pixels[0]])[np.newaxis]
    show(viewer, CellImage(stack, "CZYX", ("DNA",), 0.5, z_step_um=2.0))
    assert widget._form._nuclei["z_plane"].native.isVisibleTo(widget)
    segment()
    assert viewer.layers["nuclei (DNA)"].data.shape == tiny_image.shape_yx
    assert viewer.layers["nuclei (DNA)"].data.max() == 5


def test_what_the_slider_does_is_asked_only_where_it_is_not_known(
    viewer, widget, segment, tiny_image
) -> None:
    axes = widget._form._axes
    plain = viewer.add_image(np.stack([tiny_image.pixels[0]] * 3), name="film")
    assert widget._form.layer is plain
    assert axes.native.isVisibleTo(widget)
    axes.native.setCurrentIndex(1)
    segment()
    assert viewer.layers["nuclei (film)"].data.ndim == 2

    widget._form._nuclei_layer.value = show(viewer, tiny_image)[0]
    assert not axes.native.isVisibleTo(widget)


def test_lengths_are_asked_for_in_the_unit_that_the_image_has(viewer, widget, tiny_image) -> None:
    nuclei = widget._form._nuclei
    plain = viewer.add_image(tiny_image.pixels[0], name="plain")
    assert nuclei["diameter_px"].native.isVisibleTo(widget)
    assert not nuclei["diameter_um"].native.isVisibleTo(widget)
    viewer.layers.remove(plain)
    show(viewer, tiny_image)
    assert nuclei["diameter_um"].native.isVisibleTo(widget)
    assert not nuclei["diameter_px"].native.isVisibleTo(widget)


def test_an_empty_image_is_told_and_no_next_step_is_offered(viewer, widget, segment, told) -> None:
    viewer.add_image(np.zeros((32, 32), np.uint8), name="black")
    segment()
    assert message(widget).startswith("No nucleus was found.")
    assert viewer.layers["nuclei (black)"].data.max() == 0
    assert told
    assert widget.findChild(NextSteps).isHidden()


def test_a_colour_picture_is_refused_in_one_sentence(viewer, widget, told, qtbot) -> None:
    viewer.add_image(np.zeros((32, 32, 3), np.uint8), rgb=True, name="H&E")
    qtbot.mouseClick(widget._task_row.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert len(told) == 1
    assert told[0].startswith("'H&E' is a colour picture; split it")
    assert not widget._task_row.is_running
    assert len(viewer.layers) == 1


def test_pixels_that_are_no_numbers_are_refused_and_nothing_changes(
    viewer, widget, segment, told
) -> None:
    pixels = np.zeros((32, 32), np.float32)
    viewer.add_image(pixels, name="broken", contrast_limits=(0, 1))
    pixels[3, 3] = np.nan
    segment()
    assert len(told) == 1
    assert "NaN" in told[0]
    assert len(viewer.layers) == 1


def test_the_found_diameter_is_where_a_person_would_start(
    viewer, widget, segment, tiny_image
) -> None:
    show(viewer, tiny_image)
    segment()
    editor = widget._form._nuclei["diameter_um"]
    editor.tick.native.click()
    assert editor.value == pytest.approx(8, abs=2)


def test_the_result_comes_though_the_image_was_closed_meanwhile(
    viewer, widget, segment, tiny_image, monkeypatch
) -> None:
    show(viewer, tiny_image)
    widget._task_row.running_changed.connect(lambda on: viewer.layers.clear() if on else None)
    segment()
    assert [layer.name for layer in viewer.layers] == ["nuclei (DNA)"]


def test_the_result_of_an_image_that_is_gone_is_not_that_of_the_next(
    viewer, widget, segment, tiny_image
) -> None:
    show(viewer, tiny_image)
    segment()
    assert "nuclei" in message(widget)
    assert not widget._next.isHidden()
    viewer.layers.clear()
    assert message(widget).startswith("Open an image first")
    assert widget._next.isHidden()
    show(viewer, tiny_image)
    assert "nuclei" not in message(widget)


def test_only_what_matters_to_the_method_is_asked(viewer, widget, tiny_image) -> None:
    show(viewer, tiny_image)
    form = widget._form
    is_shown = {
        method: [
            form.model.isVisibleTo(widget),
            form._nuclei["splitting"].native.isVisibleTo(widget),
        ]
        for method in ("otsu", "nuclei")
        if not choose(widget, method=method)
    }
    assert is_shown == {"otsu": [False, True], "nuclei": [True, False]}


def test_the_least_certain_nuclei_are_walked_through(
    viewer, widget, segment, tiny_image, click
) -> None:
    show(viewer, tiny_image)
    segment()
    nuclei, uncertain = viewer.layers["nuclei (DNA)"], widget._uncertain
    order = nuclei.features["confidence"][1:].sort_values().index.tolist()
    assert not uncertain._back_button.isEnabled()
    viewer.scene.camera.zoom = 0.1
    walked = []
    for _ in order:
        click(uncertain._next_button)
        walked.append(nuclei.selected_label)
    assert walked == order
    assert not uncertain._next_button.isEnabled()
    y, x = (np.argwhere(nuclei.data == order[-1]).mean(axis=0) * 0.5).round(1)
    np.testing.assert_allclose(viewer.scene.camera.center[-2:], (y, x), atol=0.6)
    rows = np.flatnonzero((nuclei.data == order[-1]).any(axis=1))
    canvas_px = min(viewer.window._qt_viewer.canvas.size)
    assert len(rows) * 0.5 * viewer.scene.camera.zoom == pytest.approx(canvas_px / 6, rel=0.4)
    assert f"Cell {order[-1]}, number 5 of 5" in uncertain._sentence.text()
    click(uncertain._back_button)
    assert nuclei.selected_label == order[-2]


def test_a_corrected_nucleus_is_walked_past(viewer, widget, segment, tiny_image, click) -> None:
    show(viewer, tiny_image)
    segment()
    nuclei = viewer.layers["nuclei (DNA)"]
    order = nuclei.features["confidence"][1:].sort_values().index.tolist()
    TidiedLayer(nuclei).delete([order[0]])
    click(widget._uncertain._next_button)
    assert nuclei.selected_label == order[1]


def test_nuclei_are_coloured_by_confidence_and_get_their_own_colours_back(
    viewer, widget, segment, tiny_image
) -> None:
    show(viewer, tiny_image)
    segment()
    nuclei = viewer.layers["nuclei (DNA)"]
    before = nuclei.colormap
    widget._uncertain._color_check.click()
    order = nuclei.features["confidence"][1:].sort_values().index.tolist()
    colors = [nuclei.colormap.color_dict[label] for label in order]
    assert np.ptp([color[0] for color in colors]) > 0.5  # from the blue to the yellow of viridis
    assert colors[-1][1] > colors[0][1]
    widget._uncertain._color_check.click()
    assert nuclei.colormap is before


def test_closed_widgets_hear_nothing_more_of_the_viewer(viewer, widget, tiny_image, qtbot) -> None:
    dock = viewer.window._wrapped_dock_widgets["Segment cells"]
    with qtbot.waitSignal(widget.destroyed):
        viewer.window.remove_dock_widget(dock)
        widget.deleteLater()
    show(viewer, tiny_image)
    assert len(viewer.layers) == 2


def test_the_widget_is_narrow_enough_for_a_small_screen(viewer, widget, tiny_image) -> None:
    show(viewer, tiny_image)
    assert widget.minimumSizeHint().width() <= 320
    assert widget._form.minimumSizeHint().width() <= 320


@pytest.mark.realdata
def test_real_nuclei_are_found_through_the_plugin_menu(viewer, qtbot, real_data) -> None:
    from napari_seewhy.images import read_image

    show(viewer, read_image(real_data / "human" / "dna_ph3_cell.ome.tif"))
    _, widget = viewer.window.add_plugin_dock_widget("napari-seewhy", "Segment cells")
    widget.segment()
    qtbot.waitUntil(lambda: not widget._task_row.is_running, timeout=120_000)
    assert 200 < viewer.layers["nuclei (dna_ph3_cell)"].data.max() < 400
    next_steps = widget.findChild(NextSteps).findChildren(QPushButton)
    names = ["Tidy cells", "Measure cells", "Classify cells"]
    assert [button.text() for button in next_steps] == names
    assert not widget.findChild(NextSteps).isHidden()
