"""Tests of replicates keep their error rate, and find changes that single variances miss."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from napari_seewhy.epigenome.comparing import statistics
from napari_seewhy.epigenome.comparing.statistics import q_values, squeeze_variances

N = 4000


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_variances_are_drawn_towards_those_of_all_as_far_as_the_prior_says(rng) -> None:
    # True variances: scaled inverse chi-square with 8 degrees of freedom about 0.3.
    true = 8 * 0.3 / rng.chisquare(8, N)
    seen = true * rng.chisquare(4, N) / 4
    found, df = squeeze_variances(seen, 4)
    assert df[0] == pytest.approx(12, rel=0.15)
    assert np.mean((np.log(found) - np.log(true)) ** 2) < 0.5 * np.mean(
        (np.log(seen) - np.log(true)) ** 2
    )


def test_equal_variances_are_pooled(rng) -> None:
    found, df = squeeze_variances(rng.chisquare(4, N) / 4, 4)
    assert df[0] > 100
    np.testing.assert_allclose(found, 1, rtol=0.15)


def test_without_a_change_p_is_even_and_with_one_it_is_small(rng) -> None:
    values = rng.normal(0, 0.3, (N, 6)) * np.sqrt(6 / rng.chisquare(6, N))[:, None]
    values[:400, :3] += 1.5
    found = statistics.test_means(values, 3)
    assert stats.kstest(found.p[400:], "uniform").pvalue > 0.01
    assert (found.p[:400] < 0.01).mean() > 0.8
    assert found.difference[:400].mean() == pytest.approx(1.5, abs=0.05)
    # Three against three alone finds fewer.
    plain = stats.ttest_ind(values[:400, :3], values[:400, 3:], axis=1).pvalue
    assert (plain < 0.01).sum() < (found.p[:400] < 0.01).sum()


def test_levels_count_by_reads_and_keep_their_error_rate(rng) -> None:
    reads = rng.integers(20, 200, (N, 6)).astype(float)
    level = rng.uniform(0.2, 0.8, N)[:, None] * np.ones(6)
    level[:400, :3] += 0.15
    methylated = rng.binomial(reads.astype(int), level).astype(float)
    found = statistics.test_levels(methylated, reads, 3)
    expected = methylated[:, :3].sum(axis=1) / reads[:, :3].sum(axis=1) - methylated[:, 3:].sum(
        axis=1
    ) / reads[:, 3:].sum(axis=1)
    np.testing.assert_allclose(found.difference, expected)
    assert (found.p[400:] < 0.05).mean() == pytest.approx(0.05, abs=0.015)
    assert (found.p[:400] < 0.01).mean() > 0.8


def test_replicates_that_vary_more_than_their_reads_are_not_believed(rng) -> None:
    reads = np.full((N, 6), 200.0)
    level = np.clip(rng.normal(0.5, 0.1, (N, 6)), 0.01, 0.99)
    found = statistics.test_levels(rng.binomial(200, level).astype(float), reads, 3)
    assert (found.p < 0.05).mean() == pytest.approx(0.05, abs=0.02)


def test_genes_without_reads_are_not_tested(rng) -> None:
    reads = np.full((10, 6), 50.0)
    reads[3, 2] = 0
    methylated = np.minimum(rng.binomial(50, 0.4, (10, 6)), reads)
    found = statistics.test_levels(methylated, reads, 3)
    assert np.isnan(found.p[3])
    q = q_values(found.p)
    assert np.isnan(q[3])
    known = np.delete(found.p, 3)
    np.testing.assert_allclose(np.delete(q, 3), stats.false_discovery_control(known))
