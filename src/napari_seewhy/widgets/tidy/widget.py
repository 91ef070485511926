"""Correcting labels by hand: merge, split, delete and draw cells, with undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from qtpy.QtGui import QKeySequence, QShortcut
from qtpy.QtWidgets import QLabel, QWidget

from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.cells import CellClicks, outline_cells
from napari_seewhy.widgets.parts.layers import LayerChoice, is_labels
from napari_seewhy.widgets.parts.tasks import NextSteps, fill_dock, plain_viewer
from napari_seewhy.widgets.parts.viewer import follow, telling_errors
from napari_seewhy.widgets.tidy.buttons import ACTIONS, TidyButtons
from napari_seewhy.widgets.tidy.sketch import STROKES, Sketch
from napari_seewhy.widgets.tidy.tidied_layer import TidiedLayer, why_not_editable

if TYPE_CHECKING:
    import numpy as np

_NEXT = {"Measure cells": "Give the corrected cells their measurements."}


class TidyWidget(QWidget):
    """Buttons that correct the labels of one layer in place; the table of the layer follows."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = plain_viewer(napari_viewer)
        self._tidied: WeakKeyDictionary[Any, TidiedLayer] = WeakKeyDictionary()
        self._picked: list[int] = []
        self._done = ""

        self._layer_choice = LayerChoice(
            self._viewer, is_labels, tooltip="The labels to correct; they are changed in place."
        )
        self._buttons = TidyButtons()
        self._message = QLabel()
        self._message.setWordWrap(True)
        self._sketch = Sketch(self._viewer, self)
        self._clicks = CellClicks(self._viewer, self._layer, self)
        parts = [
            QLabel("Labels to correct"),
            self._layer_choice.native,
            self._message,
            self._buttons,
        ]
        self._next = NextSteps(self._viewer, _NEXT)
        fill_dock(self, parts, [self._next])

        self._layer_choice.changed.connect(self._on_layer_changed)
        self._buttons.pressed.connect(self._on_pressed)
        self._clicks.clicked.connect(self._on_cell_clicked)
        self._sketch.drawn.connect(self._on_drawn)
        self._sketch.ended.connect(self._refresh)
        # Qt asks these before napari's canvas, which knows strokes of its own brush alone.
        QShortcut(QKeySequence("Ctrl+Z"), self, self._on_undo_key)
        QShortcut(QKeySequence("Ctrl+Shift+Z"), self, self._on_redo_key)
        self._on_layer_changed()

    @property
    def picked(self) -> tuple[int, ...]:
        """Numbers of the cells that are picked."""
        return tuple(self._picked)

    def _layer(self) -> Any | None:
        return self._layer_choice.value

    def _on_layer_changed(self) -> None:
        self._picked = []
        self._sketch.cancel()
        if (layer := self._layer()) is not None:
            follow(layer.events.data, self._on_data_replaced)
        self._let_go("")

    def _on_data_replaced(self) -> None:
        # Segmented again: the old numbers mean other cells.
        self._let_go(self._done)

    def _on_cell_clicked(self, label: int) -> None:
        if label in self._picked:
            self._picked.remove(label)
        elif label:
            self._picked.append(label)
        self._refresh()

    def _on_pressed(self, name: str) -> None:
        layer = self._layer()
        if name in STROKES and self._sketch.kind == name:
            self._sketch.cancel()
            return
        if name in STROKES:
            self._sketch.start(layer, name)
            self._refresh()
            return
        tidied = self._tidied_layer()
        with telling_errors():
            if name == "undo":
                self._let_go(f"Taken back: {tidied.undo()}")
            elif name == "redo":
                self._let_go(f"Done again: {tidied.redo()}")
            elif name == "renumber":
                self._let_go(f"Done: {tidied.renumber()}")
            elif name == "merge":
                self._let_go(f"Done: {tidied.merge(self._picked)}")
            else:
                self._let_go(f"Done: {tidied.delete(self._picked)}")

    def _on_undo_key(self) -> None:
        """Take back what was done last to the active layer: a correction or a stroke."""
        self._press_key("undo", "Taken back")

    def _on_redo_key(self) -> None:
        """Do again what was taken back last."""
        self._press_key("redo", "Done again")

    def _press_key(self, verb: str, said: str) -> None:
        active = self._viewer.layers.selection.active
        if active is not self._layer() and hasattr(active, verb):
            getattr(active, verb)()
        elif not why_not_editable(self._layer()):
            tidied = self._tidied_layer()
            with telling_errors():
                done = tidied.undo_latest() if verb == "undo" else tidied.redo_latest()
                self._let_go(f"{said}: {done}" if done else self._done)

    def _on_drawn(self, kind: str, points: np.ndarray[Any, Any]) -> None:
        tidied = self._tidied_layer()
        with telling_errors():
            done = tidied.split(points) if kind == "split" else tidied.draw(points)
            self._let_go(f"Done: {done}")

    def _tidied_layer(self) -> TidiedLayer:
        layer = self._layer()
        return self._tidied.setdefault(layer, TidiedLayer(layer))

    def _let_go(self, done: str) -> None:
        """Say what was done; no cell is picked any more."""
        self._picked, self._done = [], done
        self._refresh()

    def hideEvent(self, event: Any) -> None:
        """Leave nothing half drawn behind."""
        self._sketch.cancel()
        super().hideEvent(event)

    def _refresh(self) -> None:
        """Make the buttons, the sentence and the outlines agree with the state."""
        missing = why_not_editable(self._layer())
        outline_cells(self._viewer, self._layer(), self._picked)
        self._next.setVisible(bool(self._done))
        self._message.setText(literal(missing or self._sentence()))
        self._buttons.show_pressed(self._sketch.kind)
        if missing:
            self._buttons.enable(())
            return
        tidied = self._tidied_layer()
        can = {
            "merge": len(self._picked) > 1,
            "delete": bool(self._picked),
            "undo": tidied.can_undo,
            "redo": tidied.can_redo,
        }
        is_grey = {name for name, is_possible in can.items() if not is_possible}
        self._buttons.enable({action.name for action in ACTIONS} - is_grey)

    def _sentence(self) -> str:
        if self._sketch.kind:
            return STROKES[self._sketch.kind]
        if self._picked:
            return f"Picked: {', '.join(map(str, self._picked))}. Click a cell again to let it go."
        hint = "Click cells in the image to pick them, or draw to split or add a cell."
        return f"{self._done}.\n{hint}" if self._done else hint
