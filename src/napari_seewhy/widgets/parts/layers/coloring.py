"""Colouring cells by one of their measurements, and giving them their own colours back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from napari_seewhy.layers import TRANSPARENT, UNKNOWN

if TYPE_CHECKING:
    import pandas as pd

COLORMAP = "viridis"


class ValueColors:
    """Colours Labels layers, and remembers how each was coloured before."""

    def __init__(self) -> None:
        self._before: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def apply(self, layer: Any, cells: pd.DataFrame, column: str) -> None:
        """Colour the cells of a layer from dark (low) to yellow (high); grey has no value."""
        self._before.setdefault(layer, layer.colormap)
        layer.colormap = value_colors(cells, column)

    def restore(self, layer: Any) -> None:
        """Give a layer the colours back that it had before."""
        if layer in self._before:
            layer.colormap = self._before.pop(layer)


def value_colors(cells: pd.DataFrame, column: str) -> dict[int | None, Any]:
    """Return a colour for every label, for napari's ``DirectLabelColormap``.

    The lowest and highest hundredth of the values share the colours at the ends, so that a single
    cell does not take all the contrast.

    Parameters
    ----------
    cells
        Table with ``label`` and the measurement.
    column
        Name of the measurement.
    """
    from napari.utils.colormaps import ensure_colormap

    values = cells[column].to_numpy(float)
    is_known = np.isfinite(values)
    colors = np.tile(UNKNOWN, (len(values), 1))
    if is_known.any():
        low, high = np.percentile(values[is_known], (1, 99))
        shares = np.clip((values[is_known] - low) / ((high - low) or 1.0), 0, 1)
        colors[is_known] = ensure_colormap(COLORMAP).map(shares)
    of_label: dict[int | None, Any] = dict(zip(cells["label"].astype(int), colors, strict=True))
    return of_label | {0: TRANSPARENT, None: TRANSPARENT}
