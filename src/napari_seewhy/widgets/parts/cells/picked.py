"""Picked cells: outlined in the image, found again by the camera."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.widgets.parts.layers import show_lines

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

NAME = "picked cells"


def outline_cells(viewer: Any, layer: Any, picked: Collection[int]) -> None:
    """Draw a line round the picked cells, in a layer of its own; none picked takes it away.

    Parameters
    ----------
    viewer, layer
        Where the cells are; of a time series those are outlined that are seen at the moment.
    picked
        Their numbers.
    """
    if not picked:
        show_lines(viewer, layer, NAME, [])
        return
    leading = _leading_index(viewer, layer)
    outlines = _trace(_largest(layer)[leading], picked)
    at = [0] * len(leading)
    show_lines(viewer, layer, NAME, [np.insert(line, at, leading, axis=1) for line in outlines])


def go_to_cell(viewer: Any, layer: Any, cell: pd.Series[Any]) -> None:
    """Show one cell: in the middle of the window, outlined, and as the label that is selected.

    Parameters
    ----------
    viewer, layer
        Where it is.
    cell
        Its row of the table, with ``label``; a place that is not known moves nothing.
    """
    label = int(cell["label"])
    if np.isfinite([cell.get("y", np.nan), cell.get("x", np.nan)]).all():
        go_to(viewer, layer, cell["y"], cell["x"], int(cell.get("t", 0)))
    layer.selected_label = label
    outline_cells(viewer, layer, [label])


def zoom_to(viewer: Any, layer: Any, height: float, width: float) -> None:
    """Zoom in so far that a cell fills a sixth of the window; never out.

    Parameters
    ----------
    viewer, layer
        Where it is.
    height, width
        Of the cell, in pixels of the layer.
    """
    camera = getattr(viewer, "scene", viewer).camera
    edge = max(height * abs(layer.scale[-2]), width * abs(layer.scale[-1]))
    canvas_px = min(viewer.window._qt_viewer.canvas.size)
    if edge > 0:
        camera.zoom = max(camera.zoom, canvas_px / (6 * edge))


def go_to(viewer: Any, layer: Any, y: float, x: float, t: int = 0) -> None:
    """Bring a place of a layer, in pixels, into the middle of the window.

    Parameters
    ----------
    viewer, layer
        Where it is.
    y, x
        Place in the picture.
    t
        Time point, where the layer has one.
    """
    # Besides time there is at most one thick plane, which is seen at every depth.
    leading = [t, *[0] * (layer.ndim - 3)] if layer.ndim > 2 else []
    world = layer.data_to_world((*leading, y, x))
    for axis in range(len(leading[:1])):
        viewer.dims.set_point(viewer.dims.ndim - layer.ndim + axis, world[axis])
    # napari 0.9 moved the camera; the old place warns.
    camera = getattr(viewer, "scene", viewer).camera
    camera.center = (*camera.center[:-2], *world[-2:])


def _largest(layer: Any) -> Any:
    return layer.data[0] if layer.multiscale else layer.data


def _leading_index(viewer: Any, layer: Any) -> tuple[int, ...]:
    """Index of the frame of a layer that is seen, one number for each axis besides Y and X."""
    seen = layer.world_to_data(viewer.dims.point)[:-2]
    shape = _largest(layer).shape[:-2]
    return tuple(int(i) for i in np.clip(np.rint(seen), 0, np.subtract(shape, 1)))


def _trace(labels: Any, picked: Collection[int]) -> list[Any]:
    """Outlines ``(N, 2)`` of the picked cells, y and x."""
    from skimage.measure import find_contours

    mask = np.isin(np.asarray(labels), list(picked))
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return []
    corner = np.array([rows[0], columns[0]])
    box = np.asarray(labels)[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return [
        outline - 1 + corner
        for label in picked
        for outline in find_contours(np.pad(box == label, 1).astype(np.float32), 0.5)
    ]
