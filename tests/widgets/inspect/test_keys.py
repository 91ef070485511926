"""The keys of the list of genes over a real canvas, and whose they are when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from qtpy.QtCore import QEvent, Qt
from qtpy.QtWidgets import QApplication

from napari_seewhy.layers.genes import PICTURE
from napari_seewhy.layers.to_layers import METADATA_KEY
from napari_seewhy.widgets.inspect.widget import InspectWidget

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.widgets

N = 4


def draw_picture(seed: int) -> Image.Image:
    """Bars above a gap, dots below it."""
    rng = np.random.default_rng(seed)
    pixels = np.full((90, 120, 3), 255, np.uint8)
    for x in range(5, 115):
        pixels[40 - rng.integers(4, 35) : 40, x] = (70, 130, 180)
    for y in range(50, 86, 2):
        pixels[y : y + 2, rng.integers(6, 112) :][:, :3] = (200, 40, 60)
    return Image.fromarray(pixels)


@pytest.fixture
def folder(tmp_path) -> Path:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for i in range(N):
        draw_picture(i).save(pictures / f"BPA_gene{i}.png")
    return pictures


@pytest.fixture
def opened(viewer, dock, folder) -> InspectWidget:
    """In a window that is shown: keys are taken where the list is in sight."""
    viewer.window.show()
    widget = dock(InspectWidget, "Inspect gene pictures")
    widget.open(folder, "{compound}_{gene}")
    return widget


@pytest.fixture
def press(qtbot, viewer) -> Callable[..., None]:
    """Press keys over the canvas, one after the other."""
    canvas = viewer.window._qt_viewer.canvas.native

    def press(*keys: Qt.Key) -> None:
        for key in keys:
            qtbot.keyClick(canvas, key)

    return press


def you(widget: InspectWidget) -> list[str]:
    return widget._queue.genes["you"].tolist()


def test_keys_over_the_picture_say_the_class_go_on_and_take_back(opened, press) -> None:
    press(Qt.Key.Key_I, Qt.Key.Key_S, Qt.Key.Key_N)
    assert you(opened) == ["induction", "suppression", "non-significant", ""]
    press(Qt.Key.Key_Backspace)
    assert you(opened) == ["induction", "suppression", "", ""]
    press(Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_0)
    assert you(opened) == ["", "suppression", "", ""]
    press(Qt.Key.Key_Right)
    assert opened._queue.row == 1
    press(Qt.Key.Key_Space)
    assert opened._queue.row == 2


def test_the_list_has_the_keys_as_soon_as_pictures_are_open(opened, viewer) -> None:
    assert viewer.window._qt_window.focusWidget() is opened._view.table


def test_another_layer_that_is_worked_on_keeps_its_keys(opened, viewer, press) -> None:
    points = viewer.add_points([[1, 1], [2, 2]])
    assert not viewer.keymap
    points.selected_data = {0}
    press(Qt.Key.Key_Backspace, Qt.Key.Key_I)
    assert you(opened) == [""] * N
    viewer.layers.selection = {opened._shown.layers.find(PICTURE)}
    press(Qt.Key.Key_I)
    assert you(opened)[0] == "induction"


def test_without_the_list_in_sight_the_keys_are_napari_s(opened, viewer, press) -> None:
    opened._tabs.setCurrentIndex(0)
    assert not viewer.keymap
    press(Qt.Key.Key_I)
    assert you(opened) == [""] * N
    opened._tabs.setCurrentIndex(1)
    press(Qt.Key.Key_I)
    assert you(opened)[0] == "induction"
    opened.parent().hide()
    assert not viewer.keymap


def test_without_a_picture_of_a_gene_the_keys_are_napari_s(opened, viewer) -> None:
    viewer.layers.clear()
    assert not viewer.keymap


def test_a_key_that_has_a_meaning_keeps_it(viewer, dock, folder, press, qtbot) -> None:
    pressed = []
    viewer.bind_key("I", pressed.append)
    viewer.window.show()
    widget = dock(InspectWidget, "Inspect gene pictures")
    widget.open(folder, "{compound}_{gene}")
    qtbot.waitUntil(widget._view.isVisible)
    press(Qt.Key.Key_I, Qt.Key.Key_S)
    assert pressed == [viewer]
    assert you(widget)[0] == "suppression"
    widget._tabs.setCurrentIndex(0)
    press(Qt.Key.Key_I)
    assert pressed == [viewer, viewer]


def test_the_end_of_the_widget_is_the_end_of_its_keys(opened, viewer, qtbot) -> None:
    assert len(viewer.keymap) == 8
    viewer.window.remove_dock_widget(opened)
    opened.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: not viewer.keymap)


def test_with_control_a_key_belongs_to_the_menus(opened, qtbot) -> None:
    qtbot.keyClick(opened._view.table, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert you(opened) == [""] * N


@pytest.mark.parametrize("is_first", [True, False])
def test_the_pictures_of_the_sample_are_looked_at(viewer, dock, folder, qtbot, is_first) -> None:
    metadata = {METADATA_KEY: {"role": "gene pictures", "source": str(folder)}}
    stack = np.stack([np.asarray(draw_picture(i)) for i in range(N)])
    if is_first:
        viewer.add_image(stack, rgb=True, metadata=metadata)
    widget = dock(InspectWidget, "Inspect gene pictures")
    if not is_first:
        viewer.add_image(stack, rgb=True, metadata=metadata)
    qtbot.waitUntil(lambda: widget._queue is not None)
    assert len(widget._queue.genes) == N
    assert all(layer.ndim == 2 for layer in viewer.layers)
    assert widget._shown.layers.find(PICTURE).visible


def test_smaller_pictures_fill_the_view_again(opened, viewer, tmp_path) -> None:
    large = tmp_path / "large"
    large.mkdir()
    Image.new("RGB", (600, 450), "white").save(large / "photo.png")
    camera = viewer.scene.camera
    viewer.reset_view()
    zoom = camera.zoom
    before = opened._queue.pictures.path
    opened.open(large)
    assert camera.zoom < zoom / 3
    opened.open(before)
    assert camera.zoom == pytest.approx(zoom)


def test_a_wrong_folder_is_said_beside_its_name_and_what_was_open_stays(opened, tmp_path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    opened._setup.folder.set_path(empty)
    assert "holds no picture" in opened._setup.read_as.text()
    assert opened._setup.folder.path == opened._queue.pictures.path
    assert opened._setup.folder._label.text() == "pictures"
