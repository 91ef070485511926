"""How every dock widget is laid out: parts that scroll, and the task row that always stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QSize, Qt
from qtpy.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

MIN_WIDTH_PX = 300
"""A dock can be made as narrow as this."""

_WIDTH_PX = 340


class _Scroll(QScrollArea):
    def sizeHint(self) -> QSize:  # noqa: N802
        """Begin wide enough for every text; a person can make it narrower."""
        return QSize(_WIDTH_PX, super().sizeHint().height())


def fill_dock(dock: QWidget, parts: Sequence[QWidget], foot: Sequence[QWidget]) -> None:
    """Stack `parts` in a scroll area and `foot`, such as the task row, below it.

    Parameters
    ----------
    dock
        The widget to fill; it has no layout yet.
    parts, foot
        From top to bottom.
    """
    inside = QWidget()
    stack = QVBoxLayout(inside)
    for part in parts:
        stack.addWidget(part)
    stack.addStretch(1)

    scroll = _Scroll()
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
