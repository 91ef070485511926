"""Tests of few replicates: variances of all genes support each other, and q-values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST_DF = 1e6


class Tested(NamedTuple):
    """The difference, treated minus control, and its p-value, ``(G,)`` each; NaN where untested."""

    difference: NDArray[np.float64]
    p: NDArray[np.float64]


def squeeze_variances(
    variance: NDArray[np.float64], df: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw the variance of each gene towards that of all, by empirical Bayes.

    The variances are taken as a scaled F distribution, whose two parameters are fitted to the mean
    and variance of their logarithms (Smyth 2004, doi:10.2202/1544-6115.1027, section 6.2).

    Parameters
    ----------
    variance
        ``(G,)`` of each gene, NaN where unknown.
    df
        Degrees of freedom of each.

    Returns
    -------
    variance, df
        ``(G,)`` moderated variance, and its degrees of freedom.
    """
    from scipy.special import digamma, polygamma

    is_known = np.isfinite(variance) & (variance > 0)
    if is_known.sum() < 3:
        return variance, np.full(len(variance), float(df))
    logs = np.log(variance[is_known]) - digamma(df / 2) + np.log(df / 2)
    spread = float(logs.var(ddof=1) - polygamma(1, df / 2))
    if spread > 0:
        prior_df = 2 * _invert_trigamma(spread)
        prior = np.exp(logs.mean() + digamma(prior_df / 2) - np.log(prior_df / 2))
    else:
        prior_df, prior = _MOST_DF, float(np.exp(logs.mean()))
    own = np.where(np.isfinite(variance), variance, prior)
    squeezed = (prior_df * prior + df * own) / (prior_df + df)
    return squeezed, np.full(len(variance), min(prior_df + df, _MOST_DF))


def test_means(values: NDArray[np.float64], n_treated: int) -> Tested:
    """Compare treated and control by a moderated t-test.

    Parameters
    ----------
    values
        ``(G, R)`` of each gene and replicate, the treated first.
    n_treated
        How many replicates are treated.
    """
    from scipy.stats import t

    treated, control = values[:, :n_treated], values[:, n_treated:]
    n_control, df = control.shape[1], values.shape[1] - 2
    difference = treated.mean(axis=1) - control.mean(axis=1)
    squares = treated.var(axis=1) * n_treated + control.var(axis=1) * n_control
    variance, total_df = squeeze_variances(squares / df, df)
    error = np.sqrt(variance * (1 / n_treated + 1 / n_control))
    return Tested(difference, 2 * t.sf(np.abs(difference / error), total_df))


def test_levels(
    methylated: NDArray[np.float64], reads: NDArray[np.float64], n_treated: int
) -> Tested:
    """Compare the shares of methylated reads by logistic regression with overdispersion.

    Every replicate counts by its reads, as in methylKit (Akalin et al. 2012,
    doi:10.1186/gb-2012-13-10-r87). With one group factor the fit has a closed form: the share of
    each group. The dispersion (Pearson) is moderated, and at least 1 (Lund et al. 2012,
    doi:10.1515/1544-6115.1826).

    Parameters
    ----------
    methylated, reads
        ``(G, R)`` sums over the sites of each gene and replicate, the treated first.
    n_treated
        How many replicates are treated.
    """
    from scipy.special import xlogy
    from scipy.stats import f

    groups = (slice(None, n_treated), slice(n_treated, None))
    is_tested = (reads > 0).all(axis=1)
    total = np.maximum(reads.sum(axis=1), 1)
    pooled = methylated.sum(axis=1) / total
    shares, ratio, pearson = [], np.zeros(len(reads)), np.zeros(len(reads))
    for group in groups:
        hits, n = methylated[:, group], reads[:, group]
        share = hits.sum(axis=1) / np.maximum(n.sum(axis=1), 1)
        hit, miss = hits.sum(axis=1), (n - hits).sum(axis=1)
        ratio += 2 * (xlogy(hit, share) + xlogy(miss, 1 - share))
        ratio -= 2 * (xlogy(hit, pooled) + xlogy(miss, 1 - pooled))
        expected = np.maximum(n * (share * (1 - share))[:, None], 1e-3)
        pearson += ((hits - n * share[:, None]) ** 2 / expected).sum(axis=1)
        shares.append(share)
    df = reads.shape[1] - 2
    dispersion, total_df = squeeze_variances(np.where(is_tested, pearson / df, np.nan), df)
    p = f.sf(np.maximum(ratio, 0) / np.maximum(dispersion, 1), 1, total_df)
    difference = np.where(is_tested, shares[0] - shares[1], np.nan)
    return Tested(difference, np.where(is_tested, p, np.nan))


def q_values(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return q-values by Benjamini and Hochberg (1995), NaN where p is.

    They are those of scipy, which the program needs anyway; statsmodels has the same procedure, and
    nothing else of it would be used.
    """
    from scipy.stats import false_discovery_control

    is_known = np.isfinite(p)
    q = np.full(len(p), np.nan)
    if is_known.any():
        q[is_known] = false_discovery_control(p[is_known])
    return q


def _invert_trigamma(value: float) -> float:
    """Return the x whose trigamma is `value`, by Newton's method on 1 / trigamma."""
    from scipy.special import polygamma

    x = 0.5 + 1 / value
    for _ in range(50):
        here = float(polygamma(1, x))
        step = here * (1 - here / value) / float(polygamma(2, x))
        x += step
        if abs(step) < 1e-8 * x:
            break
    return x
