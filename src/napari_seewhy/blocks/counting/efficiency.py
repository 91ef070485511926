"""The differentiation efficiency: which share of a dish is positive, and how sure that is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

_CONFIDENCE = 0.95
_LARGEST_MAP = 1024


@dataclass(frozen=True, slots=True)
class Efficiency:
    """The share of positive blocks of a field or a dish.

    Attributes
    ----------
    value
        0..1.
    low, high
        Interval that holds the share of the whole dish in 95 of 100 cases, were the model right
        of every block. Neighbouring blocks resemble each other, so fewer blocks count than there
        are.
    n_blocks
        Number of blocks.
    n_independent
        How many independent blocks would be as telling.
    n_fields
        Number of fields.
    """

    value: float
    low: float
    high: float
    n_blocks: int
    n_independent: float
    n_fields: int = 1

    def describe(self) -> str:
        """Say it as a person would."""
        return f"{self.value:.1%} ({self.low:.1%} to {self.high:.1%})"

    def to_json(self) -> dict[str, Any]:
        """Return plain values, for a record."""
        return asdict(self)


def estimate_efficiency(
    blocks: ArrayLike,
    cut: float = 0.5,
    *,
    how: Literal["sum", "count"] = "sum",
) -> Efficiency:
    """Estimate which share of a field is positive.

    Parameters
    ----------
    blocks
        ``(h, w)``: the probability of each block, or whether it is positive (bool); NaN where
        nothing is known.
    cut
        Probability from which a block counts as positive, for `how` "count".
    how
        "sum" adds up the probabilities, which is right on average where they are calibrated even
        if single blocks are unsure; "count" counts the blocks from `cut` on.

    Returns
    -------
    Efficiency
        With Wilson's interval (1927) for as many blocks as would be independent:
        ``n / sum(r)``, where ``r`` is the correlation of the map with itself over all distances up
        to the first at which it is gone.

    Raises
    ------
    DataError
        If no block is known.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> single = estimate_efficiency(rng.random((40, 40)) < 0.2)
    >>> clumped = estimate_efficiency((rng.random((10, 10)) < 0.2).repeat(4, 0).repeat(4, 1))
    >>> single.n_independent > 5 * clumped.n_independent
    True
    """
    values = np.asarray(blocks, np.float64)
    if how == "count":
        values = np.where(np.isfinite(values), values >= cut, np.nan)
    is_known = np.isfinite(values)
    n = int(is_known.sum())
    if not n:
        raise DataError("Not one block is known, so there is no efficiency; enlarge the region.")
    value = float(values[is_known].mean())
    # Of a very fine map, every so-manieth block is as telling as all.
    step = -(-max(values.shape) // _LARGEST_MAP)
    thin = (slice(None, None, step),) * 2
    n_independent = int(is_known[thin].sum()) / _inflation(values[thin], is_known[thin])
    return Efficiency(value, *_wilson(value, n_independent), n, n_independent)


def combine_efficiencies(fields: Sequence[Efficiency]) -> Efficiency:
    """Put the fields of one dish together.

    The interval is the wider of two: as many independent blocks as the fields have together, and
    what the differences between the fields say (Student's t), where there are several.

    Raises
    ------
    DataError
        If there is no field.

    Examples
    --------
    >>> alike = [Efficiency(0.2, 0.1, 0.3, 100, 60.0)] * 3
    >>> combine_efficiencies(alike).n_blocks, combine_efficiencies(alike).n_fields
    (300, 3)
    """
    if not fields:
        raise DataError("There is no field, so there is no efficiency of the dish.")
    n_blocks = np.array([field.n_blocks for field in fields])
    values = np.array([field.value for field in fields])
    value = float(np.average(values, weights=n_blocks))
    n_independent = float(sum(field.n_independent for field in fields))
    if len(fields) > 1 and 0 < value < 1:
        between = float(np.average((values - value) ** 2, weights=n_blocks)) / (len(fields) - 1)
        widening = (_t_quantile(len(fields) - 1) / _normal_quantile()) ** 2
        if between > 0:
            n_independent = min(n_independent, value * (1 - value) / (between * widening))
    low, high = _wilson(value, n_independent)
    return Efficiency(value, low, high, int(n_blocks.sum()), n_independent, len(fields))


def _wilson(value: float, n: float) -> tuple[float, float]:
    """Return Wilson's interval of a share; it stays within 0..1, and is open for small n."""
    z = _normal_quantile()
    middle = (value + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(value * (1 - value) / n + z**2 / (4 * n**2))
    return float(max(0.0, min(value, middle - half))), float(min(1.0, max(value, middle + half)))


def _normal_quantile() -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + _CONFIDENCE) / 2))


def _t_quantile(n_free: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(n_free, (1 + _CONFIDENCE) / 2))


def _inflation(values: NDArray[np.float64], is_known: NDArray[np.bool_]) -> float:
    """Return how many blocks are as telling as one independent block; at least 1."""
    n = int(is_known.sum())
    centered = np.where(is_known, values - values[is_known].mean(), 0)
    variance = float((centered**2).sum() / n)
    if variance < 1e-12:
        return 1.0
    shape = (values.shape[0], values.shape[1])
    lags = _lags_of(shape)
    counts = lags.counts if n == values.size else _autocorrelate(is_known.astype(np.float64))
    sums = _autocorrelate(centered)[lags.is_near]
    near = np.maximum(counts[lags.is_near], 1)
    means = np.bincount(lags.ring, sums / near) / lags.n_of_ring
    gone = np.flatnonzero(means <= 0)
    last = int(gone[0]) if len(gone) else len(means) - 1
    # A pair of blocks at a lag counts as often as the lag occurs in the field.
    return max(1.0, float(np.bincount(lags.ring, sums)[:last].sum()) / variance / n)


class _Lags(NamedTuple):
    """The distances between the blocks of a fully known field, as `_autocorrelate` orders them.

    Attributes
    ----------
    is_near
        ``(2 h, 2 w)``: distances up to half the shorter edge.
    ring
        ``(n_near,)``: each of these, in whole blocks.
    n_of_ring
        How many of them there are of each.
    counts
        ``(2 h, 2 w)``: how many pairs of blocks lie so far apart.
    """

    is_near: NDArray[np.bool_]
    ring: NDArray[np.int64]
    n_of_ring: NDArray[np.int64]
    counts: NDArray[np.float64]


@lru_cache(maxsize=2)
def _lags_of(shape: tuple[int, int]) -> _Lags:
    """Return what all fields of a size share; it takes longer than a field itself."""
    from scipy import fft

    steps = [fft.fftfreq(2 * edge, 1 / (2 * edge)) for edge in shape]
    ring = np.rint(np.hypot(steps[0][:, None], steps[1])).astype(np.int64)
    is_near = ring <= max(1, min(shape) // 2)
    near = ring[is_near]
    pairs = [edge - np.abs(step) for edge, step in zip(shape, steps, strict=True)]
    return _Lags(is_near, near, np.bincount(near), np.multiply.outer(pairs[0], pairs[1]))


def _autocorrelate(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for every lag the sum of products of values that lie so far apart."""
    from scipy import fft

    # Twice the size, so that no lag wraps around the edge.
    shape = [2 * edge for edge in values.shape]
    found: NDArray[np.float64] = fft.irfft2(np.abs(fft.rfft2(values, shape)) ** 2, shape)
    return found
