"""Heatmaps on their way to napari: one Image layer per image and class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_seewhy.layers.class_layer import join_classes
from napari_seewhy.layers.grid import METADATA_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.layers.grid import Grid
    from napari_seewhy.layers.to_layers import LayerData

HEATMAP = "heatmap"
"""Role of a layer of heatmaps begins with this; the class follows."""

_COLORMAP = "inferno"


def heatmap_layer(
    heatmap: NDArray[np.float32],
    class_name: str,
    *,
    image_name: str,
    grid: Grid,
    known: Mapping[str, Any] | None = None,
) -> LayerData:
    """Turn the painted heatmaps of one class into an Image layer named "heatmap <class> (<image>)".

    It glows on what lies below: black is where the network did not look.

    Parameters
    ----------
    heatmap
        ``(Y, X)`` or ``(T, Y, X)``, float32, 0..1.
    class_name
        The class that was explained.
    image_name
        Name of the image.
    grid
        Of the labels that were explained.
    known
        What else should stand in the metadata.
    """
    # A time series of stacks has its flat planes as one thick plane; see `Grid.for_labels`.
    pixels = heatmap[:, None] if "Z" in grid.axes and heatmap.ndim == 3 else heatmap
    attributes = grid.attributes() | {
        "name": f"{HEATMAP} {class_name} ({image_name})",
        "colormap": _COLORMAP,
        "contrast_limits": (0.0, 1.0),
        "blending": "additive",
        "metadata": {
            METADATA_KEY: dict(known or {})
            | {"role": heatmap_role(class_name), "class": class_name, "axes": grid.axes}
        },
    }
    return pixels, attributes, "image"


def heatmap_role(class_name: str) -> str:
    """Return the role of the layer that holds the heatmaps of a class."""
    return f"{HEATMAP} {class_name}"


def join_attention(features: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame | None:
    """Add what a model says of cells, and where it looked, to the features of their labels.

    What was counted before is replaced.

    Parameters
    ----------
    features
        Of a Labels layer.
    table
        ``label``, ``class``, ``p_<class>``, ``confidence``, ``attention_<region>``.

    Returns
    -------
    DataFrame or None
        None where a number stands for several cells; see `join_classes`.
    """
    stale = [name for name in features if str(name).startswith("attention_")]
    return join_classes(features.drop(columns=stale), table)
