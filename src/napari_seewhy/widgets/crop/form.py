"""The choices for cropping: which labels, which channels, how large."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_seewhy.cells.cropping import CropOptions
from napari_seewhy.layers import cells_from_features
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.layers import LabelledLayers

_RARE = ("center", "pixel_size_um")


class CropForm(QWidget):
    """Asks for labels and channels, and how to cut them."""

    changed = Signal()

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers = LabelledLayers(viewer, "Channels to keep")
        self._options = OptionsForm(CropOptions, hidden=("channels",), advanced=_RARE)
        # A size in pixels is always there; one in micrometres takes its place.
        self._options["size_px"].tick.hide()
        self._options["size_um"].tick.text = "as in pixels"
        self._options["pixel_size_um"].tick.text = "as it is"
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._layers)
        layout.addWidget(self._options)
        self._layers.changed.connect(self._refresh)
        self._refresh()

    @property
    def layer(self) -> Any:
        """The labels of the cells, None where there are none yet."""
        return self._layers.labels

    @property
    def missing(self) -> str:
        """What must be done before crops can be cut, "" if nothing."""
        return self._layers.missing

    @property
    def colors(self) -> list[Any]:
        """Red, green and blue of each ticked channel, as in the image."""
        return [
            color
            for layer in self._layers.channels
            for color in (_RGB if layer.rgb else [layer.colormap.colors[-1][:3]])
        ]

    def job(self) -> dict[str, Any]:
        """Return the arguments of `cut_crops_steps`.

        Raises
        ------
        DataError
            If the layers do not fit together.
        OptionError
            If the options do not.
        """
        job = self._layers.read()
        features = self._layers.labels.features
        return {
            "image": job.image,
            "labels": job.labels,
            "cell_labels": job.cell_labels,
            "cells": cells_from_features(features) if "y" in features else None,
            "options": self._options.options(),
        }

    def _refresh(self) -> None:
        """Show only what matters to the chosen layers."""
        has_um = self._layers.has_pixel_size
        has_cells = self._layers.has_cells
        self._options.show_rows(
            size_um=has_um,
            pixel_size_um=has_um,
            center=has_cells,
            z_plane=self._layers.has_planes,
        )
        self.changed.emit()


_RGB = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
