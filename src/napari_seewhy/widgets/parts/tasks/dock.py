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
_WIDE_PX = 384
"""A list begins with its first columns in sight."""


class _Scroll(QScrollArea):
    def __init__(self, width_px: int) -> None:
        super().__init__()
        self._width_px = width_px

    def sizeHint(self) -> QSize:  # noqa: N802
        """Begin wide enough for every text; a person can make it narrower."""
        return QSize(self._width_px, super().sizeHint().height())


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
    for part in parts:
        stack.addWidget(part)
    if is_filled:
        stack.setStretchFactor(parts[-1], 1)
    else:
        stack.addStretch(1)

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
