"""The layers of heatmaps in the viewer: put there, kept up to date, joined to the labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.layers import (
    HEATMAP,
    METADATA_KEY,
    heatmap_layer,
    heatmap_role,
    join_attention,
    labels_from_layer,
)
from napari_seewhy.widgets.parts.layers import put_layer, remove_layer, role_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.explaining import ExplainedCells
    from napari_seewhy.widgets.parts.classes import ClassifyOrigin


class ShownHeatmaps:
    """Heatmaps in a viewer, one layer per class.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    origin
        What was explained.
    explained
        What came out.
    """

    def __init__(self, viewer: Any, origin: ClassifyOrigin, explained: ExplainedCells) -> None:
        self._viewer = viewer
        self.origin = origin
        self.explained = explained
        self._layers: list[Any] = []

    @property
    def is_gone(self) -> bool:
        """Whether both the explained labels and all heatmaps were closed."""
        there = self._viewer.layers
        return not any(layer in there for layer in (self.origin.layer(), *self._layers))

    def show(self, images: dict[str, NDArray[np.float32]], opacity: float) -> None:
        """Put heatmaps into the viewer, and take away those of classes that have none now.

        Parameters
        ----------
        images
            Name of the class -> painted heatmaps.
        opacity
            0 to 1.
        """
        origin = self.origin
        for layer in self._find_stale(images):
            remove_layer(self._viewer, role_of(layer), origin.known["parent"])
        self._layers = [
            put_layer(
                self._viewer,
                heatmap_layer(
                    heatmap,
                    name,
                    image_name=origin.image_name,
                    grid=origin.grid,
                    known=origin.known,
                ),
            )
            for name, heatmap in images.items()
        ]
        self.set_opacity(opacity)

    def join(self) -> None:
        """Add attention to the features of the labels, if they are still there and the same."""
        source: Any = self.origin.layer()
        is_there = source in self._viewer.layers
        if is_there and np.array_equal(labels_from_layer(source), self.origin.job.labels):
            joined = join_attention(source.features, self.explained.table)
            if joined is not None:
                source.features = joined

    def set_opacity(self, opacity: float) -> None:
        """Make the heatmaps stronger or fainter; closed layers stay closed."""
        for layer in self._layers:
            layer.opacity = opacity

    def _find_stale(self, images: dict[str, Any]) -> list[Any]:
        parent = self.origin.known["parent"]
        roles = {heatmap_role(name) for name in images}
        return [
            layer
            for layer in self._viewer.layers
            if role_of(layer).startswith(f"{HEATMAP} ")
            and role_of(layer) not in roles
            and _parent_of(layer) == parent
        ]


def _parent_of(layer: Any) -> str:
    return str(layer.metadata.get(METADATA_KEY, {}).get("parent", ""))
