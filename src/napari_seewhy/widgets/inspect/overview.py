"""All genes at a glance: a tab that shows them as rows beside the picture; a click opens one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari.layers import Layer
from qtpy.QtCore import QTimer, Signal
from qtpy.QtWidgets import QComboBox, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from napari_seewhy.epigenome.pictures import GENE_CLASSES
from napari_seewhy.epigenome.reviewing import class_sources, lay_out_overview
from napari_seewhy.errors import SeewhyError
from napari_seewhy.layers import (
    METADATA_KEY,
    OVERVIEW,
    class_colors,
    overview_layers,
    overview_mark,
)
from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.cells import CellClicks
from napari_seewhy.widgets.parts.pictures import save_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.epigenome.reviewing import GeneOverview, GeneQueue
    from napari_seewhy.layers import LayerData, OverviewPlace

_SOURCES = {
    "tree": "the tree",
    "test": "the test on replicates",
    "reader": "the reader",
    "none": "no one: one group",
}
_ORDERS = {
    "signal": "most chromatin at the start",
    "probability": "surest class",
    "attention": "most attention on chromatin",
    "listed": "as in the list",
}
_NEEDS = {"probability": "confidence", "attention": "attention_chromatin"}
_HOW = (
    "Every listed gene is one row about its start, upstream left; above the rows, the mean of each "
    "class. Click a row to open its gene."
)
_UNITS_WIDE = 300.0
"""A picture beside the overview is about as wide as it."""


class OverviewView(QWidget):
    """Shows all listed genes as rows, left of the picture, while its tab is open.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    picked = Signal(int)
    """Row of the picture whose row was clicked."""

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._queue: GeneQueue | None = None
        self._overview: GeneOverview | None = None
        self._place: OverviewPlace | None = None
        self._unit = 1.0
        self.source, self.order = QComboBox(), QComboBox()
        self.source.setToolTip("Whose classes group the rows.")
        self.order.setToolTip("Which genes come first within a class.")
        self.says = QLabel(_HOW)
        self.says.setWordWrap(True)
        self.counts = QLabel()
        self.save_button = QPushButton("Save table ...")
        self.save_button.setToolTip(
            "Saves what is known of the listed genes as CSV, in the order of the rows: position, "
            "classes, probabilities, attention, tests."
        )
        grid = QGridLayout()
        for row, (title, box) in enumerate((("Classes of", self.source), ("First", self.order))):
            grid.addWidget(QLabel(title), row, 0)
            grid.addWidget(box, row, 1)
        grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.says)
        layout.addLayout(grid)
        layout.addWidget(self.counts)
        layout.addWidget(self.save_button)
        layout.addStretch(1)
        self.source.activated.connect(self._redraw)
        self.order.activated.connect(self._redraw)
        self.save_button.clicked.connect(self._save)
        self._clicks = CellClicks(viewer, lambda: self if self._place else None, self)
        self._clicks.clicked.connect(self._on_clicked)

    def set_queue(self, queue: GeneQueue) -> None:
        """Show the genes of another list from now on."""
        self.hide_layers()
        self._queue = queue

    def show_layers(self, width_px: int) -> None:
        """Show the genes that are listed now, left of a picture of this width."""
        queue = self._queue
        if queue is None:
            return
        self._unit = width_px / _UNITS_WIDE
        _offer(self.source, {name: _SOURCES[name] for name in class_sources(queue.genes)})
        known = (name for name in _ORDERS if _NEEDS.get(name, "gene") in queue.genes)
        _offer(self.order, {name: _ORDERS[name] for name in known})
        self._redraw()
        # The layers are placed by then.
        QTimer.singleShot(0, self._viewer.reset_view)

    def hide_layers(self) -> None:
        """Remove the rows from the viewer."""
        self._overview = self._place = None
        for layer in self._layers():
            self._viewer.layers.remove(layer)

    def mark(self, row: int) -> None:
        """Mark the row of the gene that is shown."""
        if self._overview is not None and self._place is not None:
            self._put([overview_mark(self._place, self._overview.place(row))])

    def get_value(self, position: Sequence[float], **_: Any) -> int:
        """Return the number of the row under the mouse from 1, 0 for none: as a Labels layer."""
        row = None if self._place is None else self._place.row_at(position)
        return 0 if row is None else row + 1

    def _on_clicked(self, number: int) -> None:
        if number and self._overview is not None:
            self.picked.emit(int(self._overview.rows[number - 1]))

    def _redraw(self, *_: int) -> None:
        queue = self._queue
        if queue is None:
            return
        self.hide_layers()
        try:
            self._overview = lay_out_overview(
                queue, queue.tracks, self.source.currentData(), self.order.currentData()
            )
        except SeewhyError as error:
            self.says.setText(literal(str(error)))
            self.counts.setText("")
            self.save_button.setEnabled(False)
            return
        layers, self._place = overview_layers(self._overview, self._unit)
        self.says.setText(_HOW)
        self.save_button.setEnabled(True)
        self.counts.setText(_count(self._overview))
        self._put([*layers, overview_mark(self._place, self._overview.place(queue.row))])

    def _put(self, layers: list[LayerData]) -> None:
        """Add layers, or bring them up to date, without taking the selection from the picture."""
        selected = set(self._viewer.layers.selection)
        known = {layer.metadata[METADATA_KEY]["role"]: layer for layer in self._layers()}
        for pixels, attributes, kind in layers:
            role = attributes["metadata"][METADATA_KEY]["role"]
            if role in known:
                known[role].data = pixels
            else:
                self._viewer.add_layer(Layer.create(pixels, attributes, kind))
        self._viewer.layers.selection = selected

    def _layers(self) -> list[Any]:
        roles = ((one, one.metadata.get(METADATA_KEY, {})) for one in self._viewer.layers)
        return [one for one, said in roles if str(said.get("role", "")).startswith(OVERVIEW)]

    def _save(self) -> None:
        if self._queue is not None and self._overview is not None:
            table = self._queue.tabulate(self._overview.rows)
            save_table(self, "Save table of genes", "genes.csv", table)


def _offer(box: QComboBox, titles: dict[str, str]) -> None:
    """Offer these choices; what was chosen stays where it is still there."""
    chosen = box.currentData()
    box.clear()
    for name, title in titles.items():
        box.addItem(title, name)
    box.setCurrentIndex(max(0, box.findData(chosen)))


def _count(overview: GeneOverview) -> str:
    """Say how many genes each class has, beside its colour."""
    names = [group.name for group in overview.groups]
    colors = class_colors([*GENE_CLASSES, *(name for name in names if name not in GENE_CLASSES)])
    lines = []
    for name, start, stop in overview.groups:
        red, green, blue = (round(255 * part) for part in colors[name][:3])
        share = (stop - start) / len(overview.rows)
        lines.append(
            f'<span style="color: rgb({red}, {green}, {blue})">\N{BLACK SQUARE}</span> '
            f"{literal(name or 'no class')}: {stop - start:,} ({share:.0%})"
        )
    return "<br>".join(lines)
