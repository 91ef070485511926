"""Picked cells: outlined in the image, found again by the camera."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

ROLE = "picked"
COLOR = "#ffffff"
LINE_PX = 1.5


def frame_of(layer: Any, t: int | None) -> Any:
    """Labels ``(Y, X)`` of one time point of a Labels layer, or all of them without time."""
    labels = layer.data[0] if layer.multiscale else layer.data
    return labels if t is None else labels[t]


def time_of(layer: Any, viewer: Any) -> int | None:
    """Time point that the viewer shows of a layer, None where the layer has none."""
    if layer.ndim < 3:
        return None
    return round(float(layer.world_to_data(viewer.dims.point)[0]))


def outline_cells(viewer: Any, layer: Any, picked: Collection[int], t: int | None = None) -> None:
    """Draw a line round the picked cells, in a layer of its own; none picked takes it away.

    Parameters
    ----------
    viewer, layer
        Where the cells are.
    picked
        Their numbers.
    t
        Time point, where the labels have one.
    """
    shown = next((other for other in viewer.layers if _is_ours(other)), None)
    outlines = _trace(frame_of(layer, t), picked) if picked else []
    if shown is not None and (not outlines or shown.ndim != layer.ndim):
        viewer.layers.remove(shown)
        shown = None
    if not outlines:
        return
    if shown is None:
        shown = _add_layer(viewer, layer.ndim)
    for name in ("scale", "translate", "rotate", "shear", "affine", "units"):
        setattr(shown, name, getattr(layer, name))
    if t is not None:
        outlines = [np.insert(outline, 0, t, axis=1) for outline in outlines]
    shown.data = []
    shown.add(outlines, shape_type="path", edge_width=LINE_PX, edge_color=COLOR)


def go_to(viewer: Any, layer: Any, y: float, x: float, t: int | None = None) -> None:
    """Bring a place of a layer, in pixels, into the middle of the window."""
    world = layer.data_to_world((y, x) if t is None else (t, y, x))
    if t is not None:
        viewer.dims.set_point(range(len(world)), world)
    # napari 0.9 moved the camera; the old place warns.
    camera = getattr(viewer, "scene", viewer).camera
    camera.center = (*camera.center[:-2], *world[-2:])


def _is_ours(layer: Any) -> bool:
    return bool(layer.metadata.get("napari-seewhy", {}).get("role") == ROLE)


def _add_layer(viewer: Any, ndim: int) -> Any:
    """Add the layer of outlines without taking the selection away from the labels."""
    active = viewer.layers.selection.active
    layer = viewer.add_shapes(
        ndim=ndim, name="picked cells", metadata={"napari-seewhy": {"role": ROLE}}
    )
    viewer.layers.selection.active = active
    return layer


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
