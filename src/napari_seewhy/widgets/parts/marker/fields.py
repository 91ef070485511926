"""Choosing the layer of phase contrast and that of the real marker at the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_seewhy.blocks.pairing import OpenPair, Place, StainPairOptions
from napari_seewhy.errors import DataError
from napari_seewhy.layers import (
    Grid,
    axes_of_layer,
    channel_of_layer,
    image_from_layers,
    is_nuclear,
    is_unstained,
    name_of_image,
)
from napari_seewhy.widgets.parts.forms import stack_rows
from napari_seewhy.widgets.parts.layers import (
    AssumedLine,
    AxesChoice,
    LayerChoice,
    is_image,
    role_of,
    shape_yx,
)
from napari_seewhy.widgets.parts.marker.preview import PreviewedField
from napari_seewhy.widgets.parts.viewer import follow

if TYPE_CHECKING:
    from napari_seewhy.images import CellImage

NO_IMAGE = (
    "Open an image of phase contrast first: File > Open, or File > Open Sample > napari-seewhy."
)
NO_MARKER = "Open the image of the marker at the same place too: no image has its size."


class FieldLayers(QWidget):
    """Asks for an image of unstained cells and for the marker at the same place.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    no_marker
        What stands for doing without a marker; "" where one is needed.
    """

    changed = Signal()

    def __init__(self, viewer: Any, *, no_marker: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._preferred = ""
        self._needs_marker = not no_marker
        self._image = LayerChoice(
            viewer,
            _is_field,
            rank=_rank_as_phase,
            label="Phase contrast",
            tooltip="The image without stain: phase contrast, DIC or brightfield.",
        )
        self._axes = AxesChoice()
        self._axes.value = "ZYX"
        self._marker = LayerChoice(
            viewer,
            self._may_be_marker,
            nothing=no_marker,
            rank=_rank_as_marker,
            label="Real marker",
            tooltip="The fluorescence of the same place, such as NKX2.5-GFP or troponin.",
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(stack_rows(self._image, self._axes, self._marker).native)
        self._assumed = AssumedLine()
        layout.addWidget(self._assumed)
        self.changed.connect(self._tell_assumed)
        self._image.changed.connect(self._on_image_changed)
        for choice in (self._marker, self._axes):
            choice.changed.connect(self._on_changed)
        follow(viewer.layers.events.inserted, self._on_inserted)
        self._on_image_changed()

    @property
    def image_layer(self) -> Any | None:
        """The layer of phase contrast, None where there is none yet."""
        return self._image.value

    @property
    def marker_layer(self) -> Any | None:
        """The layer of the real marker, None where there is none."""
        return self._marker.value

    def chosen(self) -> Any:
        """Return the layer of phase contrast.

        Raises
        ------
        DataError
            If there is none.
        """
        if self.image_layer is None:
            raise DataError(NO_IMAGE)
        return self.image_layer

    @property
    def axes(self) -> str:
        """Axes of the image, as far as it says so itself, and as chosen otherwise."""
        return self._axes.axes_of(self.image_layer)

    @property
    def missing(self) -> str:
        """What must be chosen, "" if nothing."""
        if self.image_layer is None:
            return NO_IMAGE
        if self._needs_marker and self.marker_layer is None:
            return NO_MARKER
        return ""

    def choose(self, image: Any | None, marker: Any | None) -> None:
        """Choose both layers, as the person could."""
        self._image.value = image
        self._marker.value = marker

    def prefer_marker(self, name: str) -> None:
        """Choose a marker of this name where none is chosen, now or when it is opened."""
        self._preferred = name.casefold()
        for layer in self._viewer.layers:
            self._propose(layer)

    def image(self) -> CellImage:
        """Return the image of phase contrast with all its planes and frames.

        Raises
        ------
        DataError
            If its axes are not known.
        """
        layers = [] if self.image_layer is None else [self.image_layer]
        return image_from_layers(layers, axes=self.axes if layers else None)

    def marker(self) -> CellImage | None:
        """Return the image of the marker, None without one."""
        layer = self.marker_layer
        return None if layer is None else image_from_layers([layer], axes=self._marker_axes(layer))

    def pair(self) -> OpenPair:
        """Return both images as a pair to learn from.

        Raises
        ------
        DataError
            If one is missing.
        """
        image, marker, layer = self.image(), self.marker(), self.chosen()
        if marker is None:
            raise DataError(NO_MARKER)
        name = name_of_image(image) or layer.name
        return OpenPair(name, image, marker, Place(name, ""))

    @property
    def is_series(self) -> bool:
        """Whether there are several frames to go through."""
        return self.image_layer is not None and "T" in self.axes

    def previewed(self) -> PreviewedField | None:
        """Return the marker of the frame that is seen, None where nothing is chosen yet.

        Raises
        ------
        DataError
            If the marker has another number of frames than the image.
        """
        layer = self.image_layer
        if layer is None or self.marker_layer is None:
            return None
        pair = self.pair()
        images = pair.read(StainPairOptions())
        frame = images.marker.frame(min(self.frame(), images.n_frames - 1)).load()
        grid = Grid.of_layer(layer, self.axes).keep("YX")
        return PreviewedField(np.asarray(frame.pixels)[0], grid, pair.name, layer.name)

    def frame(self) -> int:
        """Return the number of the frame of the image that is seen."""
        layer = self.image_layer
        if layer is None or "T" not in self.axes:
            return 0
        place = layer.world_to_data(self._viewer.dims.point[-layer.ndim :])
        return round(float(place[self.axes.index("T")]))

    def _on_inserted(self, event: Any) -> None:
        self._propose(event.value)

    def _propose(self, layer: Any) -> None:
        """Choose a layer as marker if it is the one that a model speaks of."""
        is_free = self.marker_layer is None and bool(self._preferred)
        if is_free and self._may_be_marker(layer):
            name = channel_of_layer(layer).casefold()
            # The model may say more: "NKX2.5 (simulated)".
            if name in self._preferred:
                self._marker.value = layer

    def _marker_axes(self, layer: Any) -> str:
        of_three = "TYX" if "T" in self.axes else "ZYX"
        return axes_of_layer(layer) or of_three

    def _may_be_marker(self, layer: Any) -> bool:
        image = self.image_layer
        is_other = image is not None and layer is not image
        return (
            is_other and _is_field(layer) and not layer.rgb and shape_yx(layer) == shape_yx(image)
        )

    def _tell_assumed(self) -> None:
        self._assumed.show_layers([self.image_layer, self.marker_layer])

    def _on_changed(self) -> None:
        self.changed.emit()

    def _on_image_changed(self) -> None:
        self._axes.ask_about(self.image_layer)
        self._marker.reset_choices()
        for other in self._viewer.layers:
            self._propose(other)
        self.changed.emit()


def _is_field(layer: Any) -> bool:
    return is_image(layer) and role_of(layer) in ("", "image")


def _rank_as_phase(layer: Any) -> int:
    return int(is_unstained(channel_of_layer(layer)) or is_unstained(layer.name))


def _rank_as_marker(layer: Any) -> int:
    if _rank_as_phase(layer):
        return 0
    return 1 if is_nuclear(channel_of_layer(layer)) else 2
