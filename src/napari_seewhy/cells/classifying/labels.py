"""Painting classes back: every pixel of a cell gets the number of its class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.labels import find_owners

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def paint_classes(
    labels: NDArray[np.int32], table: pd.DataFrame, decided: pd.Series[Any]
) -> NDArray[np.int32]:
    """Paint the class of every cell at its place.

    Parameters
    ----------
    labels
        ``(Y, X)`` or ``(T, Y, X)``.
    table
        N rows with ``label``, and ``t`` for a time series.
    decided
        ``(N,)`` Categorical, the class of each row.

    Returns
    -------
    ndarray, shape as `labels`, int32
        1 for the first category of `decided`, 2 for the second ...; 0 where there is no cell, or
        one that the table does not have.

    Examples
    --------
    >>> import pandas as pd
    >>> classes = pd.Series(["G2", "G1"], dtype="category")
    >>> paint_classes(np.array([[0, 7, 4]]), pd.DataFrame({"label": [4, 7]}), classes)
    array([[0, 1, 2]], dtype=int32)
    """
    painted = np.zeros(labels.shape, np.int32)
    codes = decided.cat.codes.to_numpy(np.int32) + 1
    numbers = table["label"].to_numpy(np.int64)
    frame_of = table["t"].to_numpy() if "t" in table else np.zeros(len(table), np.int64)
    frames = labels.reshape(-1, *labels.shape[-2:])
    for t, (frame, canvas) in enumerate(zip(frames, painted.reshape(frames.shape), strict=True)):
        here = np.flatnonzero(frame_of == t)
        here = here[np.argsort(numbers[here])]
        owner, is_known = find_owners(frame, numbers[here])
        canvas[is_known] = codes[here][owner[is_known]]
    return painted
