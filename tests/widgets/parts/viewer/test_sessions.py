"""Buttons that open images and sessions, and the offer to open an image by its channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from qtpy.QtWidgets import QFileDialog, QPushButton

from napari_seewhy.images import CellImage, write_image
from napari_seewhy.widgets.classify.widget import ClassifyWidget
from napari_seewhy.widgets.parts.viewer.mixed_channels import MixedChannels
from napari_seewhy.widgets.parts.viewer.sessions import mixes_channels, save_session
from napari_seewhy.widgets.segment.widget import SegmentWidget

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari import Viewer
    from qtpy.QtWidgets import QWidget

pytestmark = pytest.mark.widgets


@pytest.fixture
def image_file(tmp_path: Path) -> Path:
    pixels = np.arange(3 * 32 * 40, dtype=np.uint16).reshape(3, 32, 40)
    path = tmp_path / "cells.tif"
    write_image(path, CellImage(pixels, "CYX", ("DNA", "PH3", "cell"), pixel_size_um=0.65))
    return path


def button(widget: QWidget, text: str) -> QPushButton:
    return next(b for b in widget.findChildren(QPushButton) if b.text() == text)


@pytest.mark.parametrize("kind", [SegmentWidget, ClassifyWidget])
def test_a_layer_with_its_channels_in_a_slider_is_opened_by_channels(
    viewer: Viewer, dock: Callable[..., QWidget], click: Callable[..., None], kind, image_file
) -> None:
    widget = dock(kind, "dock")
    notice = widget.findChildren(MixedChannels)[0]
    assert notice.isHidden()
    viewer.open(image_file, plugin="napari")
    assert [layer.ndim for layer in viewer.layers] == [3]
    assert "one after the other" in notice._text.text()
    assert not notice.isHidden()
    if kind is SegmentWidget:
        assert widget._form.layer is None
        assert "Open an image first" in widget._task_row.message
    click(button(notice, "Open it by channels"))
    assert [layer.name for layer in viewer.layers] == ["DNA (cells)", "PH3 (cells)", "cell (cells)"]
    np.testing.assert_allclose(viewer.layers[0].scale, 0.65)
    assert notice.isHidden()


def test_a_stack_of_one_channel_stays_as_it_is(viewer: Viewer, tmp_path: Path) -> None:
    path = tmp_path / "stack.ome.tif"
    write_image(path, CellImage(np.ones((1, 4, 16, 16), np.uint8), "CZYX", ("DNA",)))
    [layer] = viewer.open(path, plugin="napari")
    assert not mixes_channels(layer)


def test_images_and_a_session_are_opened_and_saved_by_buttons(
    viewer: Viewer,
    dock: Callable[..., QWidget],
    click: Callable[..., None],
    image_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    widget = dock(SegmentWidget, "Segment cells")
    answer = ([str(image_file)], "")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: answer)
    click(button(widget, "Open images"))
    assert len(viewer.layers) == 3

    folder = tmp_path / "day.seewhy"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(folder), ""))
    click(button(widget, "Save session"))
    assert (folder / "session.json").is_file()

    viewer.layers.remove("PH3 (cells)")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", None)  # asked once
    click(button(widget, "Save session"))
    viewer.layers.clear()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    click(button(widget, "Open session"))
    assert [layer.name for layer in viewer.layers] == ["DNA (cells)", "cell (cells)"]


def test_a_name_without_ending_gets_it_and_other_layers_are_said_to_be_left_out(
    viewer: Viewer, image_file: Path, tmp_path: Path, told: list[str], monkeypatch
) -> None:
    viewer.open(image_file, plugin="napari-seewhy")
    viewer.add_vectors(np.zeros((1, 2, 2)), name="arrows")
    answer = (str(tmp_path / "day"), "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: answer)
    save_session(viewer)
    assert (tmp_path / "day.seewhy" / "session.json").is_file()
    assert told == ["A session holds no vectors, tracks or surfaces: arrows."]


def test_what_is_no_session_is_said(
    viewer: Viewer, dock, click, told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    click(button(dock(SegmentWidget, "Segment cells"), "Open session"))
    assert told == [
        f"{tmp_path} holds no session; choose a folder NAME.seewhy with a session.json."
    ]
