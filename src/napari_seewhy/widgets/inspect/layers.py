"""The gene that is looked at, as layers that stay the same from gene to gene."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.layers import Layer

from napari_seewhy.layers import (
    CHROMATIN,
    CHROMATIN_CONTOURS,
    CHROMATIN_HEATMAP,
    LINE,
    METADATA_KEY,
    METHYLATION,
    METHYLATION_CONTOURS,
    METHYLATION_HEATMAP,
    OVERVIEW,
    PICTURE,
    STRIP,
    gene_contour_layers,
    gene_heatmap_layers,
    gene_layers,
    line_layer,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureGeometry
    from napari_seewhy.layers import LayerData

_SAMPLE = "gene pictures"
"""Role of the stack that File > Open Sample opens."""

_VEILS = (CHROMATIN_HEATMAP, METHYLATION_HEATMAP)
_CONTOURS = (CHROMATIN_CONTOURS, METHYLATION_CONTOURS)
_PANELS = (
    *(CHROMATIN, CHROMATIN_HEATMAP, CHROMATIN_CONTOURS),
    *(METHYLATION, METHYLATION_HEATMAP, METHYLATION_CONTOURS),
)
"""What is shown in two panels, in the order in which napari's grid takes it."""

_FILLED = 0.95
"""Share of the canvas that napari fills."""

_ROLES = {PICTURE, LINE, STRIP, *_PANELS}

HEATMAP_STYLES = {
    "contours": "as lines about it",
    "veil": "as a veil over the rest",
    "none": "not at all",
}
"""How it is shown where a tree looked; under a veil the colours of dots cannot be told apart."""


class InspectLayers:
    """Puts pictures of genes, their halves, the dividing line and heatmaps into a viewer.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    def __init__(self, viewer: Any) -> None:
        self._viewer = viewer
        self._is_apart = False
        self._style = "contours"

    @property
    def is_apart(self) -> bool:
        """Whether the halves are shown in two panels."""
        return self._is_apart

    def find(self, role: str) -> Any | None:
        """Return the layer of this role, None if there is none."""
        known = ((layer, layer.metadata.get(METADATA_KEY, {})) for layer in self._viewer.layers)
        return next((layer for layer, said in known if said.get("role") == role), None)

    def are_looked_at(self) -> bool:
        """Whether a gene is shown, and no layer of somebody else's is selected."""
        selected = (layer.metadata.get(METADATA_KEY, {}) for layer in self._viewer.layers.selection)
        return self.find(PICTURE) is not None and all(
            said.get("role") in _ROLES or str(said.get("role")).startswith(OVERVIEW)
            for said in selected
        )

    def take_sample(self) -> Path | None:
        """Take the stack of sample pictures away; return their folder, None if there is none."""
        stack = self.find(_SAMPLE)
        if stack is None:
            return None
        # Its slider would stay and move nothing; a gene is chosen in the list now.
        self._viewer.layers.remove(stack)
        return Path(stack.metadata[METADATA_KEY]["source"])

    def show(
        self, picture: NDArray[np.uint8], geometry: PictureGeometry | None, source: str
    ) -> None:
        """Show another gene; the view stays as it is where the picture has the same size."""
        before = self.find(PICTURE)
        is_same_size = before is not None and before.data.shape == picture.shape
        layers = gene_layers(picture, geometry, source)
        if geometry is None:
            self._remove(*_PANELS)
        if not is_same_size:
            # A line as long as a larger picture would keep the view as wide.
            self._remove(LINE)
        for data in layers:
            self._put(data)
        whole, opacity = self.find(PICTURE), layers[0][1]["opacity"]
        if whole is not None and whole.opacity != opacity:
            whole.opacity = opacity
        self._lay_out()
        if not is_same_size:
            self._viewer.reset_view()

    def show_line(self, row: int, width_px: int) -> Any:
        """Show the dividing line, and return its layer."""
        layer = self._put(line_layer(row, width_px))
        if layer.visible == self._is_apart:
            layer.visible = not self._is_apart
        return layer

    def show_heatmap(
        self, heatmap: NDArray[np.float32], geometry: PictureGeometry, name: str, source: str
    ) -> None:
        """Show where the network looked in this gene."""
        is_new = self.find(CHROMATIN_HEATMAP) is None
        for make in (gene_heatmap_layers, gene_contour_layers):
            for data in make(heatmap, geometry, name, source):
                self._put(data)
        if is_new:
            self.set_heatmap_style(self._style)
        self._lay_out()

    def set_heatmap_style(self, style: str) -> None:
        """Show where the network looked in one of `HEATMAP_STYLES`."""
        self._style = style
        for roles, shown in ((_VEILS, "veil"), (_CONTOURS, "contours")):
            for role in roles:
                if (layer := self.find(role)) is not None:
                    layer.visible = style == shown

    def hide_heatmap(self) -> None:
        """Take the heatmap of another gene away."""
        self._remove(*_VEILS, *_CONTOURS)
        self._lay_out()

    def show_strip(self, data: LayerData | None) -> None:
        """Show what lies in the window below the picture; None where nothing is known of it."""
        if data is None:
            self._remove(STRIP)
            return
        is_new = self.find(STRIP) is None
        selected = set(self._viewer.layers.selection)
        layer = self._put(data)
        if is_new:
            self._viewer.layers.selection = selected
            layer.visible = not self._is_apart
            self._viewer.reset_view()

    def set_apart(self, is_apart: bool) -> None:
        """Show the halves in two panels that move together, or as they lie in the picture."""
        self._is_apart = is_apart
        for role in (PICTURE, LINE, STRIP):
            if (layer := self.find(role)) is not None:
                layer.visible = not is_apart
        self._lay_out()
        self._viewer.reset_view()
        half = self.find(CHROMATIN)
        if is_apart and half is not None:
            # napari looks at where the layers lay before, and makes room for hidden ones too.
            tall, wide = self._viewer.window._qt_viewer.canvas.size
            height, width = half.data.shape[:2]
            camera = getattr(self._viewer, "scene", self._viewer).camera
            camera.center = (height / 2, half.translate[1] + width / 2)
            camera.zoom = _FILLED * min(tall / 2 / height, wide / width)

    def look_at(self) -> None:
        """Fill the view with what there is."""
        if self.find(PICTURE) is not None:
            self._viewer.reset_view()

    def _lay_out(self) -> None:
        """Bring the grid in step with the layers that there are."""
        halves = [layer for role in _PANELS if (layer := self.find(role)) is not None]
        is_apart = self._is_apart and len(halves) > 1
        # napari 0.9 moved the grid to the canvas.
        grid = getattr(self._viewer, "canvas", self._viewer).grid
        for layer in halves:
            said = layer.metadata[METADATA_KEY]
            (top, left), shift = said["place"], said.get("shift", 0.0)
            # In a panel of its own each half begins at the top.
            _move(layer, ((0 if is_apart else top) + shift, left + shift))
        if is_apart:
            for layer in halves:
                self._viewer.layers.move(self._viewer.layers.index(layer), -1)
            grid.shape, grid.stride = (2, 1), len(halves) // 2
        if grid.enabled != is_apart:
            grid.enabled = is_apart

    def _put(self, data: LayerData) -> Any:
        pixels, attributes, kind = data
        layer = self.find(attributes["metadata"][METADATA_KEY]["role"])
        if layer is None:
            return self._viewer.add_layer(Layer.create(pixels, attributes, kind))
        # Colours, opacity and visibility stay as a person left them.
        if kind != "vectors" or not np.array_equal(layer.data, pixels):
            layer.data = pixels
        if "translate" in attributes:
            _move(layer, attributes["translate"])
        layer.metadata = layer.metadata | attributes["metadata"]
        return layer

    def _remove(self, *roles: str) -> None:
        for role in roles:
            if (layer := self.find(role)) is not None:
                self._viewer.layers.remove(layer)


def _move(layer: Any, corner: tuple[float, float]) -> None:
    # napari recomputes the range of its sliders even where nothing moves.
    if not np.array_equal(layer.translate, corner):
        layer.translate = corner
