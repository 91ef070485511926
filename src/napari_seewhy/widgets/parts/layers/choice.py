"""`LayerChoice`: choosing one of the viewer's layers, kept up to date as layers come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari.layers import Image, Labels
from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QComboBox, QWidget

from napari_seewhy.layers import FLUORESCENCE, POSITIVE, TARGET
from napari_seewhy.widgets.parts.layers.labelled_image import role_of
from napari_seewhy.widgets.parts.viewer import follow, mixes_channels

if TYPE_CHECKING:
    from collections.abc import Callable

_IMAGES = ("", "image", FLUORESCENCE)
_MARKS = (POSITIVE, TARGET, "selected cells")


class LayerChoice(QComboBox):
    """A list of those layers that fit; chooses the first that comes, and follows renames.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    fits
        Whether a layer may be chosen here.
    nothing
        Text of an entry that stands for no layer ("no cytoplasm"); "" = a layer must be chosen.
    rank
        How likely a layer is meant; the first of the highest rank is chosen until the person
        chooses one.
    """

    layer_changed = Signal()
    """Another layer was chosen, by the person or because the chosen one is gone."""

    def __init__(
        self,
        viewer: Any,
        fits: Callable[[Any], bool],
        *,
        nothing: str = "",
        rank: Callable[[Any], int] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._fits = fits
        self._nothing = nothing
        self._rank = rank or (lambda _: 0)
        self._is_chosen_by_hand = False
        self._layers: list[Any] = []
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        events = viewer.layers.events
        for signal in (events.inserted, events.removed, events.reordered, events.renamed):
            follow(signal, self.offer)
        self.offer()
        self.activated.connect(self._on_activated)
        self.currentIndexChanged.connect(self.layer_changed)

    @property
    def layer(self) -> Any | None:
        """The chosen layer, None where there is none."""
        row = self.currentIndex()
        return self._layers[row] if 0 <= row < len(self._layers) else None

    def set_layer(self, layer: Any | None) -> None:
        """Choose a layer; one that does not fit here changes nothing."""
        if layer in self._layers:
            self._is_chosen_by_hand = True
            self.setCurrentIndex(self._layers.index(layer))

    def offer(self) -> None:
        """Offer the layers that fit now and keep the chosen one, where it still is."""
        before = self.layer
        fitting = [layer for layer in self._viewer.layers if self._fits(layer)]
        self._layers = ([None] if self._nothing else []) + fitting
        blocked = self.blockSignals(True)
        self.clear()
        self.addItems([self._nothing if layer is None else layer.name for layer in self._layers])
        self.setCurrentIndex(self._find_row(before))
        self.blockSignals(blocked)
        if self.layer is not before:
            self.layer_changed.emit()

    def _on_activated(self) -> None:
        self._is_chosen_by_hand = True

    def _find_row(self, before: Any | None) -> int:
        """Return the row of the layer that was chosen before, or of one that is more likely."""
        is_there = before in self._layers
        self._is_chosen_by_hand &= is_there
        if is_there and (before is None or self._is_chosen_by_hand):
            return self._layers.index(before)
        ranks = [-1 if layer is None else self._rank(layer) for layer in self._layers]
        if is_there and ranks[self._layers.index(before)] == max(ranks):
            return self._layers.index(before)
        return 0 if self._nothing else ranks.index(max(ranks, default=0)) if ranks else -1


def is_image(layer: Any) -> bool:
    """Whether a layer holds one channel or the colours of an image, no heatmap or probability."""
    return isinstance(layer, Image) and role_of(layer) in _IMAGES and not mixes_channels(layer)


def is_labels(layer: Any) -> bool:
    """Whether a layer holds labels, and not blocks or outlines that only mark something."""
    return isinstance(layer, Labels) and role_of(layer) not in _MARKS
