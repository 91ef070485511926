"""What a network would learn: the positive blocks laid over the image as the threshold moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.blocks.marking import MarkerBlocks, find_marker_blocks
from napari_seewhy.layers import TARGET, StainPlace, positive_layer
from napari_seewhy.staining import BlockGrid
from napari_seewhy.widgets.parts.layers import put_layer, remove_layer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.layers import Grid, LayerData
    from napari_seewhy.staining import StainOptions


class PreviewedField(NamedTuple):
    """One frame of the marker, and where it lies.

    Attributes
    ----------
    marker
        ``(Y, X)``.
    grid
        Of the frame: its axes are ``YX``.
    name, parent
        Name of the image, and of its layer.
    known
        ``(Y, X)``: where the marker is known, None where it is everywhere.
    """

    marker: NDArray[Any]
    grid: Grid
    name: str
    parent: str
    known: NDArray[np.bool_] | None = None


class TargetPreview:
    """The layer of target blocks in a viewer.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    def __init__(self, viewer: Any) -> None:
        self._viewer = viewer
        self._parent = ""

    def show(self, field: PreviewedField, level: float, options: StainOptions) -> MarkerBlocks:
        """Lay the positive blocks over the image, and return them.

        Raises
        ------
        DataError
            If the field is smaller than a block.
        """
        blocks = BlockGrid(options.block_px, options.block_px)
        found = find_marker_blocks(field.marker, level, blocks, options.positive_area, field.known)
        if field.parent != self._parent:
            self.clear()
            self._parent = field.parent
        place = StainPlace(field.name, field.grid, blocks, {"parent": field.parent})
        put_beside(self._viewer, positive_layer(found.called == 1, place, TARGET))
        return found

    def clear(self) -> None:
        """Take the layer away."""
        remove_layer(self._viewer, TARGET, self._parent)


def put_beside(viewer: Any, data: LayerData) -> Any:
    """Put a result into the viewer, and leave the layer selected that a person works on."""
    active = viewer.layers.selection.active
    layer = put_layer(viewer, data)
    if active is not None:
        viewer.layers.selection.active = active
    return layer


def level_range(marker: NDArray[Any]) -> tuple[float, float]:
    """Return the darkest pixel, and the brightest but for a few that glare."""
    step = max(1, marker.size // 1_000_000)
    some = marker.ravel()[::step]
    return float(some.min()), float(np.percentile(some, 99.95))
