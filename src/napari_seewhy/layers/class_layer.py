"""Classified cells on their way to napari: a Labels layer that is coloured by class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.layers.features import cells_from_features, features_from_cells
from napari_seewhy.layers.to_layers import labels_layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.layers.grid import Grid
    from napari_seewhy.layers.to_layers import LayerData

CLASSES = "classes"
"""Role of a layer of classified cells."""

_OWN_CLASS = "predicted_class"
"""Column of our class where the table has a column ``class`` that a person made."""


def classes_layer(
    labels: NDArray[Any],
    table: pd.DataFrame,
    *,
    image_name: str,
    measured: pd.DataFrame | None = None,
    grid: Grid | None = None,
    known: Mapping[str, Any] | None = None,
) -> LayerData:
    """Turn classified cells into a Labels layer named "classes (<image>)".

    Parameters
    ----------
    labels
        ``(Y, X)`` or ``(T, Y, X)``.
    table
        One row per cell: ``label``, ``t`` for a time series, ``class``, ``p_<class>``,
        ``confidence``.
    image_name
        Name of the image.
    measured
        What else is known of these cells, with a column ``label``; what `table` says goes before.
    grid
        Of the image, made `for_labels`.
    known
        What else should stand in the metadata.
    """
    data, attributes, kind = labels_layer(
        labels, table, name=f"{CLASSES} ({image_name})", role=CLASSES, grid=grid, known=known
    )
    is_renumbered = not np.array_equal(data.reshape(labels.shape), labels)
    if measured is not None and not is_renumbered:
        attributes["features"] = join_features(attributes["features"], measured)
    return data, attributes, kind


def join_features(features: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Add columns of a table of cells to features; those that are there already stay.

    Parameters
    ----------
    features
        With a column ``label``; row 0 is the background.
    cells
        With a column ``label``, each number once.
    """
    import pandas as pd

    new = [name for name in cells if name not in features and name != "index"]
    by_label = cells[["label", *new]].set_index("label").reindex(features["label"])
    return pd.concat([features, by_label.set_index(features.index)], axis=1)


def join_classes(features: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame | None:
    """Add what a model says to the features of the labels that it was asked about.

    What an earlier model said is replaced. A column ``class`` that a person made stays; ours is
    then called ``predicted_class``.

    Parameters
    ----------
    features
        Of a Labels layer.
    table
        ``label``, ``class``, ``p_<class>``, ``confidence``.

    Returns
    -------
    DataFrame or None
        None where a number stands for several cells, as for cells tracked through time, so that
        one row per number cannot hold what is said of each.
    """
    if table["label"].duplicated().any():
        return None
    is_known = "label" in features or "index" in features
    cells = cells_from_features(features) if is_known else None
    asked = table["label"].to_numpy(np.intp)
    # Where nothing tells which numbers there are, each up to the largest gets a row.
    highest = max(len(features) - 1, int(asked.max(initial=0)))
    known = np.arange(1, highest + 1) if cells is None else cells["label"].to_numpy(np.intp)
    present = np.union1d(known, asked)
    before = features_from_cells(cells, int(present.max(initial=0)), present)
    stale = [name for name in before if str(name).startswith("p_")]
    is_ours = bool(stale)
    # A segmenter's confidence is another one: that of a class is its largest probability.
    if is_ours and "confidence" in before:
        largest = before[stale].max(axis=1)
        if np.allclose(before["confidence"], largest, atol=1e-4, equal_nan=True):
            stale.append("confidence")
    if is_ours:
        has_own = _OWN_CLASS in before
        stale.append(_OWN_CLASS if has_own else "class")
        before = before.drop(columns=stale, errors="ignore")
    else:
        has_own = "class" in before
    said = table.rename(columns={"class": _OWN_CLASS}) if has_own else table
    return join_features(before, said)
