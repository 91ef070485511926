"""A line above the form that offers to open an image by its channels, where a reader mixed them."""

from __future__ import annotations

from typing import Any

import napari
from napari.layers import Image
from qtpy.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.viewer.following import follow
from napari_seewhy.widgets.parts.viewer.sessions import mixes_channels, open_by_channels


class MixedChannels(QWidget):
    """Hidden unless a layer of the viewer shows the channels of its file one after the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Every dock has this line, and the parts of a dock do not know their viewer.
        self._viewer: Any = napari.current_viewer()
        self._layer: Any = None
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._button = QPushButton("Open it by channels")
        self._button.setToolTip("Replaces this layer by one layer per channel, with pixel size.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 6)
        layout.addWidget(self._text)
        layout.addWidget(self._button)
        self.hide()
        self._button.clicked.connect(self._on_clicked)
        if self._viewer is not None:
            follow(self._viewer.layers.events.inserted, self._refresh)
            follow(self._viewer.layers.events.removed, self._refresh)
            self._refresh()

    def _on_clicked(self) -> None:
        open_by_channels(self._viewer, self._layer)

    def _refresh(self) -> None:
        """Show the line where there is such a layer."""
        mixed = [x for x in self._viewer.layers if isinstance(x, Image) and mixes_channels(x)]
        self._layer = mixed[0] if mixed else None
        self.setVisible(bool(mixed))
        if mixed:
            self._text.setText(
                f"{literal(repr(mixed[0].name))} shows its channels one after the other, as "
                "napari's own reader opens them. One layer per channel is needed to work with it."
            )
