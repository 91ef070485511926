"""Thumbnails of the genes in sight, read one by one while nothing else is to be done."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QObject, QTimer, Signal
from qtpy.QtGui import QImage, QPixmap

from napari_seewhy.errors import FileError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureSet

_MOST_WAITING = 48
"""More than a screen holds; what was scrolled past is not read any more."""

_MOST_KEPT = 2000


class GeneThumbnails(QObject):
    """Gives thumbnails at once where they are there, and reads the others one after the other."""

    read = Signal(int)
    """Row of a picture whose thumbnail is there now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures: PictureSet | None = None
        self._kept: OrderedDict[int, QPixmap] = OrderedDict()
        self._waiting: OrderedDict[int, None] = OrderedDict()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._read_one)

    def set_pictures(self, pictures: PictureSet) -> None:
        """Give thumbnails of these pictures from now on."""
        if pictures is not self._pictures:
            self._pictures = pictures
            self._kept.clear()
            self._waiting.clear()

    def pixmap(self, row: int) -> QPixmap | None:
        """Return the thumbnail of a picture; None while it is still to be read."""
        if row in self._kept:
            self._kept.move_to_end(row)
            return self._kept[row]
        self._waiting[row] = None
        self._waiting.move_to_end(row)
        while len(self._waiting) > _MOST_WAITING:
            self._waiting.popitem(last=False)
        self._timer.start()
        return None

    def _read_one(self) -> None:
        if not self._waiting or self._pictures is None:
            self._timer.stop()
            return
        # What was asked for last is in sight.
        row, _ = self._waiting.popitem(last=True)
        try:
            pixmap = _to_pixmap(self._pictures.thumbnail(row))
        except FileError:
            # It is said when the picture itself is looked at.
            pixmap = QPixmap(1, 1)
        self._kept[row] = pixmap
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        self.read.emit(row)


def _to_pixmap(pixels: NDArray[np.uint8]) -> QPixmap:
    kept = np.ascontiguousarray(pixels)
    height, width = kept.shape[:2]
    image = QImage(kept.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return QPixmap.fromImage(image)
