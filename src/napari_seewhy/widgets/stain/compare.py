"""Comparing the virtual stain with the real one: laid over it, beside it, in turn, subtracted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from qtpy.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Iterable

CompareMode: TypeAlias = Literal["overlay", "side by side", "blink", "difference"]

_BLINK_MS = 700


class ComparedLayers(NamedTuple):
    """The image, its real marker, the virtual stain, and their difference; None where missing."""

    image: Any
    marker: Any | None
    stain: Any
    difference: Any | None


class StainComparison(QObject):
    """Shows and hides the layers of one comparison, and puts all back as it was afterwards.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    def __init__(self, viewer: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._layers: ComparedLayers | None = None
        self._hidden: list[Any] = []
        self._grid_before: tuple[bool, int, tuple[int, int]] | None = None
        self._camera_before: tuple[float, tuple[float, ...]] = (1, (0, 0, 0))
        self._named: list[Any] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_BLINK_MS)
        self._timer.timeout.connect(self.blink)

    def show(self, layers: ComparedLayers, mode: CompareMode) -> None:
        """Compare these layers in this way."""
        self.stop()
        self._layers = layers
        image, marker, stain, difference = layers
        seen = {
            "overlay": [image, stain],
            "side by side": [image, marker, stain],
            "blink": [image, stain],
            "difference": [image, difference],
        }[mode]
        self._show_only(seen, layers, hides_others=mode == "side by side")
        if mode == "side by side":
            self._lay_side_by_side()
            self._show_names(layer for layer in seen if layer is not None)
        elif mode == "blink":
            self._timer.start()

    def blink(self) -> None:
        """Show the real marker in place of the virtual stain, or the other way round."""
        layers = self._layers
        if layers is None or layers.marker is None or not self._are_there(layers):
            self._timer.stop()
            return
        layers.marker.visible = layers.stain.visible
        layers.stain.visible = not layers.marker.visible

    def stop(self) -> None:
        """End the comparison: one canvas again, and what was hidden for it is shown."""
        self._timer.stop()
        if self._grid_before is not None:
            grid = _grid_of(self._viewer)
            grid.enabled, grid.stride, grid.shape = self._grid_before
            self._grid_before = None
            camera = _scene_of(self._viewer).camera
            camera.zoom, camera.center = self._camera_before
        for layer in self._named:
            layer.name_overlay.visible = False
        self._named = []
        for layer in self._hidden:
            layer.visible = True
        self._hidden = []

    def _show_only(
        self, seen: Iterable[Any], layers: ComparedLayers, *, hides_others: bool
    ) -> None:
        seen = [layer for layer in seen if layer is not None]
        for layer in self._viewer.layers:
            if layer in seen:
                layer.visible = True
            elif layer in layers:
                layer.visible = False
            elif hides_others and layer.visible:
                layer.visible = False
                self._hidden.append(layer)

    def _lay_side_by_side(self) -> None:
        """Give every layer a canvas of its own, in one row in the order of the list."""
        grid = _grid_of(self._viewer)
        self._grid_before = (grid.enabled, grid.stride, grid.shape)
        camera = _scene_of(self._viewer).camera
        self._camera_before = camera.zoom, camera.center
        grid.stride, grid.shape = 1, (1, -1)
        grid.enabled = True
        # Each canvas is a third as wide: the old zoom would show a strip of each picture.
        self._viewer.reset_view()

    def _show_names(self, layers: Iterable[Any]) -> None:
        """Write the name of each layer into its canvas, where napari can (0.7 and later)."""
        named = [layer for layer in layers if hasattr(layer, "name_overlay")]
        self._named = [layer for layer in named if not layer.name_overlay.visible]
        for layer in self._named:
            layer.name_overlay.visible = True

    def _are_there(self, layers: ComparedLayers) -> bool:
        return layers.marker in self._viewer.layers and layers.stain in self._viewer.layers


def _grid_of(viewer: Any) -> Any:
    """Return the grid of canvases, which has another place since napari 0.9."""
    return getattr(viewer, "canvas", viewer).grid


def _scene_of(viewer: Any) -> Any:
    """Return what has the camera, which has another place since napari 0.9."""
    return getattr(viewer, "scene", viewer)
