"""The real marker beside the virtual stain: its threshold, and its class for every block."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QGroupBox, QLabel, QVBoxLayout, QWidget

from napari_seewhy.blocks.judging import thresholding_of
from napari_seewhy.blocks.marking import MarkerBlocks, find_marker_blocks, find_threshold
from napari_seewhy.blocks.pairing import StainPairOptions
from napari_seewhy.blocks.staining import sample_nearest
from napari_seewhy.errors import DataError, SeewhyError
from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.marker import ThresholdForm, level_range

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.blocks.marking import StainThresholdOptions
    from napari_seewhy.blocks.staining import StainedImage
    from napari_seewhy.widgets.parts.marker import FieldLayers


class MarkerForm(QGroupBox):
    """Asks from which brightness on the real marker counts, and measures its blocks.

    Parameters
    ----------
    fields
        Where the marker is chosen.
    """

    changed = Signal()

    def __init__(self, fields: FieldLayers, parent: QWidget | None = None) -> None:
        super().__init__("Real marker", parent)
        self._fields = fields
        self._stained: StainedImage | None = None
        self._marker: NDArray[Any] | None = None
        self._known: tuple[StainThresholdOptions, MarkerBlocks | None] | None = None
        self.threshold = ThresholdForm(("otsu", "log-otsu", "fixed"))
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        layout = QVBoxLayout(self)
        layout.addWidget(self.threshold)
        layout.addWidget(self._said)
        self.threshold.changed.connect(self.changed)
        fields.changed.connect(self._on_fields_changed)

    @property
    def has_marker(self) -> bool:
        """Whether there is a marker to compare with."""
        return self._fields.marker_layer is not None

    def begin(self, stained: StainedImage) -> None:
        """Get ready for another virtual stain, with the threshold that its model learned by."""
        self._stained = stained
        blocked = self.blockSignals(True)
        self._read(stained)
        # A model that does not say how it was thresholded leaves that to the person.
        with contextlib.suppress(DataError):
            self.threshold.set_rule(thresholding_of(stained.card))
        self.blockSignals(blocked)

    def measure(self) -> MarkerBlocks | None:
        """Return the class by the marker of every block of every frame, None without a marker."""
        if self._stained is None or self._marker is None:
            return None
        options = self.threshold.options()
        # Nothing of the marker depends on the cut of the virtual stain.
        if self._known is None or self._known[0] != options:
            try:
                found = self._measure(self._stained, self._marker, options)
            except SeewhyError as error:
                self._said.setText(literal(str(error)))
                found = None
            self._known = options, found
        return self._known[1]

    def _measure(
        self, stained: StainedImage, marker: NDArray[Any], options: StainThresholdOptions
    ) -> MarkerBlocks:
        level = find_threshold(marker, options, name="The marker")
        self.threshold.show_level(level.value)
        self._said.setText(level.sentence)
        return find_marker_blocks(marker, level.value, stained.grid, stained.card.positive_area)

    def _on_fields_changed(self) -> None:
        if self._stained is not None:
            self._read(self._stained)
            self.changed.emit()

    def _read(self, stained: StainedImage) -> None:
        """Take the marker out of its layer, if it belongs to what was stained."""
        self._marker = self._known = None
        self._said.setText("")
        if not self.has_marker:
            return
        try:
            images = self._fields.pair().read(StainPairOptions())
        except SeewhyError as error:
            self._said.setText(literal(str(error)))
            return
        pixels = np.asarray(images.marker.load().pixels).reshape(-1, *images.marker.shape_yx)
        is_same = (images.n_frames, images.phase.shape_yx) == (
            stained.n_frames,
            stained.shape_yx,
        )
        if is_same:
            self._marker = sample_nearest(pixels, stained.seen_px)
            self.threshold.set_range(*level_range(self._marker))
