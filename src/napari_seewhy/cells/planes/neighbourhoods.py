"""Neighbourhoods: objects that begin in the same tile, and the window that holds them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.images import Box


def find_boxes(objects: NDArray[np.int32]) -> NDArray[np.intp]:
    """Where the boxes about objects 1 to n begin and end: shape ``(n, 2, 2)`` by axis and end."""
    boxes = [
        [(side.start, side.stop) for side in box] for box in scipy.ndimage.find_objects(objects)
    ]
    return np.array(boxes, np.intp).reshape(-1, 2, 2)


def group_by_tile(
    boxes: NDArray[np.intp], members: NDArray[np.intp], tile_px: int
) -> list[NDArray[np.intp]]:
    """Put together the members whose boxes begin in the same tile.

    Parameters
    ----------
    boxes
        Of all objects, as `find_boxes` gives them.
    members
        Rows of `boxes`, in rising order.
    tile_px
        Edge of a tile in pixels.

    Returns
    -------
    The members of each group, in rising order
    """
    if not len(members):
        return []
    tiles = boxes[members, :, 0] // tile_px
    keys = tiles[:, 0] * (tiles[:, 1].max() + 1) + tiles[:, 1]
    order = np.argsort(keys, kind="stable")
    return np.split(members[order], np.flatnonzero(np.diff(keys[order])) + 1)


def window_about(boxes: NDArray[np.intp]) -> Box:
    """Return the smallest window that holds all the boxes."""
    (top, left), (bottom, right) = boxes[:, :, 0].min(axis=0), boxes[:, :, 1].max(axis=0)
    return slice(int(top), int(bottom)), slice(int(left), int(right))
