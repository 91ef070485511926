"""Deciding: from how sure a model is of each cell to one class each, counted and painted back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from napari_seewhy.cells.labels import find_owners
from napari_seewhy.errors import OptionError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

ANNOTATION = "annotation"
"""Column of the class that a person gave a cell; a Categorical with the classes in their order."""

UNDECIDED = "undecided"
"""What a cell is whose confidence is too low."""

_Z = 1.959964
"""How many standard errors a 95 % interval reaches to both sides of a normal distribution."""


def decide(table: pd.DataFrame, confidence_at_least: float = 0.0) -> pd.Series[str]:
    """Give every cell its class, or "undecided" where the model is not sure enough.

    Parameters
    ----------
    table
        Columns ``class`` (Categorical) and ``confidence``, as `classify_cells` makes it.
    confidence_at_least
        Confidence from which an answer counts, 0 to 1; 0 takes every answer.

    Returns
    -------
    Series ``(N,)``, Categorical
        Named ``decided``, in the order of the rows of `table`; its categories are the classes, then
        "undecided". A cell without an answer is undecided.

    Raises
    ------
    OptionError
        If the confidence is not between 0 and 1.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"class": pd.Categorical(["G1", "G2"]), "confidence": [0.9, 0.6]})
    >>> decide(table, 0.8).tolist()
    ['G1', 'undecided']
    """
    import pandas as pd

    if not 0 <= confidence_at_least <= 1:
        raise OptionError(f"The confidence is {confidence_at_least:g}; give one from 0 to 1.")
    said = table["class"].astype("category")
    classes = [name for name in said.cat.categories if name != UNDECIDED]
    is_sure = (table["confidence"] >= confidence_at_least) & said.notna()
    decided = np.where(is_sure, said.astype(object), UNDECIDED)
    names = pd.Categorical(decided, [*classes, UNDECIDED])
    return pd.Series(names, index=table.index, name="decided")


def count_classes(decided: pd.Series[str], by: pd.Series[int] | None = None) -> pd.DataFrame:
    """Count the cells of each class, with the share of all cells and how far to trust it.

    Parameters
    ----------
    decided
        ``(N,)`` Categorical, as `decide` gives it.
    by
        ``(N,)`` what to count separately, such as the time point of each cell.

    Returns
    -------
    DataFrame
        One row per class, those without a cell included, and for each value of `by`: the column of
        `by`, ``class``, ``n``, ``fraction`` of all cells, undecided ones included, and ``low`` and
        ``high``, its 95 % interval; NaN where there is no cell at all.

    Examples
    --------
    >>> import pandas as pd
    >>> count_classes(pd.Series(["G1", "G1", "G1", "G2"]).astype("category")).round(2)
      class  n  fraction   low  high
    0    G1  3      0.75  0.30  0.95
    1    G2  1      0.25  0.05  0.70
    """
    import pandas as pd

    classes = decided.cat.categories
    rows = np.zeros(len(decided), np.int64)
    keys = pd.Index([0])
    if by is not None:
        rows, keys = pd.factorize(by, sort=True)
    n = np.zeros((len(keys), len(classes)), np.int64)
    is_known = decided.notna().to_numpy()
    np.add.at(n, (rows[is_known], decided.cat.codes.to_numpy()[is_known]), 1)
    total = np.broadcast_to(n.sum(axis=1, keepdims=True), n.shape)
    fraction, low, high = wilson_interval(n, total)
    columns: dict[str, NDArray[Any]] = {
        "class": np.tile(np.asarray(classes, object), len(keys)),
        "n": n.ravel(),
        "fraction": fraction.ravel(),
        "low": low.ravel(),
        "high": high.ravel(),
    }
    if by is not None:
        columns = {str(by.name): np.repeat(keys.to_numpy(), len(classes)), **columns}
    return pd.DataFrame(columns)


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


def wilson_interval(n: NDArray[Any], total: NDArray[Any]) -> tuple[Floats, Floats, Floats]:
    """Return a fraction and its 95 % interval after Wilson (1927, J Am Stat Assoc 22:209).

    Unlike the usual one it stays between 0 and 1, and says something where `n` is 0.

    Parameters
    ----------
    n, total
        Counts of the same shape.

    Returns
    -------
    fraction, low, high
        Of the same shape; NaN where `total` is 0.

    Examples
    --------
    >>> [float(part.round(3)) for part in wilson_interval(np.array(0), np.array(10))]
    [0.0, 0.0, 0.278]
    """
    counted = np.where(np.asarray(total) > 0, total, np.nan)
    fraction = n / counted
    spread = _Z**2 / counted
    middle = (fraction + spread / 2) / (1 + spread)
    reach = np.sqrt(spread * (fraction * (1 - fraction) + spread / 4)) / (1 + spread)
    return fraction, np.maximum(middle - reach, 0), np.minimum(middle + reach, 1)
