"""Letters or amino acids over positions as a layer of napari; the status bar says what is where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.layers import METADATA_KEY

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROLE = "bases"
_FLATTEST = 40
"""Rows of one pixel would be a line: a heatmap is at most as much wider than each row is high."""


def show_heatmap(
    viewer: Any,
    name: str,
    values: NDArray[np.floating],
    rows: str,
    first: int,
    **said: str,
) -> None:
    """Show values of letters over positions; a second run replaces the layer of the first.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    name
        Of the layer.
    values
        ``(n_rows, n)``; NaN where there is none.
    rows
        Letter of each row, from top to bottom.
    first
        Position of the first column, from 1.
    said
        More that stands in the metadata of the layer.
    """
    known = values[np.isfinite(values)]
    limit = float(np.abs(known).max()) if known.size else 0.0
    limits = (-(limit or 1.0), limit or 1.0)
    meaning = {"role": _ROLE, "rows": rows, "first": first} | said
    if name in viewer.layers:
        layer = viewer.layers[name]
        layer.data, layer.contrast_limits = values, limits
        layer.metadata = layer.metadata | {METADATA_KEY: meaning}
        return
    viewer.add_image(
        values,
        name=name,
        colormap="PiYG",
        contrast_limits=limits,
        scale=(max(values.shape[1] / _FLATTEST * 4 / len(rows), 1), 1),
        interpolation2d="nearest",
        metadata={METADATA_KEY: meaning},
    )


def describe_heatmap(viewer: Any) -> str:
    """Say which letter at which position is under the mouse; "" where it is over no heatmap."""
    layer = viewer.layers.selection.active
    meaning = {} if layer is None else layer.metadata.get(METADATA_KEY, {})
    if meaning.get("role") != _ROLE or not layer.visible:
        return ""
    row, column = (round(float(at)) for at in layer.world_to_data(viewer.cursor.position))
    n_rows, n = layer.data.shape
    if not (0 <= row < n_rows and 0 <= column < n):
        return ""
    value = float(layer.data[row, column])
    there = "none" if np.isnan(value) else f"{value:+.3g}"
    return f"{meaning['first'] + column:,} to {meaning['rows'][row]}: {there}"
