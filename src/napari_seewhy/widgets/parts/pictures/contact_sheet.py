"""One page of thumbnails, like a photographer's contact sheet, on which a picture is clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QEvent, QLine, QRect, QSize, Qt, Signal
from qtpy.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from qtpy.QtWidgets import QSizePolicy, QToolTip, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP_PX = 4
_TICK_SHARE = 10
"""A tick is so many times shorter than the picture."""


class ContactSheet(QWidget):
    """Draws pictures in rows and columns; a frame marks the picked one.

    Parameters
    ----------
    n_columns
        Pictures beside each other.
    is_named
        Whether each picture bears its caption, and ticks at its edges that point at its middle:
        the object that is meant.
    """

    clicked = Signal(int)
    """Place on the page of the picture that was clicked."""

    def __init__(
        self, parent: QWidget | None = None, *, n_columns: int = 4, is_named: bool = False
    ) -> None:
        super().__init__(parent)
        self._n_columns = n_columns
        self._is_named = is_named
        self._pictures = np.zeros((0, 1, 1, 3), np.uint8)
        self._captions: list[str] = []
        self._marked: int | None = None
        self._mark_color = QColor("#d55e00")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def marked(self) -> int | None:
        """Place on the page of the picture in the frame."""
        return self._marked

    def set_mark_color(self, color: str) -> None:
        """Follow the theme: colour of the frame about the picked picture."""
        self._mark_color = QColor(color)
        self.update()

    def set_pictures(self, pictures: np.ndarray[Any, Any], captions: Sequence[str]) -> None:
        """Show other pictures ``(N, H, W, 3)``, uint8, each with a text for the mouse at rest."""
        self._pictures = pictures
        self._captions = list(captions)
        self.updateGeometry()
        self.update()

    def mark(self, place: int | None) -> None:
        """Put the frame about one picture, or about none."""
        self._marked = place
        self.update()

    def place_at(self, x: float, y: float) -> int | None:
        """Place of the picture under a point of this widget, None where there is none."""
        for place in range(len(self._pictures)):
            if self.box(place).contains(int(x), int(y)):
                return place
        return None

    def box(self, place: int) -> QRect:
        """Where on this widget a picture is drawn."""
        edge = self._edge(self.width())
        row, column = divmod(place, self._n_columns)
        return QRect(column * (edge + GAP_PX), row * (edge + GAP_PX), edge, edge)

    def hasHeightForWidth(self) -> bool:
        """Return True: the wider the page, the larger its pictures."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height that all rows need."""
        n_rows = -(-len(self._pictures) // self._n_columns)
        return n_rows * (self._edge(width) + GAP_PX)

    def sizeHint(self) -> QSize:
        """Return the size at which a picture is about as wide as a fingertip."""
        width = self._n_columns * (64 + GAP_PX)
        return QSize(width, self.heightForWidth(width))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the page."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for place, picture in enumerate(self._pictures):
            height, width = picture.shape[:2]
            painter.drawImage(
                self.box(place),
                QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888),
            )
            if self._is_named:
                _name(painter, self.box(place), self._captions[place])
        if self._marked is not None:
            painter.setPen(QPen(self._mark_color, 3))
            painter.drawRect(self.box(self._marked).adjusted(1, 1, -1, -1))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Say which picture was clicked."""
        place = self.place_at(event.pos().x(), event.pos().y())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(place)

    def event(self, event: QEvent) -> bool:
        """Show the text of the picture at which the mouse rests."""
        if event.type() == QEvent.Type.ToolTip:
            place = self.place_at(event.pos().x(), event.pos().y())
            text = self._captions[place] if place is not None else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return bool(super().event(event))

    def _edge(self, width: int) -> int:
        return max(16, (width - (self._n_columns - 1) * GAP_PX) // self._n_columns)


def _name(painter: QPainter, box: QRect, caption: str) -> None:
    """Write the caption at the top of a picture, and point at its middle from all four sides."""
    middle, length = box.center(), box.width() // _TICK_SHARE
    ticks = [
        QLine(middle.x(), box.top(), middle.x(), box.top() + length),
        QLine(middle.x(), box.bottom() - length, middle.x(), box.bottom()),
        QLine(box.left(), middle.y(), box.left() + length, middle.y()),
        QLine(box.right() - length, middle.y(), box.right(), middle.y()),
    ]
    # Black below white: seen on bright pictures and on dark ones.
    for color, width, shift in ((QColor("black"), 3, 1), (QColor("white"), 1, 0)):
        painter.setPen(QPen(color, width))
        painter.drawLines(ticks)
        inside = box.adjusted(4 + shift, 2 + shift, -4, -4)
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, caption)
