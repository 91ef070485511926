"""What all docks have in common, in a window that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from qtpy.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QListWidget,
    QPushButton,
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
