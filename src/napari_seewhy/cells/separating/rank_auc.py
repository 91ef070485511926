"""How well each measurement alone tells two classes apart: the area under the ROC curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def rank_auc(values: NDArray[np.float64], is_class: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Measure the area under the ROC curve of many measurements at once.

    It is the chance that a cell of the class has a higher value than one of the others, half of a
    tie counting; from the ranks, as in the test of Mann and Whitney (1947).

    Parameters
    ----------
    values
        ``(N, F)``; cells without a value (NaN) are passed over, measurement by measurement.
    is_class
        ``(N,)`` whether a cell is of the class.

    Returns
    -------
    ndarray, shape ``(F,)``
        0.5 = no better than chance, below it the class has the lower values; NaN where only one
        of the two classes has values.

    Examples
    --------
    >>> values = np.array([[1.0, 9.0], [2.0, np.nan], [3.0, 7.0], [4.0, 8.0]])
    >>> rank_auc(values, np.array([False, False, True, True])).tolist()
    [1.0, 0.0]
    """
    from scipy.stats import rankdata

    is_known = ~np.isnan(values)
    # What is not known ranks last, where it changes no other rank.
    ranks = rankdata(np.where(is_known, values, np.inf), axis=0)
    counts = is_known & is_class[:, np.newaxis]
    n_class = counts.sum(axis=0)
    n_other = is_known.sum(axis=0) - n_class
    won = np.where(counts, ranks, 0).sum(axis=0) - n_class * (n_class + 1) / 2
    with np.errstate(invalid="ignore"):
        auc: NDArray[np.float64] = won / (n_class * n_other)
    return auc
