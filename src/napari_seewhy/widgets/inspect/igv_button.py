"""The button *Show in IGV*: the stretch of the current gene in the genome browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QPushButton

from napari_seewhy.genome import show_in_igv
from napari_seewhy.widgets.inspect.dna_door import NO_PLACE
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

    from napari_seewhy.epigenome.reviewing import CurrentPlaces
    from napari_seewhy.genome import Interval


class IgvButton(QPushButton):
    """Lets IGV, where it runs on this computer, go to the current gene."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Show in IGV", parent)
        # Keys stay with the list of genes.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._place: Interval | None = None
        self.clicked.connect(self._on_clicked)
        self.show_places(None)

    def show_places(self, places: CurrentPlaces | None) -> None:
        """Take the stretch of another gene."""
        self._place = None if places is None else places.gene
        self.setEnabled(self._place is not None)
        there = f"Goes to {self._place} in IGV, which must run with its port enabled."
        self.setToolTip(NO_PLACE if self._place is None else there)

    def _on_clicked(self) -> None:
        if self._place is not None:
            with telling_errors():
                show_in_igv(self._place)
