"""Opening a pair of files in the viewer, so that its blocks can be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari.layers import Layer

from napari_seewhy.images import read_image
from napari_seewhy.layers import METADATA_KEY, channel_of_layer, image_layers

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.blocks.pairing import FilePair, StainPairOptions
    from napari_seewhy.widgets.parts.marker import FieldLayers


def open_pair(viewer: Any, fields: FieldLayers, pair: FilePair, options: StainPairOptions) -> None:
    """Open both images of a pair, where they are not open yet, and choose their layers.

    Parameters
    ----------
    viewer
        The viewer itself.
    fields
        Where the layers are chosen.
    pair
        What to open.
    options
        Which channel is the marker's.

    Raises
    ------
    FileError
        If a file cannot be read.
    """
    markers = _open(viewer, pair.marker)
    marker = _find_channel(markers, options.marker_channel) or markers[0]
    others = [layer for layer in _open(viewer, pair.phase) if layer is not marker]
    first = options.phase_channel.split(",")[0].strip()
    phase = _find_channel(others, first) or (others[0] if others else None)
    fields.choose(phase, marker)


def _open(viewer: Any, path: Path) -> list[Any]:
    """Return the layers of a file; one that is open already is not read again."""
    there = [layer for layer in viewer.layers if _source_of(layer) == str(path)]
    return there or [
        viewer.add_layer(Layer.create(*data)) for data in image_layers(read_image(path))
    ]


def _source_of(layer: Any) -> str:
    known = layer.metadata.get(METADATA_KEY, {})
    return str(known.get("source", "")) if known.get("role") == "image" else ""


def _find_channel(layers: list[Any], channel: str) -> Any | None:
    """Return the layer of a channel given by name or number."""
    if channel.isdecimal() and int(channel) < len(layers):
        return layers[int(channel)]
    return next(
        (one for one in layers if channel_of_layer(one).casefold() == channel.casefold()), None
    )
