"""Which image layers and labels belong together, and what the core gets of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_seewhy.cells.labels import LabelledCells
from napari_seewhy.images import check_no_mask
from napari_seewhy.layers import (
    METADATA_KEY,
    axes_of_layer,
    channel_of_layer,
    image_from_layers,
    is_nuclear,
    labels_from_layer,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def read_layers(
    images: Sequence[Any], labels: Any, cell_labels: Any | None = None
) -> LabelledCells:
    """Take image and labels out of their layers, copied: tidying meanwhile disturbs nothing.

    Raises
    ------
    DataError
        If the images have different shapes, none is given, or the labels are a mask.
    """
    array = labels_from_layer(labels)
    check_no_mask(array, f"The layer {labels.name!r}")
    axes = None
    if images and axes_of_layer(images[0]) is None:
        # The labels tell: there are no labels of planes, so three axes mean time.
        axes = "TYX" if array.ndim > 2 else "ZYX"
    return LabelledCells(
        image_from_layers(images, axes=axes),
        array.copy(),
        None if cell_labels is None else labels_from_layer(cell_labels).copy(),
    )


def shape_yx(layer: Any) -> tuple[int, ...]:
    """Height and width of a layer's picture."""
    data = layer.data[0] if layer.multiscale else layer.data
    shape = data.shape[:-1] if getattr(layer, "rgb", False) else data.shape
    return tuple(shape[-2:])


def role_of(layer: Any) -> str:
    """Return what a layer of ours holds ("nuclei", "cells"), "" for one of others."""
    return str(layer.metadata.get(METADATA_KEY, {}).get("role", ""))


def is_cells_of(cells: Any, nuclei: Any) -> bool:
    """Whether a layer holds the whole cells that were grown about these nuclei."""
    parent = nuclei.metadata.get(METADATA_KEY, {}).get("parent")
    known = cells.metadata.get(METADATA_KEY, {})
    return bool(parent) and known.get("role") == "cells" and known.get("parent") == parent


def rank_as_nuclei(layer: Any) -> int:
    """How likely a Labels layer holds nuclei."""
    return 2 if role_of(layer) == "nuclei" else int(is_nuclear(channel_of_layer(layer)))
