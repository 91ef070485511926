"""One unit for all layers of ours: napari gives up units where one is in pixels, one in lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_seewhy.images import to_um
from napari_seewhy.layers import LENT_UNITS, METADATA_KEY, known_units

if TYPE_CHECKING:
    from collections.abc import Iterable


def keep_units_alike(viewer: Any) -> None:
    """Lend our layers without a pixel size the unit of those that have one, from now on."""
    for signal in (viewer.layers.events.inserted, viewer.layers.events.removed):
        signal.connect(_on_changed)
    align_units(viewer.layers)


def align_units(layers: Iterable[Any]) -> None:
    """Lend units where layers differ, and take them back where no other layer has a length.

    The axes are counted from the last, as napari lays images of different dimensions upon each
    other. What was lent is noted in the metadata, so that no pixel size is made of it (see
    `known_units`).
    """
    layers = list(layers)
    units = [known_units(layer.units, layer.metadata) for layer in layers]
    has_length = {
        i - len(given)
        for given in units
        for i, unit in enumerate(given)
        if to_um(1.0, unit) is not None
    }
    for layer, given in zip(layers, units, strict=True):
        known = layer.metadata.get(METADATA_KEY)
        if known is None:
            continue
        lent = [
            i for i, unit in enumerate(given) if unit == "pixel" and i - len(given) in has_length
        ]
        if lent == list(known.get(LENT_UNITS, ())):
            continue
        layer.metadata = layer.metadata | {METADATA_KEY: known | {LENT_UNITS: lent}}
        layer.units = tuple("micrometer" if i in lent else unit for i, unit in enumerate(given))


def _on_changed(event: Any) -> None:
    align_units(event.source)
