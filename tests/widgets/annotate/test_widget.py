"""Annotate samples in a real viewer: real keys and clicks; the file changes only on writing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication, QFileDialog, QPushButton, QScrollArea

from napari_seewhy.errors import FileError
from napari_seewhy.files import hash_file
from napari_seewhy.models import (
    ChannelCard,
    Model,
    ModelCard,
    ModelLibrary,
    NetworkOptions,
    save_model as save,
)
from napari_seewhy.models.files.library import FOLDER_VARIABLE
from napari_seewhy.napari_files.sample_layers import sample_layers
from napari_seewhy.samples import SampleSet, SampleWriter
from napari_seewhy.samples.annotating.annotations import Annotations, sidecar_path
from napari_seewhy.samples.annotating.queue import AnnotationQueue
from napari_seewhy.widgets.annotate.page import PAGE_SIZE
from napari_seewhy.widgets.annotate.widget import AnnotateWidget
from napari_seewhy.widgets.parts.pictures.contact_sheet import ContactSheet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.widgets

N = 20
CLASSES = ("G1", "G2")


def draw_samples(path: Path, classes: tuple[str, ...] = CLASSES) -> Path:
    """Squares, each brighter than the one before; the first is known."""
    pixels = np.random.default_rng(0).normal(100, 3, (N, 2, 12, 12))
    pixels[:, 0, 3:9, 3:9] += 10 * np.arange(N)[:, None, None]
    target = np.full(N, -1)
    target[0] = 0 if classes else -1
    with SampleWriter(
        path, channels=("DNA", "Golgi"), size_px=(12, 12), dtype="uint16", classes=classes
    ) as writer:
        writer.append(pixels.astype(np.uint16), target, "well A1")
    return path


@pytest.fixture
def library(tmp_path, monkeypatch) -> ModelLibrary:
    """With one model, whose weights are those it began with."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "models"))
    card = ModelCard(
        name="phases",
        network=NetworkOptions(width=4, n_stages=1),
        classes=("G1", "M"),
        channels=(ChannelCard(name="DNA", mean=117, std=32, low=94, high=228),),
        size_px=(12, 12),
        dtype="uint16",
    )
    save(tmp_path / "models" / "phases.safetensors", Model.from_card(card))
    return ModelLibrary()


@pytest.fixture
def samples(tmp_path) -> Path:
    return draw_samples(tmp_path / "squares.h5")


@pytest.fixture
def widget(dock, library) -> AnnotateWidget:
    return dock(AnnotateWidget, "Annotate samples")


@pytest.fixture
def opened(widget, samples) -> AnnotateWidget:
    widget.open(samples)
    return widget


@pytest.fixture
def press(qtbot, opened) -> Callable[..., None]:
    """Press keys over the pictures, one after the other."""

    def press(*keys: Qt.Key) -> None:
        for key in keys:
            qtbot.keyClick(opened._view._page.sheet, key)

    return press


@pytest.fixture
def proposed(opened, run_task) -> AnnotateWidget:
    opened._setup.model.setCurrentText("phases")
    opened._setup.model.activated.emit(1)
    run_task(opened._propose_row)
    return opened


def known(widget: AnnotateWidget) -> list[int]:
    return widget._queue.annotations.target.tolist()


def button(widget: AnnotateWidget, name: str) -> QPushButton:
    return widget._view._buttons._buttons[name]


def test_without_samples_it_says_what_to_do_first(widget) -> None:
    assert widget._propose_row._message.text().startswith("Choose a sample set first")
    assert not widget._tabs.isTabEnabled(1)


def test_it_begins_with_the_first_unknown_sample(opened) -> None:
    assert opened._tabs.currentIndex() == 1
    assert opened._queue.row == 1
    assert opened._view._progress.text() == "1 of 20 known"
    assert button(opened, "G1").text() == "1   G1   (1)"
    assert opened._view._said.text() == "Sample 1: class unknown."


def test_keys_say_the_class_and_go_on(opened, press) -> None:
    press(Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_2)
    assert known(opened)[:5] == [0, 1, 0, 1, -1]
    assert opened._queue.row == 4
    assert opened._view._progress.text() == "4 of 20 known"
    assert button(opened, "G2").text() == "2   G2   (2)"


def test_the_first_key_answers_without_a_click(viewer, widget, samples, qtbot) -> None:
    viewer.show()
    viewer.window._qt_window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    widget.open(samples)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is widget._view._page.sheet)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_1)
    assert widget._queue.annotations.name_of(1) == "G1"


def test_large_pictures_bear_their_channel_and_point_at_the_nucleus_that_is_meant(qtbot) -> None:
    sheet = ContactSheet(n_columns=2, is_named=True)
    qtbot.addWidget(sheet)
    sheet.resize(404, 200)
    sheet.set_pictures(np.full((2, 8, 8, 3), 90, np.uint8), ["DNA", "Golgi"])
    drawn = sheet.grab().toImage()
    box = sheet.box(1)
    for x, y in (
        (box.center().x(), box.top() + 5),
        (box.center().x(), box.bottom() - 5),
        (box.left() + 5, box.center().y()),
        (box.right() - 5, box.center().y()),
    ):
        assert drawn.pixelColor(x, y).lightness() == 255
    # The middle itself, where the nucleus is, stays free; the name stands in the corner.
    assert drawn.pixelColor(box.center()).lightness() == 90
    corner = {
        drawn.pixelColor(box.left() + x, box.top() + y).lightness()
        for x in range(4, 40)
        for y in range(2, 18)
    }
    assert max(corner) > 200


def test_a_key_without_a_class_changes_nothing(opened, press) -> None:
    press(Qt.Key.Key_7, Qt.Key.Key_X)
    assert opened._queue.annotations.n_answers == 0


def test_every_answer_is_saved_at_once_and_the_file_is_left_alone(opened, press, samples) -> None:
    before = hash_file(samples)
    press(Qt.Key.Key_2)
    assert Annotations(samples).target[1] == 1
    assert hash_file(samples) == before


def test_a_click_on_a_class_answers_too(opened, qtbot) -> None:
    qtbot.mouseClick(button(opened, "G2"), Qt.MouseButton.LeftButton)
    assert known(opened)[1] == 1
    assert opened._queue.row == 2


def test_undo_goes_back_to_the_sample(opened, press, qtbot) -> None:
    press(Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_Backspace)
    assert known(opened)[:3] == [0, 1, -1]
    assert opened._queue.row == 2
    qtbot.mouseClick(opened._view._undo_button, Qt.MouseButton.LeftButton)
    assert opened._queue.annotations.n_answers == 0
    assert not opened._view._undo_button.isEnabled()


def test_the_arrows_go_on_and_back_without_answering(opened, press) -> None:
    press(Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left)
    assert opened._queue.row == 2
    press(*[Qt.Key.Key_Left] * 5)
    assert opened._queue.row == 0
    assert opened._queue.annotations.n_answers == 0


def test_zero_takes_a_class_away(opened, press) -> None:
    press(Qt.Key.Key_Left, Qt.Key.Key_0)
    assert known(opened)[0] == -1


def test_a_clicked_picture_becomes_the_current_one(opened, qtbot) -> None:
    sheet = opened._view._page.sheet
    qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=sheet.box(7).center())
    assert opened._queue.row == 7
    assert sheet.marked == 7


def test_the_page_turns_with_the_current_sample(opened, press) -> None:
    press(*[Qt.Key.Key_Right] * PAGE_SIZE)
    assert opened._queue.row == PAGE_SIZE + 1
    assert opened._view._page.sheet.marked == 1
    assert len(opened._view._page.sheet._pictures) == N - PAGE_SIZE


def test_a_known_sample_is_underlined_in_the_colour_of_its_class(opened, press) -> None:
    press(Qt.Key.Key_2)
    pictures = opened._view._page.sheet._pictures
    assert pictures[0, -1, 0].tolist() == [230, 159, 0]
    assert pictures[1, -1, 0].tolist() == [86, 180, 233]
    assert pictures[2, -1, 0].std() == 0


def test_the_slider_follows_where_the_samples_are_open(opened, press, viewer, samples) -> None:
    for data in sample_layers(samples):
        viewer.add_layer(Layer.create(*data))
    press(Qt.Key.Key_2)
    assert viewer.dims.current_step[0] == 2
    press(Qt.Key.Key_Backspace)
    assert viewer.dims.current_step[0] == 1


def test_the_current_sample_shows_all_channels_and_the_page_the_chosen_one(opened) -> None:
    view = opened._view
    of_sample = view._sample._pictures
    assert len(of_sample) == 2
    np.testing.assert_array_equal(view._page.sheet._pictures[1], of_sample[0])
    view._page.channel_box.setCurrentIndex(1)
    view._page.channel_box.activated.emit(1)
    np.testing.assert_array_equal(view._page.sheet._pictures[1], of_sample[1])


def test_a_new_class_gets_a_button_and_a_key(opened, press, qtbot) -> None:
    buttons = opened._view._buttons
    qtbot.keyClicks(buttons._name, "S2")
    qtbot.keyClick(buttons._name, Qt.Key.Key_Return)
    assert buttons.classes == ["G1", "G2", "S2"]
    press(Qt.Key.Key_3)
    assert opened._queue.annotations.name_of(1) == "S2"


def test_samples_without_any_class_ask_for_the_first(widget, tmp_path, qtbot) -> None:
    widget.open(draw_samples(tmp_path / "new.h5", classes=()))
    assert "type the name of the first one" in widget._view._said.text()
    qtbot.keyClicks(widget._view._buttons._name, "G1")
    qtbot.mouseClick(widget._view._buttons._add_button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(widget._view._page.sheet, Qt.Key.Key_1)
    assert widget._queue.annotations.name_of(0) == "G1"


def test_an_answer_that_cannot_be_saved_is_told_and_not_taken(opened, press, monkeypatch, told):
    def refuse(*_: object) -> None:
        raise FileError("The disk is full.")

    monkeypatch.setattr("napari_seewhy.samples.annotating.annotations.write_text", refuse)
    press(Qt.Key.Key_1)
    assert told == ["The disk is full."]
    assert opened._queue.row == 1
    assert known(opened)[1] == -1


def test_without_a_model_there_is_nothing_to_accept(opened, press, told) -> None:
    assert not opened._view._accept_button.isEnabled()
    press(Qt.Key.Key_Space)
    assert "No model has looked at these samples" in told[0]


def test_a_model_proposes_and_the_unsure_come_first(proposed) -> None:
    proposals, rows = proposed._queue.proposals, proposed._queue.rows
    assert proposals.probability.shape == (N, 2)
    margins = proposals.margin[rows[:-1]]
    assert (np.diff(margins) >= 0).all()
    assert rows[-1] == 0
    assert proposed._queue.row == rows[0]
    name = proposals.name(rows[0])
    assert f"The model says {name}" in proposed._view._said.text()


def test_space_accepts_what_the_model_says_and_learns_its_classes(proposed, press) -> None:
    rows = proposed._queue.rows.tolist()
    press(*[Qt.Key.Key_Space] * (N - 1))
    annotations = proposed._queue.annotations
    proposals = proposed._queue.proposals
    assert [annotations.name_of(row) for row in rows[: N - 1]] == [
        proposals.name(row) for row in rows[: N - 1]
    ]
    assert annotations.n_known == N


def test_what_is_probably_wrong_can_be_looked_at_first(proposed, press) -> None:
    press(Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_1)
    order = proposed._view._page.order_box
    order.setCurrentIndex(order.findData("doubtful"))
    order.activated.emit(2)
    queue = proposed._queue
    annotations = queue.annotations
    belief = queue.proposals.belief(annotations.target, annotations.classes)[queue.rows]
    assert (np.diff(belief) >= 0).all()
    first, second = queue.rows[:2]
    press(Qt.Key.Key_1)
    assert annotations.name_of(first) == "G1"
    assert queue.row == second


def test_samples_that_the_model_cannot_take_are_refused(widget, tmp_path, run_task, told) -> None:
    path = tmp_path / "black.h5"
    with SampleWriter(path, channels=("DNA",), size_px=(12, 12), dtype="uint16") as writer:
        writer.append(np.zeros((3, 1, 12, 12), np.uint16))
    widget.open(path)
    widget._setup.model.setCurrentText("phases")
    widget._setup.model.activated.emit(1)
    run_task(widget._propose_row)
    assert "0 everywhere" in told[0]
    assert widget._queue.proposals is None


def test_targets_are_written_into_the_file_when_asked(
    opened, press, run_task, samples, monkeypatch
):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(samples), ""))
    press(Qt.Key.Key_2, Qt.Key.Key_2)
    run_task(opened._write_row)
    with SampleSet(samples) as written:
        assert written.target.tolist()[:4] == [0, 1, 1, -1]
    assert not sidecar_path(samples).exists()
    told = opened._write_row._message.text().splitlines()
    assert told == [
        "3 classes written in squares.h5.",
        "No answers yet that are not in the file.",
    ]
    assert not opened._view._undo_button.isEnabled()
    press(Qt.Key.Key_1)
    assert Annotations(samples).target.tolist()[:4] == [0, 1, 1, 0]


def test_targets_can_be_written_into_a_copy(
    opened, press, run_task, samples, tmp_path, monkeypatch
):
    before = hash_file(samples)
    copy = tmp_path / "copy.h5"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(copy), ""))
    press(Qt.Key.Key_2)
    run_task(opened._write_row)
    with SampleSet(copy) as written:
        assert written.target.tolist()[:2] == [0, 1]
    assert hash_file(samples) == before
    assert Annotations(samples).n_answers == 1


def test_annotating_goes_on_where_it_was_left(opened, press, viewer, samples) -> None:
    press(Qt.Key.Key_2, Qt.Key.Key_2)
    again = AnnotateWidget(viewer)
    viewer.window.add_dock_widget(again, name="Again")
    again.open(samples)
    assert again._queue.row == 3
    assert again._view._progress.text() == "3 of 20 known"


def test_samples_that_are_open_in_the_viewer_are_offered(viewer, widget, samples) -> None:
    for data in sample_layers(samples):
        viewer.add_layer(Layer.create(*data))
    assert widget._queue.annotations.path == samples


def test_samples_are_not_taken_while_their_file_is_damaged(opened, tmp_path, told) -> None:
    (tmp_path / "bad.h5").write_bytes(b"no")
    opened.open(tmp_path / "bad.h5")
    assert "no HDF5 file" in told[0]
    assert opened._queue.annotations.path.name == "squares.h5"


def test_a_set_of_no_samples_is_refused(widget, tmp_path, told) -> None:
    path = tmp_path / "none.h5"
    with SampleWriter(path, channels=("DNA",), size_px=(4, 4), dtype="uint8"):
        pass
    widget.open(path)
    assert "holds no samples" in told[0]


def test_every_tab_fits_a_narrow_dock(proposed) -> None:
    for scroll in proposed._tabs.findChildren(QScrollArea):
        assert scroll.widget().minimumSizeHint().width() <= 306


def test_when_all_is_known_the_queue_goes_on_in_order(samples) -> None:
    queue = AnnotationQueue(Annotations(samples))
    for _ in range(N - 1):
        queue.answer("G1")
    assert queue.annotations.n_known == N
    queue.go_to(4)
    queue.answer("G2")
    assert queue.row == 5
