"""Clicks on blocks of a virtually stained field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Signal

from napari_seewhy.widgets.parts.cells import CellClicks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qtpy.QtWidgets import QWidget


class BlockClicks(QObject):
    """Says which block was clicked, while its widget can be seen.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    layer
        Gives the layer with one pixel per block, or None; asked at every click.
    widget
        Whose clicks these are.
    """

    clicked = Signal(int, int, int)
    """Frame, row and column of the block."""

    def __init__(self, viewer: Any, layer: Callable[[], Any | None], widget: QWidget) -> None:
        super().__init__(widget)
        self._layer = layer
        self._clicks = CellClicks(viewer, self._find_numbers, widget)
        self._clicks.clicked.connect(self._on_clicked)

    def _find_numbers(self) -> _BlockNumbers | None:
        layer = self._layer()
        return None if layer is None else _BlockNumbers(layer)

    def _on_clicked(self, number: int) -> None:
        layer = self._layer()
        if layer is None or not number:
            return
        n_rows, n_columns = layer.data.shape[-2:]
        block, column = divmod(number - 1, n_columns)
        frame, row = divmod(block, n_rows)
        self.clicked.emit(frame, row, column)


class _BlockNumbers:
    """Numbers the pixels of a layer from 1, as if each were a cell of its own."""

    def __init__(self, layer: Any) -> None:
        self._layer = layer

    def get_value(self, position: Sequence[float], **_: Any) -> int:
        """Return the number of the block at a place in the world; 0 beside the field."""
        shape = self._layer.data.shape
        place = [round(float(at)) for at in self._layer.world_to_data(position)]
        if not all(0 <= at < n for at, n in zip(place[-2:], shape[-2:], strict=True)):
            return 0
        number = 0
        for at, n in zip(place, shape, strict=True):
            # A thick plane stands for all planes of a stack, and a frame for what is between.
            number = number * n + min(max(at, 0), n - 1)
        return number + 1
