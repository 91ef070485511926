"""Where a cell of a Labels layer lies, found in the labels themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

_ROWS = 512


def find_place(layer: Any, label: int) -> pd.Series[Any] | None:
    """Find a cell in a layer, whether or not it was measured.

    Parameters
    ----------
    layer
        Labels layer.
    label
        Number of the cell.

    Returns
    -------
    Series or None
        ``label``, ``t`` (0 without time), ``y`` and ``x`` of the middle of its box, in pixels;
        None where there is no such cell.
    """
    data = layer.data[0] if layer.multiscale else layer.data
    frames = data.reshape(-1, *data.shape[-2:])
    for t, frame in enumerate(frames):
        boxes = [box for top in range(0, len(frame), _ROWS) if (box := _find(frame, top, label))]
        if boxes:
            low, high = np.min(boxes, axis=0)[:2], np.max(boxes, axis=0)[2:]
            y, x = (low + high) / 2
            return pd.Series({"label": label, "t": t, "y": y, "x": x})
    return None


def _find(frame: Any, top: int, label: int) -> tuple[int, int, int, int] | None:
    """Return the box of a cell within some rows: first y and x, last y and x."""
    is_it = np.asarray(frame[top : top + _ROWS]) == label
    rows = np.flatnonzero(is_it.any(axis=1))
    if not len(rows):
        return None
    columns = np.flatnonzero(is_it[rows[0] : rows[-1] + 1].any(axis=0))
    return top + int(rows[0]), int(columns[0]), top + int(rows[-1]), int(columns[-1])
