"""Pairs of files to learn from: found by their names, listed, and opened for a look."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFileDialog, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from napari_seewhy.blocks.pairing import FilePair, Pairing, StainPairOptions, find_pairs
from napari_seewhy.widgets.parts.folders import PlaceTable, count_places
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.viewer import telling_errors

SETTLED = ("registration", "region", "planes")
"""Options that hold for open layers as well, and are chosen elsewhere."""

_RARE = ("phase_channel", "day", "table")
_TOOLTIP = "Double-click a name to see its blocks, a dish or a day to correct it."
_NOT_YET = "No pairs yet: name the images, and press Find pairs."


class PairFiles(QWidget):
    """Asks for images of phase contrast and of the marker, and lists those that belong together."""

    changed = Signal()
    opened = Signal(object)
    """The person wants to see this `FilePair`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pairing: Pairing | None = None
        self._form = OptionsForm(StainPairOptions, hidden=SETTLED, advanced=_RARE)
        for name in ("phase", "marker"):
            row = self._form[name].native.parentWidget()
            row.layout().addWidget(self._make_button(name))
        self._find_button = QPushButton("Find pairs")
        self._find_button.setToolTip("Lists the images that belong together by their names.")
        self._said = QLabel(_NOT_YET)
        self._said.setWordWrap(True)
        self._table = PlaceTable()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self._form, self._find_button, self._said, self._table):
            layout.addWidget(part)
        self._form.changed.connect(self._on_changed)
        self._find_button.clicked.connect(self.find)
        self._table.cellDoubleClicked.connect(self._on_double_clicked)
        self._table.edited.connect(self._on_edited)
        self._show()

    @property
    def missing(self) -> str:
        """What must be done before they can be learned from, "" if nothing."""
        return _NOT_YET if self.pairing is None else ""

    def options(self) -> StainPairOptions:
        """Return what is chosen of the images.

        Raises
        ------
        OptionError
            If a choice does not fit.
        """
        return self._form.options()

    def set_options(self, options: StainPairOptions) -> None:
        """Show other choices."""
        self._form.set_options(options)

    def find(self) -> None:
        """List the images that belong together, and those that have no partner."""
        self.pairing = None
        with telling_errors():
            self.pairing = find_pairs(self.options())
        self._show()
        self.changed.emit()

    def _make_button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setText("...")
        button.setToolTip("Choose a folder of images.")
        button.clicked.connect(partial(self._on_browse_clicked, name))
        return button

    def _on_browse_clicked(self, name: str, *_: bool) -> None:
        if path := QFileDialog.getExistingDirectory(self, "Choose a folder of images"):
            self._form[name].value = path

    def _on_changed(self) -> None:
        self.pairing = None
        self._show()
        self.changed.emit()

    def _on_double_clicked(self, row: int, column: int) -> None:
        pairs: tuple[FilePair, ...] = () if self.pairing is None else self.pairing.pairs
        # Dish and day are typed there instead.
        if row < len(pairs) and column == 0:
            self.opened.emit(pairs[row])

    def _on_edited(self) -> None:
        if self.pairing is None:
            return
        places = self._table.places(len(self.pairing.pairs))
        both = zip(self.pairing.pairs, places, strict=True)
        self.pairing = replace(
            self.pairing, pairs=tuple(replace(pair, place=place) for pair, place in both)
        )
        self._said.setText(_sum_up(self.pairing))
        self.changed.emit()

    def _show(self) -> None:
        pairing = self.pairing
        self._table.setVisible(pairing is not None)
        if pairing is None:
            self._said.setText(_NOT_YET)
            return
        names = [pair.name for pair in pairing.pairs]
        places = [pair.place for pair in pairing.pairs]
        left_out = [(path.name, reason) for path, reason in pairing.unmatched]
        self._table.show_places(names, places, _TOOLTIP, left_out)
        self._said.setText(_sum_up(pairing))


def _sum_up(pairing: Pairing) -> str:
    n, places = len(pairing.pairs), [pair.place for pair in pairing.pairs]
    said = f"{n} {'pair' if n == 1 else 'pairs'}: {count_places(places)}"
    n_lone = len(pairing.unmatched)
    lone = f" {n_lone} left out: rest on a file to read why." if n_lone else ""
    return f"{said}.{lone} {_TOOLTIP}"
