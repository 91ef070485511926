"""The buttons *Read DNA under ...* and *Show in IGV*: the stretch of the current gene elsewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMenu, QPushButton

from napari_seewhy.genome import show_in_igv
from napari_seewhy.widgets.parts.tasks import open_widget
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

    from napari_seewhy.epigenome.reviewing import CurrentPlaces
    from napari_seewhy.genome import Interval

_NO_PLACE = "The table of the pictures does not say where this gene lies in the genome."
_NO_PEAK = "Explain genes first, on the tab Pictures and tree; this one has no peak yet."


class DnaDoor(QPushButton):
    """Opens *Read DNA* at the current gene, or at the peak of attention.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__("Read DNA under ...", parent)
        self._viewer = viewer
        # Keys stay with the list of genes.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._places: tuple[Interval | None, ...] = (None, None)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self.actions_by_place = tuple(
            menu.addAction(title) for title in ("this gene", "the attention")
        )
        for number, action in enumerate(self.actions_by_place):
            action.triggered.connect(partial(self._open, number))
        self.setMenu(menu)
        self.show_places(None)

    def show_places(self, places: CurrentPlaces | None) -> None:
        """Offer the stretches of another gene."""
        self._places = (None, None) if places is None else tuple(places)
        for action, place, why in zip(
            self.actions_by_place, self._places, (_NO_PLACE, _NO_PEAK), strict=True
        ):
            action.setEnabled(place is not None)
            action.setToolTip(why if place is None else f"Reads {place} with a model of DNA.")
        is_some = any(place is not None for place in self._places)
        self.setEnabled(is_some)
        opened = "Opens Read DNA at the stretch of this gene, or where a tree looked."
        self.setToolTip(opened if is_some else _NO_PLACE)

    def _open(self, number: int, *_: bool) -> None:
        place = self._places[number]
        if place is not None:
            with telling_errors():
                open_widget(self._viewer, "Read DNA").receive_place(place)


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
        self.setToolTip(_NO_PLACE if self._place is None else there)

    def _on_clicked(self) -> None:
        if self._place is not None:
            with telling_errors():
                show_in_igv(self._place)
