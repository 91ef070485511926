"""A page of small pictures of samples, in an order and a channel that a person chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QFormLayout, QVBoxLayout, QWidget

from napari_seewhy.layers import class_colors
from napari_seewhy.widgets.annotate.pictures import underline
from napari_seewhy.widgets.parts.pictures import ContactSheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.samples.annotating import AnnotationQueue
    from napari_seewhy.widgets.annotate.pictures import SamplePictures

PAGE_SIZE = 15
_N_COLUMNS = 5
_ORDERS = (
    ("as in the file", "file"),
    ("unsure first", "uncertain"),
    ("probably wrong first", "doubtful"),
)


class SamplePage(QWidget):
    """The samples about the current one, each underlined in the colour of its class."""

    picked = Signal(int)
    """Row of a sample that was clicked."""

    order_chosen = Signal(str)
    channel_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[int] = ()
        self.sheet = ContactSheet(n_columns=_N_COLUMNS)
        self.order_box = QComboBox()
        self.order_box.setToolTip("Ordering by uncertainty needs a model; let one propose.")
        for text, order in _ORDERS:
            self.order_box.addItem(text, order)
        self.channel_box = QComboBox()
        self.channel_box.setToolTip("The channel that the small pictures show.")
        rows = QFormLayout()
        rows.addRow("Order", self.order_box)
        rows.addRow("Show", self.channel_box)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.sheet)
        layout.addLayout(rows)
        self.sheet.clicked.connect(self._on_clicked)
        self.order_box.activated.connect(self._on_order_chosen)
        self.channel_box.activated.connect(lambda _: self.channel_chosen.emit())

    def set_channels(self, channels: Sequence[str]) -> None:
        """Offer other channels to show, the first of them to begin with."""
        self.channel_box.clear()
        self.channel_box.addItems(channels)

    def show_page(self, queue: AnnotationQueue, pictures: SamplePictures) -> None:
        """Show the page that the current sample is on."""
        known = queue.annotations
        self._rows = queue.page(PAGE_SIZE).tolist()
        names = [known.name_of(row) for row in self._rows]
        colors = class_colors(known.classes)
        drawn = pictures.draw(self._rows, self.channel_box.currentIndex())
        self.sheet.set_pictures(
            underline(drawn, [colors[name] if name else None for name in names]),
            [
                f"Sample {row}: {name or 'unknown'}"
                for row, name in zip(self._rows, names, strict=True)
            ],
        )
        self.sheet.mark(self._rows.index(queue.row))
        self.order_box.setEnabled(queue.proposals is not None)
        self.order_box.setCurrentIndex(self.order_box.findData(queue.order))

    def _on_clicked(self, place: int) -> None:
        self.picked.emit(self._rows[place])

    def _on_order_chosen(self) -> None:
        self.order_chosen.emit(self.order_box.currentData())
