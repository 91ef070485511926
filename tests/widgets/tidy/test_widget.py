"""Tidy cells in a real viewer: real buttons, keys and mouse, and the labels and table left."""

import numpy as np
import pandas as pd
import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication, QLabel

from napari_seewhy.layers import labels_layer
from napari_seewhy.widgets.tidy.widget import TidyWidget

pytestmark = pytest.mark.widgets

EMPTY = [(5, 90), (5, 108), (15, 108), (15, 90)]
"""Corners on the background."""


@pytest.fixture
def layer(viewer, tiny_labels):
    cells = pd.DataFrame({"label": range(1, 6), "area_px": [10.0, 20, 30, 40, 50]})
    data, attributes, _ = labels_layer(tiny_labels, cells, name="nuclei (A01)")
    attributes |= {"scale": (0.5, 0.5), "translate": (3, 7)}
    return viewer.add_labels(data, **attributes)


@pytest.fixture
def widget(viewer, layer):
    widget = TidyWidget(viewer)
    viewer.window.add_dock_widget(widget, name="Tidy cells")
    return widget


@pytest.fixture
def press(qtbot, widget):
    def press(name: str) -> None:
        qtbot.mouseClick(widget._buttons.button(name), Qt.MouseButton.LeftButton)

    return press


def numbers(layer) -> list[int]:
    return np.unique(layer.data).tolist()


def is_grey(widget) -> set[str]:
    return {name for name, button in widget._buttons._buttons.items() if not button.isEnabled()}


def sentence(widget) -> str:
    return widget._message.text()


def show_canvas(viewer, qtbot):
    """Show the window, as Qt gives keys to what is seen, and return where the image is."""
    with qtbot.waitExposed(viewer.window._qt_window):
        viewer.window._qt_window.show()
    # On a screen without a window manager no window is the active one by itself.
    QApplication.setActiveWindow(viewer.window._qt_window)
    canvas = viewer.window._qt_viewer.canvas.native
    canvas.setFocus()
    return canvas


def test_without_labels_it_says_what_to_do_first(viewer) -> None:
    widget = TidyWidget(viewer)
    viewer.window.add_dock_widget(widget)
    assert sentence(widget) == "No labels layer yet: run Segment cells first."
    assert len(is_grey(widget)) == 7


def test_a_click_picks_a_cell_and_outlines_it(viewer, layer, widget, hand) -> None:
    hand().click(layer, (20, 20))
    assert widget.picked == (1,)
    assert "picked cells" in viewer.layers
    outline = viewer.layers["picked cells"]
    assert outline.extent.world[0] == pytest.approx(layer.data_to_world((11.5, 11.5)))
    assert viewer.layers.selection.active is layer


def test_a_second_click_lets_go(viewer, layer, widget, hand) -> None:
    hand().click(layer, (20, 20))
    hand().click(layer, (20, 20))
    assert widget.picked == ()
    assert "picked cells" not in viewer.layers


def test_dragging_the_image_and_clicking_the_background_pick_nothing(layer, widget, hand) -> None:
    hand().drag(layer, [(20, 20), (30, 30), (40, 40)])
    hand().click(layer, (5, 5))
    assert widget.picked == ()


def test_clicks_pick_nothing_while_the_labels_are_painted(layer, widget, hand) -> None:
    layer.mode = "pick"
    hand().click(layer, (20, 20))
    assert widget.picked == ()


def test_clicks_pick_nothing_while_the_widget_is_hidden(layer, widget, hand) -> None:
    widget.hide()
    hand().click(layer, (20, 20))
    assert widget.picked == ()


def test_merge_makes_one_cell_and_the_table_follows(layer, widget, hand, press) -> None:
    assert "merge" in is_grey(widget)
    for place in [(20, 20), (20, 60)]:
        hand().click(layer, place)
    press("merge")
    assert layer.data[20, 60] == 1
    assert layer.features["label"].tolist() == [0, 1, 3, 4, 5]
    assert np.isnan(layer.features["area_px"][1])
    assert sentence(widget).startswith("Done: Merge cells 1, 2.")
    assert widget.picked == ()
    assert layer.metadata["napari-seewhy"]["is_corrected"]
    assert not widget._next.isHidden()


def test_delete_takes_the_picked_cell_away(layer, widget, hand, press) -> None:
    hand().click(layer, (60, 22))
    press("delete")
    assert numbers(layer) == [0, 1, 2, 4, 5]
    assert 3 not in layer.features["label"].tolist()


def test_a_line_across_a_cell_splits_it(viewer, layer, widget, hand, press) -> None:
    press("split")
    assert sentence(widget).startswith("Draw a line across the cell")
    hand().drag(layer, [(50, 64), (60, 64), (78, 64)])
    assert numbers(layer) == [0, 1, 2, 3, 4, 5, 6]
    assert layer.data[64, 58] != layer.data[64, 70]
    assert layer.features["label"].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert "stroke" not in viewer.layers
    assert sentence(widget).startswith("Done: Split cell 4.")


def test_a_line_that_cuts_nothing_is_explained(layer, widget, hand, press, told, tiny_labels):
    before = layer.data.copy()
    press("split")
    hand().drag(layer, [(60, 60), (62, 62), (64, 64)])
    assert told == ["The line does not cut cell 4 in two; draw it from one side to the other."]
    np.testing.assert_array_equal(layer.data, before)


def test_dragging_moves_the_image_again_after_a_line_was_drawn(
    viewer, layer, widget, hand, press
) -> None:
    press("split")
    assert not viewer.scene.camera.mouse_pan
    hand().drag(layer, [(50, 64), (60, 64), (78, 64)])
    assert viewer.scene.camera.mouse_pan


def test_an_outline_becomes_a_cell(layer, widget, hand, press) -> None:
    press("draw")
    hand().drag(layer, EMPTY)
    assert layer.data[10, 100] == 6
    assert layer.features["label"].tolist() == [0, 1, 2, 3, 4, 5, 6]


def test_escape_gives_a_drawing_up(qtbot, layer, widget, hand, press) -> None:
    press("draw")
    widget._sketch._give_up.activated.emit()
    hand().drag(layer, EMPTY)
    assert numbers(layer) == [0, 1, 2, 3, 4, 5]
    assert sentence(widget).startswith("Click cells")


def test_choosing_another_layer_gives_a_drawing_up(viewer, layer, widget, press) -> None:
    press("draw")
    viewer.add_image(np.zeros((88, 112)))
    assert widget._sketch.kind == ""
    assert layer.mouse_pan


def test_undo_and_redo_bring_labels_and_table_back(layer, widget, hand, press, tiny_labels) -> None:
    measured = layer.features
    hand().click(layer, (60, 22))
    press("delete")
    press("draw")
    hand().drag(layer, EMPTY)
    after = layer.data.copy()
    press("undo")
    press("undo")
    np.testing.assert_array_equal(layer.data, tiny_labels)
    pd.testing.assert_frame_equal(layer.features, measured)
    assert "undo" in is_grey(widget)
    press("redo")
    press("redo")
    np.testing.assert_array_equal(layer.data, after)
    assert layer.features["label"].tolist() == [0, 1, 2, 4, 5, 6]
    assert "redo" in is_grey(widget)


def test_ctrl_z_takes_back_corrections_and_strokes_in_turn(
    qtbot, viewer, layer, widget, hand, press, tiny_labels
) -> None:
    ctrl, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    viewer.layers.selection.active = layer
    layer.data_setitem((np.array([5]), np.array([5])), 2)
    hand().click(layer, (60, 22))
    press("delete")
    deleted = layer.data.copy()
    layer.data_setitem((np.array([6]), np.array([6])), 2)
    canvas = show_canvas(viewer, qtbot)
    qtbot.keyClick(canvas, Qt.Key.Key_Z, ctrl)
    np.testing.assert_array_equal(layer.data, deleted)
    qtbot.keyClick(canvas, Qt.Key.Key_Z, ctrl)
    assert sentence(widget).startswith("Taken back: ")
    assert 3 in numbers(layer)
    assert 3 in layer.features["label"].tolist()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, ctrl)
    np.testing.assert_array_equal(layer.data, tiny_labels)
    qtbot.keyClick(canvas, Qt.Key.Key_Z, ctrl | shift)
    assert 3 not in numbers(layer)


def test_ctrl_z_means_the_layer_that_is_painted_on(qtbot, viewer, layer, widget, hand, press):
    hand().click(layer, (60, 22))
    press("delete")
    other = viewer.add_labels(np.zeros_like(layer.data))
    other.data_setitem((np.array([5]), np.array([5])), 2)
    canvas = show_canvas(viewer, qtbot)
    qtbot.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not other.data.any()
    assert numbers(layer) == [0, 1, 2, 4, 5]


def test_undo_keeps_what_was_measured_since(layer, widget, hand, press) -> None:
    hand().click(layer, (60, 22))
    press("delete")
    layer.features = layer.features.assign(mean_DNA=7.0)
    press("undo")
    features = layer.features.set_index("label")
    assert features["mean_DNA"][1] == 7
    assert np.isnan(features["mean_DNA"][3])


def test_undo_of_what_was_painted_over_is_refused(layer, widget, hand, press, told) -> None:
    hand().click(layer, (60, 22))
    press("delete")
    layer.data[60, 22] = 2
    press("undo")
    assert "changed in another way" in told[0]
    assert layer.data[60, 22] == 2


def test_renumber_closes_the_gaps(layer, widget, hand, press) -> None:
    hand().click(layer, (20, 60))
    press("delete")
    press("renumber")
    assert numbers(layer) == [0, 1, 2, 3, 4]
    assert layer.features["area_px"].tolist()[1:] == [10, 30, 40, 50]


def test_keys_do_what_the_buttons_do(qtbot, layer, widget, hand) -> None:
    tooltip = widget._buttons.button("delete").toolTip()
    assert tooltip.endswith("Key: Shift+D")
    hand().click(layer, (60, 22))
    widget._buttons.press("delete")
    widget._buttons.press("delete")
    assert numbers(layer) == [0, 1, 2, 4, 5]


def test_removing_the_layer_lets_everything_go(viewer, layer, widget, hand, press) -> None:
    hand().click(layer, (20, 20))
    press("split")
    viewer.layers.remove(layer)
    assert widget.picked == ()
    assert len(viewer.layers) == 0
    assert sentence(widget).startswith("No labels layer yet")


def test_each_layer_has_an_undo_of_its_own(viewer, layer, widget, hand, press) -> None:
    hand().click(layer, (60, 22))
    press("delete")
    other = viewer.add_labels(layer.data.copy())
    widget._layer_choice.value = other
    assert "undo" in is_grey(widget)
    widget._layer_choice.value = layer
    assert "undo" not in is_grey(widget)


def test_picks_are_let_go_when_the_layer_is_segmented_anew(layer, widget, hand) -> None:
    hand().click(layer, (20, 20))
    layer.data = np.roll(layer.data, 3)
    assert widget.picked == ()


def test_labels_that_cannot_be_written_are_copied_first(viewer, layer, widget, hand, press) -> None:
    frozen = layer.data.copy()
    frozen.flags.writeable = False
    layer.data = frozen
    hand().click(layer, (60, 22))
    press("delete")
    assert numbers(layer) == [0, 1, 2, 4, 5]
    assert (frozen == 3).any()


def test_labels_that_are_still_in_their_file_are_not_touched(viewer, widget) -> None:
    import dask.array as da

    other = viewer.add_labels(da.zeros((20, 20), dtype=np.int32, chunks=5))
    widget._layer_choice.value = other
    assert "piece by piece" in sentence(widget)
    assert len(is_grey(widget)) == 7


def test_a_time_series_gets_numbers_that_are_new_in_all_frames(
    viewer, widget, hand, press, tiny_labels
) -> None:
    cells = pd.DataFrame({"label": [*range(1, 6)] * 2, "t": [0] * 5 + [1] * 5, "area_px": 1.0})
    data, attributes, _ = labels_layer(np.stack([tiny_labels] * 2), cells, name="nuclei")
    series = viewer.add_labels(data, **attributes)
    widget._layer_choice.value = series
    viewer.dims.set_point(0, 0)
    press("draw")
    hand().drag(series, EMPTY)
    assert series.data[0, 10, 100] == 11
    assert series.data[1, 10, 100] == 0
    assert series.features.set_index("label")["t"][11] == 0
    viewer.dims.set_point(0, 1)
    press("split")
    hand().drag(series, [(50, 64), (60, 64), (78, 64)])
    assert np.unique(series.data[1]).tolist() == [0, 6, 7, 8, 9, 10, 12]
    assert series.features.set_index("label")["t"][12] == 1


def test_colours_by_class_follow(viewer, layer, widget, hand, press) -> None:
    from napari_seewhy.layers import label_colors

    classes = pd.Categorical([None, "a", "b", "a", "b", "a"])
    layer.features = layer.features.assign(**{"class": classes})
    layer.colormap = label_colors(layer.features)
    press("draw")
    hand().drag(layer, EMPTY)
    assert layer.colormap.color_dict[6][3] == 1


def test_what_to_do_stands_in_every_tooltip(widget) -> None:
    for button in widget._buttons._buttons.values():
        assert "Key: Shift+" in button.toolTip()
    assert widget.findChild(QLabel) is not None


def test_the_button_of_a_stroke_looks_pressed_until_it_is_drawn_or_given_up(
    layer, widget, press
) -> None:
    split, draw = widget._buttons.button("split"), widget._buttons.button("draw")
    press("split")
    assert (split.isChecked(), draw.isChecked()) == (True, False)
    press("draw")
    assert (split.isChecked(), draw.isChecked()) == (False, True)
    press("draw")
    assert not draw.isChecked()
    assert widget._sketch.kind == ""
