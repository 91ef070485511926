"""How well found objects agree with the true ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def average_precision(
    truth: NDArray[np.integer], found: NDArray[np.integer], ious: Sequence[float] = (0.5,)
) -> NDArray[np.float64]:
    """Score found objects against true ones: 1 if all were found and nothing else, 0 if none.

    A true and a found object match if their overlap over their union (IoU) reaches a bound, and
    each object matches at most one other. With TP matches, FP found objects and FN true ones
    without a match, the score is ``TP / (TP + FP + FN)``, as in the 2018 Data Science Bowl
    (Caicedo et al. 2019, Nature Methods 16:1247).

    Parameters
    ----------
    truth, found
        Labels of the same shape; any integer type, gaps in the numbers are allowed.
    ious
        Bounds on the overlap, from 0 to 1.

    Returns
    -------
    Scores, shape ``(len(ious),)``
        1 where there is neither a true nor a found object.

    Raises
    ------
    DataError
        If the shapes differ.

    Examples
    --------
    >>> truth = np.array([[1, 1, 1, 0, 2, 2]])
    >>> found = np.array([[1, 1, 0, 0, 2, 2]])
    >>> average_precision(truth, found, (0.5, 0.9)).round(2).tolist()
    [1.0, 0.33]
    """
    # Loaded here, as the scores are asked for seldom.
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    true_numbers, found_numbers, overlaps, n_true, n_found = _overlaps(truth, found)
    scores = np.ones(len(ious))
    for i, iou in enumerate(ious):
        matches = overlaps >= iou
        pairs = csr_array(
            (np.ones(matches.sum(), bool), (true_numbers[matches], found_numbers[matches])),
            shape=(n_true, n_found),
        )
        n_matched = int((maximum_bipartite_matching(pairs) >= 0).sum())
        n_all = n_true + n_found - n_matched
        if n_all:
            scores[i] = n_matched / n_all
    return scores


def _overlaps(
    truth: NDArray[np.integer], found: NDArray[np.integer]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64], int, int]:
    """Return row, column and IoU of every pair that overlaps, and the numbers of objects."""
    if truth.shape != found.shape:
        raise DataError(
            f"The true labels have shape {truth.shape} and the found ones {found.shape}; "
            "compare labels of the same image."
        )
    true_ids, rows, true_areas = np.unique(truth, return_inverse=True, return_counts=True)
    found_ids, columns, found_areas = np.unique(found, return_inverse=True, return_counts=True)
    pairs, shared = np.unique(rows.ravel() * len(found_ids) + columns.ravel(), return_counts=True)
    row, column = np.divmod(pairs, len(found_ids))
    is_object = (true_ids[row] != 0) & (found_ids[column] != 0)
    row, column, shared = row[is_object], column[is_object], shared[is_object]
    ious = shared / (true_areas[row] + found_areas[column] - shared)
    # Background has the smallest id; where there is none, the objects begin at 0.
    row, column = row - (0 in true_ids), column - (0 in found_ids)
    return row, column, ious, int((true_ids != 0).sum()), int((found_ids != 0).sum())
