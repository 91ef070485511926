"""One cell close up: as it is shown in the viewer, and where the network looked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from qtpy.QtCore import Qt
from qtpy.QtGui import QImage, QPixmap
from qtpy.QtWidgets import QGridLayout, QLabel, QWidget

from napari_seewhy.layers import HEATMAP, METADATA_KEY
from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.layers import is_image, may_be_same_image, role_of, shape_yx
from napari_seewhy.widgets.parts.pictures import blend_channels
from napari_seewhy.widgets.parts.viewer import settle

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_SIDE_PX = 130
_ROOM = 1.6
"""The window is so many times as wide as the cell."""

_LEAST_PX = 24


class Closeup(NamedTuple):
    """Pictures ``(H, W, 3)`` of one cell, None where there is none, and the class explained."""

    image: NDArray[np.uint8] | None
    heatmap: NDArray[np.uint8] | None
    explained: str


class CellPicture(QWidget):
    """Two pictures beside each other with what they show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = [QLabel(), QLabel()]
        self._captions = [QLabel(), QLabel()]
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for i, (picture, caption) in enumerate(zip(self._pictures, self._captions, strict=True)):
            picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
            caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
            caption.setWordWrap(True)
            layout.addWidget(picture, 0, i)
            layout.addWidget(caption, 1, i)
        self.show_cell(None, "")

    def show_cell(self, closeup: Closeup | None, caption: str) -> None:
        """Show one cell; None for none."""
        self.setVisible(closeup is not None)
        if closeup is None:
            return
        explained = f"where the network looked: {closeup.explained}" if closeup.explained else ""
        texts = (caption, explained)
        for i, picture in enumerate((closeup.image, closeup.heatmap)):
            self._pictures[i].setVisible(picture is not None)
            self._captions[i].setText(literal(texts[i]))
            self._captions[i].setVisible(bool(texts[i]))
            if picture is not None:
                self._pictures[i].setPixmap(_to_pixmap(picture))
        settle(self)


def take_closeup(viewer: Any, layer: Any, cell: pd.Series[Any], classes: list[str]) -> Closeup:
    """Cut a cell out of the images that are shown, and out of the heatmap of its class.

    Parameters
    ----------
    viewer, layer
        Where the cell is, and its Labels layer.
    cell
        Its row of the table, with ``y`` and ``x``; without them there are no pictures.
    classes
        Columns of the row that name classes; a heatmap of the first that has one is taken.
    """
    if not np.isfinite([cell.get("y", np.nan), cell.get("x", np.nan)]).all():
        return Closeup(None, None, "")
    beside = [
        other
        for other in viewer.layers
        if (is_image(other) or is_heatmap(other))
        and shape_yx(other) == shape_yx(layer)
        and may_be_same_image(other, layer)
    ]
    heatmaps = [other for other in beside if is_heatmap(other)]
    images = [other for other in beside if other not in heatmaps]
    shown = [other for other in images if other.visible] or images
    said = [str(cell[name]) for name in classes if name in cell]
    heatmap = next(
        (other for name in said for other in heatmaps if _class_of(other) == name),
        next(iter(heatmaps), None),
    )
    return Closeup(
        _picture(viewer, layer, shown, cell) if shown else None,
        None if heatmap is None else _heat(viewer, layer, heatmap, cell),
        "" if heatmap is None else _class_of(heatmap),
    )


def is_heatmap(layer: Any) -> bool:
    """Whether a layer shows where a network looked."""
    return role_of(layer).startswith(HEATMAP) or f" {HEATMAP} " in layer.name


def _class_of(heatmap: Any) -> str:
    said = heatmap.metadata.get(METADATA_KEY, {}).get("class")
    return str(said or heatmap.name.rpartition(f" {HEATMAP} ")[2])


def _picture(viewer: Any, labels: Any, images: list[Any], cell: Any) -> NDArray[np.uint8]:
    windows = [_window(viewer, labels, image, cell) for image in images]
    channels, limits, colors = [], [], []
    for image, window in zip(images, windows, strict=True):
        if image.rgb:
            channels += [window[..., i] for i in range(3)]
            limits += [(0, 255 if window.dtype == np.uint8 else 1)] * 3
            colors += [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
        else:
            channels.append(window)
            limits.append(image.contrast_limits)
            colors.append(image.colormap.colors[-1][:3])
    return blend_channels(np.stack(channels)[np.newaxis], np.array(limits, float), colors)[0]


def _heat(viewer: Any, labels: Any, heatmap: Any, cell: Any) -> NDArray[np.uint8]:
    shares = np.nan_to_num(_window(viewer, labels, heatmap, cell).astype(np.float32))
    colors = heatmap.colormap.map(np.clip(shares, 0, 1).ravel())[:, :3]
    return np.rint(255 * colors).astype(np.uint8).reshape(*shares.shape, 3)


def _window(viewer: Any, labels: Any, image: Any, cell: Any) -> NDArray[Any]:
    """Cut a square about a cell out of an image layer; beyond its edge there is black."""
    leading = [int(cell.get("t", 0)), *[0] * (labels.ndim - 3)] if labels.ndim > 2 else []
    # What the labels do not say, such as the plane of a stack, is as it is seen.
    world = np.array(viewer.dims.point, float)
    world[-labels.ndim :] = labels.data_to_world((*leading, cell["y"], cell["x"]))
    data = image.data[0] if image.multiscale else image.data
    place = np.rint(image.world_to_data(world)[-image.ndim :]).astype(int)
    n_leading = image.ndim - 2
    frame = tuple(np.clip(place[:n_leading], 0, np.array(data.shape[:n_leading]) - 1))
    half = _side_px(cell) // 2
    y, x = place[n_leading:]
    rows, columns = slice(max(y - half, 0), y + half), slice(max(x - half, 0), x + half)
    window = np.asarray(data[(*frame, rows, columns)])
    before = (max(half - y, 0), max(half - x, 0))
    missing = [2 * half - first - n for first, n in zip(before, window.shape, strict=False)]
    pads = [(first, max(last, 0)) for first, last in zip(before, missing, strict=True)]
    return np.pad(window, [*pads, *[(0, 0)] * (window.ndim - 2)])


def _side_px(cell: Any) -> int:
    sides = [cell.get(f"{axis}_max", np.nan) - cell.get(f"{axis}_min", np.nan) for axis in "yx"]
    side = np.nanmax(sides) if np.isfinite(sides).any() else 2 * _LEAST_PX
    return max(_LEAST_PX, int(_ROOM * side)) // 2 * 2


def _to_pixmap(picture: NDArray[np.uint8]) -> QPixmap:
    pixels = np.ascontiguousarray(picture)
    height, width = pixels.shape[:2]
    image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    how = Qt.AspectRatioMode.KeepAspectRatio
    return QPixmap.fromImage(image).scaled(_SIDE_PX, _SIDE_PX, how)
