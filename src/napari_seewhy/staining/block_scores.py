"""How well blocks were classified."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class BlockScores:
    """How well positive blocks were found; positive = where the marker is.

    Attributes
    ----------
    f1
        Harmonic mean of precision and recall; 0 where nothing was found.
    accuracy, balanced_accuracy
        Share of right answers; mean of the shares among the positives and among the others.
    precision, recall
        Share of positives among what was called so; share of the positives that were found.
    roc_auc
        Chance that a positive block has a higher probability than another; 0.5 where there are
        only blocks of one sort.
    n_blocks, n_positives
        How many blocks, and how many of them are positive.
    baseline
        Accuracy of always saying what is more frequent.
    """

    f1: float
    accuracy: float
    balanced_accuracy: float
    precision: float
    recall: float
    roc_auc: float
    n_blocks: int
    n_positives: int
    baseline: float

    def to_json(self) -> dict[str, float]:
        """Return the figures by name."""
        return asdict(self)


class BlockJudge:
    """Judges probabilities of blocks by the truth, at any cut.

    Parameters
    ----------
    probability
        Of being positive, of any shape; NaN where a block does not count.
    target
        Whether each is positive, of the same shape.

    Raises
    ------
    DataError
        If the shapes differ or no block counts.
    """

    def __init__(self, probability: ArrayLike, target: ArrayLike) -> None:
        said, true = np.asarray(probability, np.float64), np.asarray(target)
        if said.shape != true.shape:
            raise DataError(
                f"There are {said.shape} probabilities and {true.shape} targets; give one for each."
            )
        is_known = np.isfinite(said)
        self._said, self._is_positive = said[is_known], true[is_known].astype(bool)
        if not len(self._said):
            raise DataError("There is no block to judge; give probabilities that are not all NaN.")
        self._roc_auc = _rank_auc(self._said, self._is_positive)

    def scores(self, cut: float = 0.5) -> BlockScores:
        """Judge the blocks that are called positive from the probability `cut` on."""
        return _score(self._said >= cut, self._is_positive, self._roc_auc)


def judge_blocks(probability: ArrayLike, target: ArrayLike, cut: float = 0.5) -> BlockScores:
    """Judge probabilities of blocks by the truth, see `BlockJudge`.

    Examples
    --------
    >>> judge_blocks([0.9, 0.4, 0.2, 0.1], [1, 1, 0, 0]).f1
    0.6666666666666666
    """
    return BlockJudge(probability, target).scores(cut)


def _score(
    called: NDArray[np.bool_], is_positive: NDArray[np.bool_], roc_auc: float
) -> BlockScores:
    n_right_positive = int((called & is_positive).sum())
    n_positives, n_called, n = int(is_positive.sum()), int(called.sum()), len(called)
    n_right = int((called == is_positive).sum())
    recall = _share(n_right_positive, n_positives)
    n_right_others = n_right - n_right_positive
    return BlockScores(
        f1=_share(2 * n_right_positive, n_positives + n_called),
        accuracy=n_right / n,
        balanced_accuracy=(recall + _share(n_right_others, n - n_positives)) / 2,
        precision=_share(n_right_positive, n_called),
        recall=recall,
        roc_auc=roc_auc,
        n_blocks=n,
        n_positives=n_positives,
        baseline=max(n_positives, n - n_positives) / n,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _rank_auc(said: NDArray[np.float64], is_positive: NDArray[np.bool_]) -> float:
    """Area under the ROC curve from ranks (Mann and Whitney 1947); ties count half."""
    from scipy.stats import rankdata

    n_positives = int(is_positive.sum())
    n_others = len(said) - n_positives
    if not n_positives or not n_others:
        return 0.5
    ranks = rankdata(said)[is_positive].sum()
    return float((ranks - n_positives * (n_positives + 1) / 2) / (n_positives * n_others))
