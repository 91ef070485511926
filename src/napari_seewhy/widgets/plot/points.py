"""A hundred thousand points in a plot, painted fast enough to be dragged and zoomed.

pyqtgraph paints each point with Qt, and builds a brush for each when colours change: half a second
for 100,000. Here all points of one view are written into one picture by numpy: some milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QImage, QPaintEngine, QPen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from qtpy.QtGui import QPainter

_SIZES = ((1_000, 4), (20_000, 3), (np.inf, 2))
"""Radius in pixels for up to so many points."""

_MOST_SHAPES = 20_000
"""Up to so many points are shapes in a file of shapes; more are a picture in it."""

_FINE = 3.0
"""Pixels of such a picture for one on the screen."""

_DIM = 0.22
"""Opacity of points that are not selected while others are."""


class Points(pg.GraphicsObject):
    """Points of any colour; while some are selected the others are dim and lie behind."""

    def __init__(self) -> None:
        super().__init__()
        self._xy = np.zeros((2, 0))
        self._colors = np.zeros((0, 4))
        self._is_selected = np.zeros(0, bool)
        self._painted = self._colors
        self._sheets: tuple[NDArray[np.intp], ...] = ()
        self._seen = QRectF()

    @property
    def xy(self) -> NDArray[np.float64]:
        """``(2, N)`` places in the plot, NaN where a point is not drawn."""
        return self._xy

    @property
    def radius(self) -> int:
        """Radius of a point in pixels."""
        return next(radius for n, radius in _SIZES if self._xy.shape[1] <= n)

    def set_points(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
        """Draw other points, of which none is selected."""
        self._xy = np.stack([x, y]).astype(float)
        self._is_selected = np.zeros(len(x), bool)
        self._colors = np.ones((len(x), 4))
        self._paint_anew()
        self.informViewBoundsChanged()

    def set_colors(self, colors: NDArray[np.float64]) -> None:
        """Give each point its colour, ``(N, 4)``, 0 to 1."""
        self._colors = colors
        self._paint_anew()

    def set_selected(self, is_selected: NDArray[np.bool_]) -> None:
        """Say which points are selected."""
        self._is_selected = is_selected
        self._paint_anew()

    def find_at(self, place: QPointF, reach_px: float = 8.0) -> int | None:
        """Return the point nearest to a place of the plot, None where none is near."""
        width, height = self.getViewBox().viewPixelSize()
        away = np.hypot((self._xy[0] - place.x()) / width, (self._xy[1] - place.y()) / height)
        if not np.isfinite(away).any():
            return None
        nearest = int(np.nanargmin(away))
        return nearest if away[nearest] <= reach_px else None

    def find_inside(self, outline: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return the points inside an outline ``(M, 2)``, x and y."""
        from skimage.measure import points_in_poly

        low, high = outline.min(axis=0), outline.max(axis=0)
        places = self._xy.T
        near = np.flatnonzero(((low <= places) & (places <= high)).all(axis=1))
        return near[points_in_poly(places[near], outline)]

    def dataBounds(
        self, ax: int, frac: float = 1.0, orthoRange: Any = None
    ) -> tuple[float | None, float | None]:
        """Tell pyqtgraph how far the points reach along an axis."""
        values = self._xy[ax][np.isfinite(self._xy).all(axis=0)]
        return (float(values.min()), float(values.max())) if len(values) else (None, None)

    def pixelPadding(self) -> float:
        """Tell pyqtgraph how much a point is larger than its place."""
        return self.radius + 1

    def boundingRect(self) -> QRectF:
        """Return all that can be seen: the picture always fills it."""
        return self._seen

    def viewTransformChanged(self) -> None:
        """Note that another part of the plot is seen."""
        # Qt must be told while the old rectangle is still returned; else its index keeps a place
        # of this item, and crashes when the item is gone.
        self.prepareGeometryChange()
        view = self.getViewBox()
        self._seen = QRectF() if view is None else QRectF(view.viewRect())

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint the points into the part of the plot that is seen."""
        transform = painter.worldTransform()
        seen = transform.mapRect(self.boundingRect())
        # The plot is neither turned nor sheared, so scale and shift are the whole transform.
        x = transform.m11() * self._xy[0] + transform.dx() - seen.left()
        y = transform.m22() * self._xy[1] + transform.dy() - seen.top()
        painter.save()
        painter.resetTransform()
        painter.translate(seen.topLeft())
        is_file_of_shapes = painter.paintEngine().type() == QPaintEngine.Type.SVG
        if is_file_of_shapes and len(x) <= _MOST_SHAPES:
            self._draw_shapes(painter, x, y, seen)
        else:
            ratio = _FINE if is_file_of_shapes else painter.device().devicePixelRatioF()
            self._draw_picture(painter, np.stack([x, y]) * ratio, seen, ratio)
        painter.restore()

    def _draw_picture(
        self, painter: QPainter, xy: NDArray[np.float64], seen: QRectF, ratio: float
    ) -> None:
        shape = (int(np.ceil(seen.height() * ratio)), int(np.ceil(seen.width() * ratio)))
        radius = self.radius * ratio
        picture = stamp(xy, to_argb(self._painted), self._sheets, radius, shape)
        how = QImage.Format.Format_ARGB32_Premultiplied
        image = QImage(picture.data, shape[1], shape[0], 4 * shape[1], how)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(QPointF(0, 0), image)

    def _draw_shapes(
        self, painter: QPainter, x: NDArray[np.float64], y: NDArray[np.float64], seen: QRectF
    ) -> None:
        painter.setPen(QPen(Qt.PenStyle.NoPen))
        is_seen = (x >= 0) & (x <= seen.width()) & (y >= 0) & (y <= seen.height())
        for sheet in self._sheets:
            for i in sheet[is_seen[sheet]]:
                painter.setBrush(QColor.fromRgbF(*self._painted[i].tolist()))
                painter.drawEllipse(QPointF(x[i], y[i]), self.radius, self.radius)

    def _paint_anew(self) -> None:
        is_drawn = np.asarray(np.isfinite(self._xy).all(axis=0))
        # By chance, so that no class hides another; selected ones last, and so in front.
        order = np.random.default_rng(0).permutation(len(is_drawn))
        order = order[is_drawn[order]]
        chosen = self._is_selected
        self._sheets = (order[~chosen[order]], order[chosen[order]])
        self._painted = self._colors
        if chosen.any():
            self._painted = self._colors.copy()
            self._painted[~chosen, 3] *= _DIM
        self.update()


def to_argb(colors: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Turn colours ``(N, 4)``, 0 to 1, into Qt's premultiplied numbers ``0xAARRGGBB``.

    Examples
    --------
    >>> [hex(n) for n in to_argb(np.array([[1, 0, 0, 1], [1, 1, 1, 0.2]]))]
    ['0xffff0000', '0x33333333']
    """
    premultiplied = colors[:, :3] * colors[:, 3:]
    red, green, blue = np.rint(255 * premultiplied).astype(np.uint32).T
    alpha = np.rint(255 * colors[:, 3]).astype(np.uint32)
    return (alpha << 24) | (red << 16) | (green << 8) | blue


def stamp(
    xy: NDArray[np.float64],
    pixels: NDArray[np.uint32],
    sheets: Sequence[NDArray[np.intp]],
    radius: float,
    shape: tuple[int, int],
) -> NDArray[np.uint32]:
    """Stamp discs onto an empty picture, sheet by sheet.

    Parameters
    ----------
    xy
        ``(2, N)`` in pixels of the picture.
    pixels
        ``(N,)`` colours.
    sheets
        Which discs, the sheet at the back first; within one the last wins for the most part.
    radius
        In pixels.
    shape
        Height and width of the picture.

    Examples
    --------
    >>> stamp(np.ones((2, 1)), np.array([7], np.uint32), [np.array([0])], 1, (3, 3)).tolist()
    [[0, 7, 0], [7, 7, 7], [0, 7, 0]]
    """
    # A rim takes those that are cut by the edge.
    reach = int(np.ceil(radius)) + 1
    rim = 2 * reach
    height, width = shape[0] + 2 * rim, shape[1] + 2 * rim
    picture = np.zeros(height * width, np.uint32)
    shifts = _disc(radius, width)
    for sheet in sheets:
        x, y = xy[:, sheet]
        is_seen = (x > -reach) & (x < shape[1] + reach) & (y > -reach) & (y < shape[0] + reach)
        row, column = np.rint(y[is_seen]).astype(np.intp), np.rint(x[is_seen]).astype(np.intp)
        place, colors = (row + rim) * width + column + rim, pixels[sheet[is_seen]]
        for shift in shifts:
            picture[place + shift] = colors
    return np.ascontiguousarray(picture.reshape(height, width)[rim:-rim, rim:-rim])


def _disc(radius: float, width: int) -> NDArray[np.intp]:
    """Where the pixels of a disc lie in a picture of this width, from its middle."""
    reach = int(np.ceil(radius))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    places: NDArray[np.intp] = (y * width + x)[y**2 + x**2 <= radius**2 + 0.8 * radius]
    return places
