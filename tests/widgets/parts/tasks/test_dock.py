"""What all docks have in common, in a window that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QHelpEvent
from qtpy.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QListWidget,
    QPushButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from napari_seewhy.widgets.parts.tasks.dock import fill_dock

if TYPE_CHECKING:
    from napari import Viewer
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.widgets

FRAME = (0x2E, 0x86, 0xC8)


def count_framed(widget: QWidget) -> int:
    """Count the pixels in the colour of the frame."""
    image = widget.grab().toImage()
    pixels = [(x, y) for x in range(image.width()) for y in range(image.height())]
    return sum(image.pixelColor(x, y).getRgb()[:3] == FRAME for x, y in pixels)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_what_has_the_keyboard_is_framed(viewer: Viewer, qtbot: QtBot, theme: str) -> None:
    viewer.theme = theme
    parts = [QPushButton("Run"), QCheckBox("Cells"), QComboBox()]
    inside, dock = QWidget(), QWidget()
    fill_dock(inside, parts, [])
    QVBoxLayout(dock).addWidget(inside)
    viewer.window.add_dock_widget(dock, name="Parts")
    window = viewer.window._qt_window
    with qtbot.waitExposed(window):
        viewer.show()
    # On a screen without a window manager no window is the active one by itself.
    QApplication.setActiveWindow(window)
    qtbot.waitUntil(lambda: all(part.isVisible() for part in parts))
    for part in parts:
        window.setFocus()
        assert count_framed(part) == 0
        part.setFocus()
        qtbot.waitUntil(lambda part=part: count_framed(part) > part.width())


def test_words_stay_at_the_top_while_the_list_below_them_is_hidden(qtbot: QtBot) -> None:
    words, listed, dock = QLabel("What this dock is for. " * 8), QListWidget(), QWidget()
    words.setWordWrap(True)
    fill_dock(dock, [words, listed], [], is_filled=True)
    qtbot.addWidget(dock)
    dock.resize(300, 800)
    listed.hide()
    with qtbot.waitExposed(dock):
        dock.show()
    assert words.height() == words.heightForWidth(words.width())
    listed.show()
    qtbot.waitUntil(lambda: listed.height() > 500)


def test_a_name_that_is_longer_than_its_box_is_shown_whole(qtbot: QtBot) -> None:
    box, dock = QComboBox(), QWidget()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.addItems(["DNA", "nuclei of the dish of the second day, third field"])
    box.setToolTip("The image to look at.")
    fill_dock(dock, [box], [])
    qtbot.addWidget(dock)
    dock.resize(300, 200)
    with qtbot.waitExposed(dock):
        dock.show()
    box.setFixedWidth(150)

    def ask() -> str:
        at = box.rect().center()
        QApplication.sendEvent(box, QHelpEvent(QEvent.Type.ToolTip, at, box.mapToGlobal(at)))
        return QToolTip.text()

    assert ask() == "The image to look at."
    box.setCurrentIndex(1)
    assert ask() == f"{box.itemText(1)}\nThe image to look at."
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    needed = box.fontMetrics().horizontalAdvance(box.itemText(1))
    qtbot.waitUntil(lambda: box.view().isVisible() and box.view().viewport().width() >= needed)
    box.hidePopup()


def test_a_window_is_as_high_after_another_dock_came_as_before(
    viewer: Viewer, qtbot: QtBot
) -> None:
    window = viewer.window._qt_window
    with qtbot.waitExposed(window):
        viewer.show()
    window.resize(1000, 700)
    qtbot.waitUntil(lambda: window.height() == 700)
    docks = []
    for name in ("Measure", "Classify"):
        # Both fit one behind the other, and not one below the other.
        foot, inside = QLabel(name), QWidget()
        foot.setMinimumHeight(400)
        fill_dock(inside, [QLabel("What it does")], [foot])
        docks.append(viewer.window.add_dock_widget(inside, name=name))
        qtbot.waitUntil(lambda dock=docks[-1]: not dock.visibleRegion().isEmpty())
    qtbot.waitUntil(lambda: window.tabifiedDockWidgets(docks[0]) == docks[1:])
    qtbot.waitUntil(lambda: window.height() == 700)
