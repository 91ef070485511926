"""Choosing which image layer is which channel of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_seewhy.layers import channel_of_layer, is_nuclear
from napari_seewhy.models.preflight import match_channels
from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.forms import stack_rows
from napari_seewhy.widgets.parts.layers.choice import LayerChoice, is_image
from napari_seewhy.widgets.parts.layers.labelled_image import shape_yx
from napari_seewhy.widgets.parts.viewer import follow

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOTHING = "choose ..."


class ChannelChoices(QWidget):
    """One list of layers per channel of the model; those that are named alike are chosen.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    changed = Signal()

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._labels: Any = None
        self._choices: dict[str, LayerChoice] = {}
        self._rows = stack_rows()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._rows.native)
        for signal in (viewer.layers.events.inserted, viewer.layers.events.removed):
            follow(signal, self._propose)
        self.hide()

    @property
    def layers(self) -> list[Any]:
        """The chosen layers in the order of the model's channels, None where none is chosen."""
        return [choice.value for choice in self._choices.values()]

    @property
    def missing(self) -> str:
        """What must be chosen, "" if nothing."""
        without = [name for name, choice in self._choices.items() if choice.value is None]
        if not without:
            return ""
        if not self._present():
            return "Open the image of these labels: no image has their size."
        return f"Choose which image shows {' and which '.join(without)}."

    def offer(self, channels: Sequence[str], labels: Any) -> None:
        """Ask for these channels, among the images of the size of these labels."""
        self._labels = labels
        self._rows.clear()
        self._choices = {}
        for name in channels:
            tooltip = literal(f"The image that shows what the model learned as {name}.")
            choice = self._choices[name] = LayerChoice(
                self._viewer, self._fits, nothing=_NOTHING, label=literal(name), tooltip=tooltip
            )
            choice.changed.connect(self._on_changed)
            self._rows.append(choice)
        self.setVisible(bool(channels))
        self._propose()

    def _on_changed(self) -> None:
        self.changed.emit()

    def _fits(self, layer: Any) -> bool:
        is_flat = is_image(layer) and not layer.rgb
        return is_flat and self._labels is not None and shape_yx(layer) == shape_yx(self._labels)

    def _present(self) -> list[Any]:
        return [layer for layer in self._viewer.layers if self._fits(layer)]

    def _propose(self, *_: Any) -> None:
        """Choose what the names tell, where nothing is chosen yet."""
        for choice in self._choices.values():
            choice.reset_choices()
        layers = {channel_of_layer(layer): layer for layer in reversed(self._present())}
        taken = [channel_of_layer(layer) for layer in self.layers if layer is not None]
        left = [name for name, choice in self._choices.items() if choice.value is None]
        present = [name for name in layers if name not in taken]
        # Where not all can be told, those of the very name are, and DAPI is a model's DNA.
        same = {name: name for name in left if name in present}
        nuclear = [name for name in present if is_nuclear(name)]
        if len(nuclear) == 1:
            same |= {name: nuclear[0] for name in left if is_nuclear(name)}
        for name, found in (match_channels(left, present) or same).items():
            self._choices[name].value = layers[found]
        self.changed.emit()
