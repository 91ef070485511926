"""Gallery of crops: pages of thumbnails with one contrast for all, sorted by any measurement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from napari_seewhy.widgets.parts.forms import tame
from napari_seewhy.widgets.parts.pictures import (
    ContactSheet,
    blend_channels,
    contrast_limits,
    format_value,
    sort_positions,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qtpy.QtGui import QKeyEvent

PAGE_SIZE = 24
ALL_CHANNELS = "all channels"
_WHITE = (1.0, 1.0, 1.0)


class Gallery(QWidget):
    """Crops of cells, page by page; the picked crop has a frame."""

    picked = Signal(int)
    """Position of a crop in the table of cells, when a person clicked it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixels = np.zeros((0, 1, 1, 1), np.uint8)
        self._cells = pd.DataFrame()
        self._colors: list[Sequence[float]] = [_WHITE]
        self._limits = contrast_limits(self._pixels)
        self._order = np.arange(0)
        self._page = 0
        self._position: int | None = None

        self._sort_box = QComboBox()
        tame(self._sort_box)
        self._sort_box.setToolTip("The measurement by which the crops are sorted.")
        self._falling_check = QCheckBox("High first")
        self._falling_check.setToolTip("Show the cells with the highest values on the first page.")
        self._channel_box = QComboBox()
        tame(self._channel_box)
        self._channel_box.setToolTip("Show all channels in their colours, or one of them in grey.")
        self._sheet = ContactSheet()
        self._back_button = _arrow_button("◀", "Go to the page before (key Page up).")
        self._next_button = _arrow_button("▶", "Go to the next page (key Page down).")
        self._page_label = QLabel()

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(_row(QLabel("Sort by"), self._sort_box, self._falling_check))
        layout.addLayout(_row(QLabel("Show"), self._channel_box))
        layout.addWidget(self._sheet)
        layout.addLayout(_row(self._back_button, self._page_label, self._next_button))

        self._sort_box.currentTextChanged.connect(self._on_order_changed)
        self._falling_check.toggled.connect(self._on_order_changed)
        self._channel_box.currentTextChanged.connect(self._refresh)
        self._back_button.clicked.connect(lambda: self.turn_to(self._page - 1))
        self._next_button.clicked.connect(lambda: self.turn_to(self._page + 1))
        self._sheet.clicked.connect(self._on_clicked)
        self._refresh()

    @property
    def page(self) -> int:
        """The page that is shown, from 0."""
        return self._page

    @property
    def n_pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-len(self._order) // PAGE_SIZE))

    @property
    def shown(self) -> list[int]:
        """Positions in the table of the crops on this page, in the order they are shown."""
        start = self._page * PAGE_SIZE
        return [int(position) for position in self._order[start : start + PAGE_SIZE]]

    def set_crops(
        self,
        pixels: np.ndarray[Any, Any],
        cells: pd.DataFrame,
        channels: Sequence[str],
        colors: Sequence[Sequence[float]],
    ) -> None:
        """Show other crops.

        Parameters
        ----------
        pixels
            ``(N, C, H, W)``, as they were cut.
        cells
            One row per crop; `picked` and `pick` speak of its positions.
        channels
            One name per channel.
        colors
            One red, green, blue (0..1) per channel.
        """
        self._pixels, self._cells, self._colors = pixels, cells, list(colors)
        self._limits = contrast_limits(pixels)
        self._position = None
        _refill(self._channel_box, [ALL_CHANNELS, *channels] if len(channels) > 1 else channels)
        _refill(self._sort_box, [str(column) for column in cells.columns])
        self._on_order_changed()

    def pick(self, position: int | None) -> None:
        """Put the frame about one crop and turn to its page, without saying so to others."""
        self._position = position
        if position is not None:
            self._page = int(np.flatnonzero(self._order == position)[0]) // PAGE_SIZE
        self._refresh()

    def turn_to(self, page: int) -> None:
        """Show another page; there is none before the first or after the last."""
        self._page = min(max(page, 0), self.n_pages - 1)
        self._refresh()

    def set_mark_color(self, color: str) -> None:
        """Follow the theme: colour of the frame about the picked crop."""
        self._sheet.set_mark_color(color)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn pages with Page up and Page down."""
        turns = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if event.key() in turns:
            self.turn_to(self._page + turns[event.key()])
        else:
            super().keyPressEvent(event)

    def _on_order_changed(self) -> None:
        name = self._sort_box.currentText()
        if name:
            is_rising = not self._falling_check.isChecked()
            self._order = sort_positions(self._cells[name], rising=is_rising)
        else:
            self._order = np.arange(len(self._pixels))
        self.turn_to(0)

    def _on_clicked(self, place: int) -> None:
        self._position = self.shown[place]
        self._refresh()
        self.picked.emit(self._position)

    def _refresh(self) -> None:
        """Make the page, the frame and the arrows agree with the state."""
        shown = self.shown
        self._sheet.set_pictures(self._pictures(shown), [self._caption(i) for i in shown])
        self._sheet.mark(shown.index(self._position) if self._position in shown else None)
        self._page_label.setText(
            f"Page {self._page + 1} of {self.n_pages} ({len(self._order)} crops)"
        )
        self._back_button.setEnabled(self._page > 0)
        self._next_button.setEnabled(self._page < self.n_pages - 1)

    def _pictures(self, shown: list[int]) -> np.ndarray[Any, Any]:
        # A list as index reads only this page, also from a file of samples; h5py wants it sorted.
        pixels = np.stack([self._pixels[i] for i in shown]) if shown else self._pixels[:0]
        channel = self._channel_box.currentIndex() - (self._channel_box.count() > 1)
        if channel < 0:
            return blend_channels(pixels, self._limits, self._colors)
        one = slice(channel, channel + 1)
        return blend_channels(pixels[:, one], self._limits[one], [_WHITE])

    def _caption(self, position: int) -> str:
        cell = self._cells.iloc[position]
        label = f"Cell {cell['label']:.0f}" if "label" in cell else f"Crop {position}"
        name = self._sort_box.currentText()
        return f"{label}: {name} {format_value(cell[name])}" if name else label


def _arrow_button(text: str, tooltip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tooltip)
    return button


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget, int(isinstance(widget, QComboBox)))
    return row


def _refill(box: QComboBox, names: Sequence[str]) -> None:
    """Offer other names, keep the choice where it is among them, and tell nobody."""
    chosen = box.currentText()
    box.blockSignals(True)
    box.clear()
    box.addItems(names)
    if chosen in names:
        box.setCurrentText(chosen)
    box.blockSignals(False)
