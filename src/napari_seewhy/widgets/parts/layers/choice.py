"""Choosing one of the viewer's layers or several, kept up to date as layers come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari.layers import Image, Labels, Layer

from napari_seewhy.layers import FLUORESCENCE, POSITIVE, TARGET, axes_of_layer
from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.forms import Choice, NameChoice, Ticks
from napari_seewhy.widgets.parts.layers.labelled_image import role_of
from napari_seewhy.widgets.parts.viewer import follow, mixes_channels

if TYPE_CHECKING:
    from collections.abc import Callable

_IMAGES = ("", "image", FLUORESCENCE)
_MARKS = (POSITIVE, TARGET, "selected cells")


class LayerChoice(NameChoice):
    """A list of those layers that fit; chooses the first that comes, and follows renames.

    Its `value` is the chosen layer, None where there is none; a layer that does not fit changes
    nothing.

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
    labels
        The `label` and the `tooltip`, which say what the layer is for.
    """

    def __init__(
        self,
        viewer: Any,
        fits: Callable[[Any], bool],
        *,
        nothing: str = "",
        rank: Callable[[Any], int] | None = None,
        **labels: Any,
    ) -> None:
        self._viewer, self._fits, self._rank = viewer, fits, rank or (lambda _: 0)
        self._nothing = [Choice(None, nothing)] if nothing else []
        self._is_chosen_by_hand = False
        super().__init__(annotation=Layer, **labels)
        self.native.activated.connect(self._on_activated)
        _follow_layers(viewer, self)

    @property
    def value(self) -> Any | None:
        """The chosen layer, None where there is none."""
        return self.get_value()

    @value.setter
    def value(self, layer: Any | None) -> None:
        if layer in self.choices:
            self._is_chosen_by_hand = True
            self.set_value(layer)

    def reset_choices(self, *_: Any) -> None:
        """Offer the layers that fit now and keep the chosen one, where it still is."""
        fitting = [Choice(layer, layer.name) for layer in self._viewer.layers if self._fits(layer)]
        self._show((*self._nothing, *fitting))

    def _restore(self, before: Any) -> None:
        """Choose the layer that was chosen before, or one that is more likely."""
        layers = self.choices
        is_there = before in layers
        self._is_chosen_by_hand &= is_there
        if is_there and (before is None or self._is_chosen_by_hand):
            self.set_value(before)
            return
        ranks = [-1 if layer is None else self._rank(layer) for layer in layers]
        if is_there and ranks[layers.index(before)] == max(ranks):
            self.set_value(before)
        elif layers:
            self.set_value(None if self._nothing else layers[ranks.index(max(ranks))])

    def _on_activated(self) -> None:
        self._is_chosen_by_hand = True


class LayerTicks(Ticks):
    """A list of layers with boxes; a layer that comes and fits is ticked at first.

    Its `value` are the ticked layers, in the order of the viewer.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    fits
        Whether a layer may be ticked here; call `reset_choices` when the answer changes.
    describe
        The text of the tooltip of a layer.
    labels
        The `label` and the `tooltip`, which say what the layers are for.
    """

    def __init__(
        self,
        viewer: Any,
        fits: Callable[[Any], bool],
        *,
        describe: Callable[[Any], str],
        **labels: Any,
    ) -> None:
        self._viewer, self._fits, self._describe = viewer, fits, describe
        super().__init__(are_ticked=True, **labels)
        _follow_layers(viewer, self)

    def reset_choices(self, *_: Any) -> None:
        """Offer the layers that fit now; those that were unticked stay so."""
        fitting = [layer for layer in self._viewer.layers if self._fits(layer)]
        self._show(tuple(Choice(one, one.name, literal(self._describe(one))) for one in fitting))
        self._turned = [layer for layer in self._turned if layer in self._viewer.layers]


class AxesChoice(NameChoice):
    """Asks what the slider below the image goes through, where a layer does not say so itself."""

    def __init__(self) -> None:
        super().__init__(label="The slider", tooltip="What moving the slider below the image does.")
        self.offer([Choice("TYX", "goes through time"), Choice("ZYX", "goes through the depth")])

    def ask_about(self, layer: Any | None) -> None:
        """Show the question where this layer leaves it open."""
        self.visible = layer is not None and axes_of_layer(layer) is None

    def axes_of(self, layer: Any | None) -> str:
        """Return the axes of a layer, as far as it says so itself, and as chosen otherwise."""
        return axes_of_layer(layer) or str(self.value)


def _follow_layers(viewer: Any, choice: Any) -> None:
    events = viewer.layers.events
    for signal in (events.inserted, events.removed, events.reordered, events.renamed):
        follow(signal, choice.reset_choices, choice.native)


def is_image(layer: Any) -> bool:
    """Whether a layer holds one channel or the colours of an image, no heatmap or probability."""
    return isinstance(layer, Image) and role_of(layer) in _IMAGES and not mixes_channels(layer)


def is_labels(layer: Any) -> bool:
    """Whether a layer holds labels, and not blocks or outlines that only mark something."""
    return isinstance(layer, Labels) and role_of(layer) not in _MARKS
