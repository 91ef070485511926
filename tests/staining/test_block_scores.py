import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score, roc_auc_score

from napari_seewhy.errors import DataError
from napari_seewhy.staining.block_scores import judge_blocks


def test_the_figures_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    target = rng.random((20, 30)) < 0.2
    said = np.round(np.clip(0.3 * target + rng.random(target.shape) * 0.7, 0, 1), 2)
    scores = judge_blocks(said, target, 0.6)
    true, called = target.ravel(), said.ravel() >= 0.6
    assert scores.f1 == pytest.approx(f1_score(true, called))
    assert scores.accuracy == pytest.approx(accuracy_score(true, called))
    assert scores.precision == pytest.approx(precision_score(true, called))
    assert scores.recall == pytest.approx(recall_score(true, called))
    assert scores.roc_auc == pytest.approx(roc_auc_score(true, said.ravel()))
    assert (scores.n_blocks, scores.n_positives) == (600, target.sum())
    assert scores.baseline == pytest.approx(1 - target.mean())


def test_blocks_without_a_probability_do_not_count():
    assert judge_blocks([0.9, np.nan, 0.1], [1, 1, 0]).n_blocks == 2


def test_where_there_are_only_blocks_of_one_sort_the_curve_says_nothing():
    scores = judge_blocks([0.9, 0.2], [0, 0])
    assert (scores.roc_auc, scores.recall, scores.f1) == (0.5, 0, 0)


@pytest.mark.parametrize(("said", "true"), [([0.1], [0, 1]), ([np.nan], [1])])
def test_what_cannot_be_judged_is_refused(said, true):
    with pytest.raises(DataError):
        judge_blocks(said, true)
