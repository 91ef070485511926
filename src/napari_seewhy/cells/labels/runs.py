"""Runs: objects as stretches of pixels in a row, which makes measuring all of them at once cheap.

Areas, boxes, moments and hulls follow from the ends of the runs without a look at any pixel, and
the intensities of all objects are sums over the runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.images import cut_strips

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Stretches of neighbouring pixels in a row, each of one object.

    Attributes
    ----------
    numbers
        Label of every object, increasing, shape ``(N,)``; an object may have no run.
    owner
        Place in `numbers` of the object that each run belongs to, shape ``(R,)``.
    y, start, stop
        Row, first column and the column after the last of each run, shape ``(R,)``; sorted by row,
        then by column.
    """

    numbers: NDArray[np.int64]
    owner: NDArray[np.int64]
    y: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]

    @property
    def n_objects(self) -> int:
        """Number of objects, those without a run included."""
        return len(self.numbers)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Number of pixels of each run, shape ``(R,)``."""
        return self.stop - self.start

    def total(self, amounts: NDArray[Any]) -> NDArray[np.float64]:
        """Add up one amount per run over the runs of each object, shape ``(N,)``."""
        summed = np.bincount(self.owner, weights=amounts, minlength=self.n_objects)
        return summed.astype(np.float64, copy=False)

    def areas(self) -> NDArray[np.int64]:
        """Count the pixels of each object, shape ``(N,)``."""
        return self.total(self.lengths).astype(np.int64)


def find_runs(labels: NDArray[Any], numbers: NDArray[np.int64] | None = None) -> Runs:
    """Cut the objects of a label image into runs.

    Parameters
    ----------
    labels
        One integer per object, 0 = background, shape ``(Y, X)``.
    numbers
        Labels to take, increasing; others are passed over. None takes all that there are.

    Returns
    -------
    Runs
        In the order of the rows of the image.

    Examples
    --------
    >>> runs = find_runs(np.array([[0, 5, 5], [2, 0, 5]]))
    >>> runs.numbers, runs.areas()
    (array([2, 5]), array([1, 3]))
    """
    height, width = labels.shape
    # A column of background in front keeps a run from going on in the next row.
    flat = np.zeros((height, width + 1), labels.dtype)
    flat[:, 1:] = labels
    flat = flat.reshape(-1)
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    values = flat[edges].astype(np.int64)
    is_object = values > 0
    ends = np.append(edges[1:], flat.size)[is_object]
    starts, values = edges[is_object], values[is_object]
    if numbers is None:
        numbers = np.unique(values)
    owner, is_wanted = find_owners(values, numbers)
    y, start = np.divmod(starts[is_wanted], width + 1)
    length = (ends - starts)[is_wanted]
    return Runs(numbers, owner[is_wanted], y, start - 1, start - 1 + length)


def find_owners(
    values: NDArray[Any], numbers: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Look up labels in an increasing list of labels.

    Returns
    -------
    owner, is_known
        Place of each value in `numbers`, and whether it stands there at all.
    """
    if numbers.size == 0:
        return np.zeros(values.shape, np.int64), np.zeros(values.shape, bool)
    if numbers[-1] == numbers.size:
        # Sequential labels, the usual case, need no search.
        is_known = (values > 0) & (values <= numbers.size)
        return np.where(is_known, values - 1, 0).astype(np.int64), is_known
    owner = np.minimum(np.searchsorted(numbers, values), numbers.size - 1)
    return owner, numbers[owner] == values


_ROWS = 512


def find_largest(labels: NDArray[np.int32]) -> int:
    """Return the largest number of labels ``(Y, X)``, looked at strip by strip."""
    return max((int(strip.max(initial=0)) for strip in cut_strips(labels)), default=0)


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
