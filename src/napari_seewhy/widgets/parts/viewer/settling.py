"""Laying out again at once, where Qt would take several turns and paint in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QCoreApplication, QEvent

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget


def settle(part: QWidget) -> None:
    """Give everything its place at once, after `part` was shown, hidden or filled.

    Qt asks for more room one parent after the other, and paints in between: for some frames, or
    for a second on a busy computer, rows are squeezed into the room that there was before.
    """
    parent: QWidget | None = part
    while parent is not None and part.isVisible():
        QCoreApplication.sendPostedEvents(parent, QEvent.Type.LayoutRequest)
        parent = parent.parentWidget()
