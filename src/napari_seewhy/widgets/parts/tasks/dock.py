"""How every dock widget is laid out: parts that scroll, and the task row that always stays."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QSize, Qt, QTimer
from qtpy.QtWidgets import (
    QApplication,
    QComboBox,
    QDockWidget,
    QFrame,
    QLabel,
    QScrollArea,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from napari_seewhy.widgets.parts.forms import show_whole_names
from napari_seewhy.widgets.parts.viewer import MixedChannels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qtpy.QtGui import QShowEvent

MIN_WIDTH_PX = 300
"""A dock can be made as narrow as this."""

_WIDTH_PX = 340
_WIDE_PX = 384
"""A list begins with its first columns in sight."""

_JOINED = "seewhy_joined"
"""Property of a dock that was offered to the tabs once; a person may pull it out again."""

_FOCUS = """
QPushButton:focus, QToolButton:focus, QCheckBox:focus, QComboBox:focus, QLineEdit:focus,
QAbstractSpinBox:focus, QSlider:focus, QAbstractItemView:focus, QTabBar:focus {
    border: 2px solid #2e86c8;
}
"""
"""Napari draws no frame about what has the keyboard. This blue is seen on dark and on light."""


class _Scroll(QScrollArea):
    def __init__(self, width_px: int) -> None:
        super().__init__()
        self._width_px = width_px
        # A window grows as soon as the dock is added to it, which comes after this.
        self._heights = {id(one): one.height() for one in QApplication.topLevelWidgets()}

    def sizeHint(self) -> QSize:
        """Begin wide enough for every text; a person can make it narrower."""
        return QSize(self._width_px, super().sizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        """Join the tabs of our other widgets, once Qt has placed the dock."""
        super().showEvent(event)
        QTimer.singleShot(0, self._join_tabs)

    def _join_tabs(self) -> None:
        """Stack docks as tabs the first time: one below the other they outgrow a small screen."""
        # Known for the first time alone: later the person may have made the window higher.
        heights, self._heights = self._heights, {}
        dock = _dock_of(self)
        if dock is None or dock.property(_JOINED) or dock.isFloating():
            return
        dock.setProperty(_JOINED, True)
        dock.widget().setStyleSheet(_FOCUS)
        window: Any = dock.parentWidget()
        # Of twelve tabs with the name of the plugin behind each, none could be read.
        title = dock.windowTitle().removesuffix(" (napari-seewhy)")
        dock.setWindowTitle(title)
        # What napari writes above the dock does not follow its title; a long one would be cut off.
        if (bar := dock.titleBarWidget()) is not None:
            bar.findChild(QLabel).setText(title)
        for other in window.findChildren(QDockWidget):
            is_beside = window.dockWidgetArea(other) == window.dockWidgetArea(dock)
            is_ours = other is not dock and bool(other.property(_JOINED))
            if is_ours and is_beside and not other.isFloating():
                window.tabifyDockWidget(other, dock)
                dock.raise_()
                height_px = heights.get(id(window), window.height())
                # By then its layout knows that both docks share a place.
                QTimer.singleShot(0, partial(_give_back, window, height_px))
                for tabs in window.findChildren(QTabBar):
                    tabs.setElideMode(Qt.TextElideMode.ElideNone)
                    tabs.setUsesScrollButtons(True)
                return


def _give_back(window: QWidget, height_px: int) -> None:
    """Make a window as high again as it was before it grew for docks one below the other."""
    if window.height() > height_px and not window.isMaximized():
        window.resize(window.width(), height_px)


def _dock_of(part: QWidget) -> QDockWidget | None:
    above: QWidget | None = part
    while above is not None and not isinstance(above, QDockWidget):
        above = above.parentWidget()
    return above


def fill_dock(
    dock: QWidget, parts: Sequence[QWidget], foot: Sequence[QWidget], *, is_filled: bool = False
) -> None:
    """Stack `parts` in a scroll area and `foot`, such as the task row, below it.

    Parameters
    ----------
    dock
        The widget to fill; it has no layout yet.
    parts, foot
        From top to bottom.
    is_filled
        Whether the last of the parts is a list: it takes the height that is left, and begins wider.
    """
    inside = QWidget()
    stack = QVBoxLayout(inside)
    for part in (MixedChannels(), *parts):
        stack.addWidget(part)
    if is_filled:
        stack.setStretchFactor(parts[-1], 1)
    # Below a list it is empty, and takes the height while the list is hidden.
    stack.addStretch(0 if is_filled else 1)

    scroll = _Scroll(_WIDE_PX if is_filled else _WIDTH_PX)
    scroll.setWidget(inside)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    layout = QVBoxLayout(dock)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(scroll, 1)
    for part in foot:
        layout.addWidget(part)
    dock.setMinimumWidth(MIN_WIDTH_PX)
    for box in dock.findChildren(QComboBox):
        show_whole_names(box)
