"""Choosing layers of a real viewer: what is offered, what is chosen, and what a person keeps."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_seewhy.widgets.parts.layers.choice import (
    AxesChoice,
    LayerChoice,
    LayerTicks,
    is_image,
)

pytestmark = pytest.mark.widgets

PIXELS = np.zeros((4, 4))


def is_bright(layer) -> int:
    return int(layer.name.startswith("bright"))


@pytest.fixture
def choice(viewer, qtbot) -> LayerChoice:
    choice = LayerChoice(viewer, is_image, rank=is_bright, label="Image")
    qtbot.addWidget(choice.native)
    choice.native.show()
    return choice


@pytest.fixture
def heard(choice) -> list:
    heard: list = []
    choice.changed.connect(heard.append)
    return heard


def texts(choice) -> list[str]:
    return [choice.native.itemText(row) for row in range(choice.native.count())]


def test_the_likeliest_layer_is_chosen_until_a_person_chooses(viewer, choice, heard) -> None:
    dim = viewer.add_image(PIXELS, name="dim")
    bright = viewer.add_image(PIXELS, name="bright")
    assert choice.value is bright
    # A person goes up in the list with the key.
    QTest.keyClick(choice.native, Qt.Key.Key_Up)
    assert choice.value is dim
    viewer.add_image(PIXELS, name="bright too")
    assert choice.value is dim
    viewer.layers.remove(dim)
    assert choice.value is bright
    assert heard == [dim, bright, dim, bright]


def test_a_renamed_layer_stays_chosen_at_its_place(viewer, choice) -> None:
    layers = [viewer.add_image(PIXELS, name=name) for name in "abc"]
    choice.value = layers[1]
    layers[1].name = "renamed"
    assert choice.value is layers[1]
    assert texts(choice) == ["a", "renamed", "c"]
    viewer.layers.move(0, 3)
    assert texts(choice) == ["renamed", "c", "a"]
    assert choice.value is layers[1]


def test_a_layer_that_does_not_fit_is_not_offered_and_cannot_be_set(viewer, choice) -> None:
    image = viewer.add_image(PIXELS, name="image")
    labels = viewer.add_labels(PIXELS.astype(int), name="labels")
    choice.value = labels
    assert choice.value is image
    assert texts(choice) == ["image"]


def test_no_layer_may_be_chosen_where_there_is_an_entry_for_it(viewer, qtbot) -> None:
    choice = LayerChoice(viewer, is_image, nothing="none")
    qtbot.addWidget(choice.native)
    heard: list = []
    choice.changed.connect(heard.append)
    image = viewer.add_image(PIXELS, name="image")
    assert choice.value is None
    QTest.keyClick(choice.native, Qt.Key.Key_Down)
    assert choice.value is image
    QTest.keyClick(choice.native, Qt.Key.Key_Up)
    assert choice.value is None
    assert heard == [image, None]


def test_layers_that_come_are_ticked_and_what_was_unticked_stays_so(viewer, qtbot) -> None:
    fits = [is_image]
    ticks = LayerTicks(viewer, lambda x: fits[0](x), describe=lambda x: f"Channel {x.name}")
    qtbot.addWidget(ticks.native)
    heard: list = []
    ticks.changed.connect(heard.append)
    first, second = (viewer.add_image(PIXELS, name=name) for name in "ab")
    assert ticks.value == (first, second)
    assert ticks.native.item(1).toolTip() == "Channel b"
    ticks.native.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert ticks.value == (second,)
    fits[0] = lambda _: False
    ticks.reset_choices()
    assert ticks.value == ()
    fits[0] = is_image
    ticks.reset_choices()
    third = viewer.add_image(PIXELS, name="c")
    assert ticks.value == (second, third)
    viewer.layers.remove(third)
    both = (first, second)
    assert heard == [(first,), both, (second,), (), (second,), (second, third), (second,)]


def test_the_axes_are_asked_for_where_a_layer_does_not_say(viewer, qtbot) -> None:
    axes = AxesChoice()
    qtbot.addWidget(axes.native)
    flat = viewer.add_image(PIXELS)
    film = viewer.add_image(np.zeros((2, 4, 4)))
    axes.ask_about(flat)
    assert axes.native.isHidden()
    assert axes.axes_of(flat) == "YX"
    axes.ask_about(film)
    assert not axes.native.isHidden()
    assert axes.axes_of(film) == "TYX"
    QTest.keyClick(axes.native, Qt.Key.Key_Down)
    assert axes.axes_of(film) == "ZYX"


def test_a_choice_whose_widget_is_gone_hears_nothing_more(viewer, qtbot) -> None:
    choice = LayerChoice(viewer, is_image)
    heard: list = []
    choice.changed.connect(heard.append)
    with qtbot.waitSignal(choice.native.destroyed):
        choice.native.deleteLater()
    viewer.add_image(PIXELS, name="late")
    assert heard == []
