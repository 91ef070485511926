from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from napari_seewhy.blocks.counting.comparison import compare_efficiencies
from napari_seewhy.blocks.counting.efficiency import (
    Efficiency,
    combine_efficiencies,
    estimate_efficiency,
)
from napari_seewhy.errors import DataError


def test_the_sum_counts_unsure_blocks_by_their_probability():
    blocks = np.array([[0.9, 0.4, 0.2], [0.5, 0.0, np.nan]])
    assert estimate_efficiency(blocks).value == pytest.approx(0.4)
    counted = estimate_efficiency(blocks, 0.5, how="count")
    assert (counted.value, counted.n_blocks) == (pytest.approx(0.4), 5)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_dish_without_any_or_with_all_positives_still_has_an_interval(share):
    found = estimate_efficiency(np.full((20, 20), share))
    assert found.value == share
    assert found.high - found.low == pytest.approx(0.0095, abs=1e-3)


def test_blocks_that_are_strangers_count_each():
    shares = [
        estimate_efficiency(np.random.default_rng(seed).random((30, 30)) < 0.2)
        for seed in range(40)
    ]
    covered = [found.low <= 0.2 <= found.high for found in shares]
    assert np.mean(covered) >= 0.85
    assert np.mean([found.n_independent for found in shares]) > 700


def test_the_interval_of_clumped_cells_holds_the_truth_of_the_dish():
    found = []
    for seed in range(60):
        field = gaussian_filter(np.random.default_rng(seed).normal(size=(80, 80)), 2)
        found.append(estimate_efficiency(field[:40, :40] > 0.12))
    truth = np.mean([one.value for one in found])
    naive = [abs(one.value - truth) < 1.96 * np.sqrt(truth * (1 - truth) / 1600) for one in found]
    assert np.mean([one.low <= truth <= one.high for one in found]) >= 0.85
    assert np.mean(naive) < 0.7


def test_no_known_block_is_refused():
    with pytest.raises(DataError, match="Not one block is known"):
        estimate_efficiency(np.full((3, 3), np.nan))


def test_fields_that_differ_widen_the_interval_of_their_dish():
    alike = combine_efficiencies([Efficiency(0.2, 0.1, 0.3, 100, 50.0)] * 4)
    values = (0.05, 0.15, 0.25, 0.35)
    unlike = combine_efficiencies([Efficiency(value, 0, 1, 100, 50.0) for value in values])
    assert alike.value == unlike.value == pytest.approx(0.2)
    assert unlike.high - unlike.low > 1.5 * (alike.high - alike.low)
    assert alike.n_independent == 200


def test_larger_fields_weigh_more():
    fields = [Efficiency(0.1, 0, 1, 300, 30.0), Efficiency(0.5, 0, 1, 100, 10.0)]
    assert combine_efficiencies(fields).value == pytest.approx(0.2)


def test_a_dish_without_fields_is_refused():
    with pytest.raises(DataError, match="There is no field"):
        combine_efficiencies([])


def test_too_few_fields_have_no_correlation():
    found = compare_efficiencies([0.1, 0.2], [0.2, 0.2])
    assert (found.pearson_r, found.spearman_r) == (None, None)
    assert found.mae == pytest.approx(0.05)
    assert "too few" in found.describe()


def test_unlike_numbers_are_refused():
    with pytest.raises(DataError, match="3 predicted and 2 measured"):
        compare_efficiencies([0.1, 0.2, 0.3], [0.1, 0.2])
