"""The table of cells as a layer's features, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def features_from_cells(
    cells: pd.DataFrame | None, n_labels: int, present: NDArray[np.integer[Any]] | None = None
) -> pd.DataFrame:
    """Turn the table of cells into features of a Labels layer: one row for each of its labels.

    napari finds the row of a label by the column ``index``.

    Parameters
    ----------
    cells
        Table with a column ``label``, each number once; None = nothing is measured yet.
    n_labels
        Largest label of the layer.
    present
        ``(n,)`` labels that the layer holds, in rising order; numbers between them, such as those
        of deleted cells, get no row. None takes all up to the largest.

    Returns
    -------
    DataFrame
        The background and one row per label; columns ``index`` and ``label`` first, then those of
        `cells`. The row of the background, and those of labels without measurements, are empty
        (NaN).

    Raises
    ------
    DataError
        If a label stands twice, or is 0 or larger than `n_labels`.
    """
    import pandas as pd

    labels = np.arange(n_labels + 1) if present is None else np.append([0], present)
    numbers = pd.DataFrame({"index": labels, "label": labels})
    if cells is None:
        return numbers
    label = cells["label"]
    if label.duplicated().any():
        twice = int(label[label.duplicated()].iloc[0])
        raise DataError(f"Label {twice} stands twice in the table; each object needs its own row.")
    if len(label) and not 1 <= int(label.min()) <= int(label.max()) <= n_labels:
        raise DataError(
            f"The table has labels {int(label.min())} to {int(label.max())} but the layer has 1 to "
            f"{n_labels}; measure these labels again."
        )
    measured = cells.drop(columns=["index"], errors="ignore").set_index("label").reindex(labels)
    return pd.concat([numbers, measured.reset_index(drop=True)], axis=1)


def carry_over(features: pd.DataFrame, before: pd.DataFrame, column: str) -> pd.DataFrame:
    """Give recomputed features a column that the previous ones had, as measuring has it not.

    Parameters
    ----------
    features, before
        With a column ``label``.
    column
        Its name; nothing changes where it was not there before, or is there now.

    Examples
    --------
    >>> import pandas as pd
    >>> before = pd.DataFrame({"label": [0, 1, 2], "confidence": [float("nan"), 0.9, 0.4]})
    >>> carry_over(pd.DataFrame({"label": [0, 2]}), before, "confidence")["confidence"].tolist()
    [nan, 0.4]
    """
    if column in features or not {"label", column} <= set(before):
        return features
    known = before.drop_duplicates("label").set_index("label")[column]
    return features.assign(**{column: features["label"].map(known)})


def cells_from_features(features: pd.DataFrame) -> pd.DataFrame:
    """Turn the features of a Labels layer back into the table of cells: no background, no index.

    Parameters
    ----------
    features
        With a column ``label`` or ``index``; without either, row ``i`` is about label ``i``.
    """
    cells = features.reset_index(drop=True)
    if "label" not in cells:
        cells.insert(0, "label", cells.get("index", cells.index))
    cells = cells[cells["label"] > 0].drop(columns=["index"], errors="ignore")
    # The empty row of the background had made objects of true and false.
    return cells.reset_index(drop=True).infer_objects()
