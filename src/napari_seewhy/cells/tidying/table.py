"""The table of a Labels layer after an edit: what was measured of a changed cell is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.cells.tidying.edits import Edit


def follow_edit(
    features: pd.DataFrame, edit: Edit, labels: NDArray[Any], *, rows_per_t: int | None = None
) -> pd.DataFrame:
    """Return the table after an edit.

    Cells that are gone lose their row. Cells that changed, and new ones, have a row without values
    until they are measured again. Where cells only got other numbers, their rows go with them. A
    layer without a table stays without.

    Parameters
    ----------
    features
        Of the layer, before the edit; rows are found by the column ``label``.
    edit
        What was done.
    labels
        ``(Y, X)``, after the edit; of a time series all frames, one below the other.
    rows_per_t
        Number of rows of each time point, None where there is no time.
    """
    if "label" not in features:
        return features
    changed = edit.before != edit.after
    pairs = np.unique(np.stack([edit.before[changed], edit.after[changed]]), axis=1)
    touched = np.setdiff1d(pairs, [0])
    present, counts = np.unique(labels[np.isin(labels, touched)], return_counts=True)
    is_there = features["label"].isin(touched)
    if _only_renumbers(pairs, counts, np.unique(edit.after[changed], return_counts=True)[1]):
        return _renumber(features, is_there, dict(pairs.T.tolist()))
    t = edit.box[-2].start // rows_per_t if rows_per_t else None
    return _forget(features, is_there, present, t)


def _only_renumbers(
    pairs: NDArray[Any], counts: NDArray[Any], counts_written: NDArray[Any]
) -> bool:
    """Whether whole cells went over into whole cells, ``pairs`` ``(2, P)`` of old and new."""
    is_one_to_one = all(len(np.unique(side)) == len(side) for side in pairs)
    return bool(pairs.all()) and is_one_to_one and np.array_equal(counts, counts_written)


def _renumber(
    features: pd.DataFrame, is_there: pd.Series[bool], renamed: dict[int, int]
) -> pd.DataFrame:
    rows = features.copy()
    for column in {"label", "index"} & set(rows):
        rows.loc[is_there, column] = rows.loc[is_there, column].map(renamed)
    return _sort(rows)


def _forget(
    features: pd.DataFrame, is_there: pd.Series[bool], present: NDArray[Any], t: Any
) -> pd.DataFrame:
    """Take the rows away, and give those cells that are `present` empty ones."""
    kept = features[~is_there].reset_index(drop=True)
    # Making room by `reindex`, unlike joining, keeps the type of a column of classes.
    rows = kept.reindex(range(len(kept) + len(present)))
    known = {"label": present, "index": present, "t": t}
    for column in known.keys() & set(rows):
        rows.loc[len(kept) :, column] = known[column]
    return _sort(rows)


def _sort(rows: pd.DataFrame) -> pd.DataFrame:
    whole = [
        column
        for column in ("index", "label", "t")
        if column in rows and rows[column].notna().all()
    ]
    keys = [column for column in ("t", "label") if column in rows]
    return rows.astype(dict.fromkeys(whole, int)).sort_values(keys, ignore_index=True)
