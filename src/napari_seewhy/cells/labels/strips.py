"""Strips: labels gone through a few rows at a time, so that no second copy of them is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

_STRIP_PX = 2**22
_ROWS = 512

Scalar = TypeVar("Scalar", bound=np.generic)


def cut_strips(array: NDArray[Scalar]) -> Iterator[NDArray[Scalar]]:
    """Yield the rows of ``(Y, X)`` in views of some four million pixels, from the top."""
    n_rows = max(1, _STRIP_PX // array.shape[1])
    for top in range(0, array.shape[0], n_rows):
        yield array[top : top + n_rows]


def count_pixels(labels: NDArray[np.int32], n_numbers: int) -> NDArray[np.int64]:
    """Count how often each of the numbers 0 to ``n_numbers - 1`` occurs, shape ``(n_numbers,)``."""
    counts = np.zeros(n_numbers, np.int64)
    for strip in cut_strips(labels):
        counts += np.bincount(strip.ravel(), minlength=n_numbers)
    return counts


def find_cell(labels: Any, label: int) -> pd.Series[Any] | None:
    """Find a cell of this number, whether or not it was measured.

    Parameters
    ----------
    labels
        ``(Y, X)`` or ``(T, Y, X)``, in memory or not; some rows at a time are read.
    label
        Number of the cell.

    Returns
    -------
    Series or None
        ``label``, ``t`` (0 without time), ``y`` and ``x`` of the middle of its box, its
        ``height`` and ``width``, in pixels;
        None where there is no such cell.
    """
    import pandas as pd

    frames = labels.reshape(-1, *labels.shape[-2:])
    for t, frame in enumerate(frames):
        boxes = [box for top in range(0, len(frame), _ROWS) if (box := _find(frame, top, label))]
        if boxes:
            low, high = np.min(boxes, axis=0)[:2], np.max(boxes, axis=0)[2:]
            y, x = (low + high) / 2
            height, width = high - low + 1
            return pd.Series(
                {"label": label, "t": t, "y": y, "x": x, "height": height, "width": width}
            )
    return None


def _find(frame: Any, top: int, label: int) -> tuple[int, int, int, int] | None:
    """Return the box of a cell within some rows: first y and x, last y and x."""
    is_it = np.asarray(frame[top : top + _ROWS]) == label
    rows = np.flatnonzero(is_it.any(axis=1))
    if not len(rows):
        return None
    columns = np.flatnonzero(is_it[rows[0] : rows[-1] + 1].any(axis=0))
    return top + int(rows[0]), int(columns[0]), top + int(rows[-1]), int(columns[-1])
