"""Letters along the genome, as high as each base is worth."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from qtpy.QtCore import QRectF
from qtpy.QtGui import QColor, QFont, QPainter, QPainterPath, QTransform

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from qtpy.QtWidgets import QStyleOptionGraphicsItem, QWidget

_COLORS = ("#009E73", "#0072B2", "#E69F00", "#D55E00", "#999999")
"""A, C, G, T and unknown, in colours that all people tell apart."""

MOST_LETTERS = 400
"""More of them are too small to be read, and are not drawn."""


@cache
def _draw_letter(code: int) -> QPainterPath:
    """Return a letter that fills the square from 0 to 1, its foot at 0."""
    font = QFont("Sans", 40)
    font.setBold(True)
    path = QPainterPath()
    path.addText(0, 0, font, "ACGTN"[code])
    box = path.boundingRect()
    # Qt counts downwards, plots upwards.
    turn = QTransform().scale(1 / box.width(), -1 / box.height())
    return turn.map(path.translated(-box.left(), -box.bottom()))


class Logo(pg.GraphicsObject):
    """The letters that are in sight; each one base wide, above 0 where it raises the coverage."""

    def __init__(self) -> None:
        super().__init__()
        self._places = np.zeros((0, 2))
        self._codes = np.zeros(0, np.uint8)
        self._heights = np.zeros(0)

    def set_letters(
        self, start: int, codes: NDArray[np.uint8], heights: NDArray[np.float64]
    ) -> None:
        """Draw letters.

        Parameters
        ----------
        start
            Position of the first in the genome.
        codes, heights
            ``(n,)`` letters, and how high each is; below 0 it hangs.
        """
        along = start + np.arange(len(codes))
        self.set_stacks(np.stack([along, np.zeros(len(codes))], 1), codes, heights)

    def set_stacks(
        self,
        places: NDArray[np.float64],
        codes: NDArray[np.uint8],
        heights: NDArray[np.float64],
    ) -> None:
        """Draw letters anywhere.

        Parameters
        ----------
        places
            ``(n, 2)`` left edge and foot of each letter.
        codes, heights
            ``(n,)`` letters, and how high each is; below 0 it hangs.
        """
        self.prepareGeometryChange()
        self._places, self._codes, self._heights = places, codes, heights
        self.update()

    @property
    def n_letters(self) -> int:
        """How many are drawn."""
        return len(self._codes)

    def boundingRect(self) -> QRectF:
        """Return what the letters take up."""
        if not len(self._codes):
            return QRectF()
        ends = np.stack([self._places[:, 1], self._places[:, 1] + self._heights])
        low, high = min(0.0, float(ends.min())), max(0.0, float(ends.max()))
        first, last = float(self._places[:, 0].min()), float(self._places[:, 0].max())
        return QRectF(first, low, last + 1 - first, max(high - low, 1e-9))

    def paint(
        self, painter: QPainter, _: QStyleOptionGraphicsItem, __: QWidget | None = None
    ) -> None:
        """Draw each letter."""
        painter.setPen(pg.mkPen(None))
        letters = zip(self._places.tolist(), self._codes, self._heights, strict=True)
        for (left, foot), code, height in letters:
            if height:
                painter.setBrush(QColor(_COLORS[code]))
                place = QTransform.fromTranslate(left, foot).scale(1, height)
                painter.drawPath(place.map(_draw_letter(int(code))))
