"""Which labels in the viewer a network can learn from, and the images that they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_seewhy.layers import METADATA_KEY, channel_of_layer, is_nuclear, name_of_image
from napari_seewhy.widgets.parts.layers import (
    is_image,
    is_labels,
    is_same_image,
    may_be_same_image,
    read_layers,
    role_of,
    shape_yx,
)

if TYPE_CHECKING:
    from napari_seewhy.nuclei import OpenPair

_NUCLEI = ("", "nuclei")
"""Roles of layers that may hold nuclei; one that is not ours has none."""


def find_image(viewer: Any, labels: Any) -> Any | None:
    """Return the layer that shows the nuclei of some labels, None where there is none.

    The one that they were made from; else of those of the same file and size, or at least of the
    same size, the one with a nuclear stain or the first.
    """
    known = labels.metadata.get(METADATA_KEY, {})
    images = [
        layer
        for layer in viewer.layers
        if is_image(layer)
        and not layer.rgb
        and shape_yx(layer) == shape_yx(labels)
        and may_be_same_image(layer, labels)
    ]
    channel = known.get("options", {}).get("channel")

    def rank(layer: Any) -> tuple[bool, ...]:
        return (
            layer.name == known.get("parent"),
            is_same_image(layer, labels) and channel_of_layer(layer) == channel,
            is_same_image(layer, labels),
            is_nuclear(channel_of_layer(layer)),
        )

    return max(images, key=rank, default=None)


def can_teach(viewer: Any, layer: Any) -> bool:
    """Whether a network can learn from a layer: nuclei with their image, looked at by a person.

    Labels that were segmented here and never corrected would teach it nothing but its own faults.
    """
    known = layer.metadata.get(METADATA_KEY, {})
    if not is_labels(layer) or role_of(layer) not in _NUCLEI:
        return False
    is_untouched = "parent" in known and not known.get("is_corrected")
    return not is_untouched and find_image(viewer, layer) is not None


def read_pair(viewer: Any, labels: Any) -> OpenPair:
    """Take labels and the image that they belong to out of their layers.

    Raises
    ------
    DataError
        If they do not fit together.
    """
    from napari_seewhy.nuclei import OpenPair

    read = read_layers([find_image(viewer, labels)], labels)
    name = name_of_image(read.image) or labels.name
    return OpenPair(name, read.image, read.labels)
