"""Layers: results as napari wants them, and what a person opened in napari as the core wants it.

Nothing here imports napari or Qt: layers go out as ``(data, attributes, kind)``, and come in as
anything with the attributes of a napari layer.
"""

from napari_seewhy.layers.class_layer import CLASSES, classes_layer, join_classes
from napari_seewhy.layers.coloring import class_colors, label_colors
from napari_seewhy.layers.features import carry_over, cells_from_features, features_from_cells
from napari_seewhy.layers.from_layers import (
    axes_of_layer,
    channel_of_layer,
    image_from_layers,
    labels_from_layer,
)
from napari_seewhy.layers.grid import Grid
from napari_seewhy.layers.stains import is_cellular, is_nuclear
from napari_seewhy.layers.to_layers import (
    METADATA_KEY,
    LayerData,
    image_layers,
    labels_layer,
    name_of_image,
)

__all__ = [
    "CLASSES",
    "METADATA_KEY",
    "Grid",
    "LayerData",
    "axes_of_layer",
    "carry_over",
    "cells_from_features",
    "channel_of_layer",
    "class_colors",
    "classes_layer",
    "features_from_cells",
    "image_from_layers",
    "image_layers",
    "is_cellular",
    "is_nuclear",
    "join_classes",
    "label_colors",
    "labels_from_layer",
    "labels_layer",
    "name_of_image",
]
