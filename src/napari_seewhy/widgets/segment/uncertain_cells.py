"""How sure the method is of each nucleus: shown in colours, and the least certain one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtWidgets import QCheckBox, QGroupBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from napari_seewhy.cells.labels import find_cell
from napari_seewhy.cells.segmenting import CONFIDENCE
from napari_seewhy.layers import cells_from_features
from napari_seewhy.widgets.parts.cells import go_to_cell, outline_cells, zoom_to
from napari_seewhy.widgets.parts.layers import ValueColors
from napari_seewhy.widgets.parts.viewer import follow

if TYPE_CHECKING:
    import pandas as pd
    from qtpy.QtWidgets import QWidget

_START = "{n:,} nuclei{unknown}; of the least certain the method is {low:.0%} sure."
_AT = "Cell {label}, number {at:,} of {n:,} from the least certain on: {sure:.0%} sure."


class UncertainCells(QGroupBox):
    """Colours the nuclei of a layer by confidence, and goes from the least certain to the next.

    Cells that are corrected have no confidence any more, and are passed over.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__("How sure is it?", parent)
        self._viewer = viewer
        self._layer: Any | None = None
        self._colors = ValueColors()
        self._at = -1
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._color_check = QCheckBox("Colour by confidence")
        self._color_check.setToolTip(
            "Colours the nuclei by how sure the method is: dark is least, yellow is most; grey is "
            "what you corrected."
        )
        self._back_button = QPushButton("Back")
        self._back_button.setToolTip("Goes back to the cell before.")
        self._next_button = QPushButton("Least certain")
        self._next_button.setToolTip("Goes to the nucleus of which the method is least sure.")
        buttons = QHBoxLayout()
        buttons.addWidget(self._back_button)
        buttons.addWidget(self._next_button, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self._sentence)
        layout.addLayout(buttons)
        layout.addWidget(self._color_check)
        self._color_check.toggled.connect(self._on_colored)
        self._back_button.clicked.connect(self._on_back)
        self._next_button.clicked.connect(self._on_next)
        self._refresh()

    def set_layer(self, layer: Any | None) -> None:
        """Show how sure the method is of the nuclei of a layer; None or one without hides all."""
        if layer is not self._layer:
            if self._layer in self._viewer.layers:
                self._colors.restore(self._layer)
            self._layer, self._at = layer, -1
            if layer is not None:
                follow(layer.events.features, self._on_features_changed)
        self._on_features_changed()

    def _cells(self) -> pd.DataFrame | None:
        """Table of the nuclei of which it is known how sure it is, the least certain first."""
        if self._layer is None or CONFIDENCE not in self._layer.features:
            return None
        cells = cells_from_features(self._layer.features).dropna(subset=CONFIDENCE)
        return cells.sort_values(CONFIDENCE, kind="stable", ignore_index=True)

    def _on_features_changed(self) -> None:
        self._on_colored()
        self._refresh()

    def _on_colored(self) -> None:
        if self._layer is None:
            return
        if self._color_check.isChecked() and CONFIDENCE in self._layer.features:
            cells = cells_from_features(self._layer.features)
            self._colors.apply(self._layer, cells, CONFIDENCE)
        else:
            self._colors.restore(self._layer)

    def _on_back(self) -> None:
        self._go(-1)

    def _on_next(self) -> None:
        self._go(1)

    def _go(self, by: int) -> None:
        cells, layer = self._cells(), self._layer
        if cells is None or layer is None:
            return
        self._at = int(np.clip(self._at + by, 0, len(cells) - 1))
        cell = cells.iloc[self._at]
        labels = layer.data[0] if layer.multiscale else layer.data
        place = find_cell(labels, int(cell["label"]))
        if place is not None:
            zoom_to(self._viewer, layer, place["height"], place["width"])
            go_to_cell(self._viewer, layer, place)
        else:
            outline_cells(self._viewer, layer, [])
        self._refresh()

    def _refresh(self) -> None:
        """Make sentence and buttons agree with the state."""
        cells = self._cells()
        self.setVisible(cells is not None and len(cells) > 0)
        if self._layer is None or cells is None or not len(cells):
            return
        self._at = min(self._at, len(cells) - 1)
        n, sure = len(cells_from_features(self._layer.features)), cells[CONFIDENCE]
        # A corrected nucleus is there, but the method has said nothing of it.
        unknown = f", {n - len(cells):,} of them corrected" if n > len(cells) else ""
        has_begun = self._at >= 0
        self._sentence.setText(
            _AT.format(
                label=cells["label"].iloc[self._at],
                at=self._at + 1,
                n=len(cells),
                sure=sure.iloc[self._at],
            )
            if has_begun
            else _START.format(n=n, unknown=unknown, low=sure.iloc[0])
        )
        self._next_button.setText("Next" if has_begun else "Least certain")
        self._next_button.setEnabled(self._at < len(cells) - 1)
        self._back_button.setEnabled(self._at > 0)
