"""How much deeper one sample was sequenced than another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.genome.chromosomes import match_chromosome

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.genome.track import Track

_BIN_BP = 1000
_TRIM = 0.25
_SMALL_CHROMOSOME_BP = 1_000_000
"""Contigs below this say little and are many."""


def estimate_depth(
    treated: Track, control: Track, how: Literal["median", "total", "none"] = "median"
) -> float:
    """Say how many times deeper the treated sample was sequenced than its control.

    A treatment that takes signal from many genes also takes it from the sum of all, so by default
    the windows of 1 kb whose ratio is far from the median (the upper and lower quarter) are left
    out, as in the trimmed mean of Robinson and Oshlack (2010, doi:10.1186/gb-2010-11-3-r25).

    Parameters
    ----------
    treated, control
        Signal of both.
    how
        "median" as above, "total" by all signal, "none" takes both as they are.

    Raises
    ------
    DataError
        If they have no chromosome in common, or no signal.
    """
    if how == "none":
        return 1.0
    a, b = _read_bins(treated, control)
    is_measured = np.isfinite(a) & np.isfinite(b)
    a, b = a[is_measured], b[is_measured]
    if how == "median":
        has_both = (a > 0) & (b > 0)
        a, b = a[has_both], b[has_both]
        # Windows with little signal say nothing, and would be most of the genome.
        is_covered = (a + b) >= np.median(a + b) if len(a) else slice(None)
        a, b = a[is_covered], b[is_covered]
        ratio = np.log(a) - np.log(b)
        low, high = np.quantile(ratio, [_TRIM, 1 - _TRIM]) if len(ratio) else (0, 0)
        is_usual = (ratio >= low) & (ratio <= high)
        a, b = a[is_usual], b[is_usual]
    if not a.sum() > 0 or not b.sum() > 0:
        raise DataError(
            f"{treated.path} and {control.path} have no signal in common; check that both are "
            "chromatin of the same genome, or choose depth none."
        )
    return float(a.sum() / b.sum())


def _read_bins(treated: Track, control: Track) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    long = [name for name, n in control.lengths.items() if n >= _SMALL_CHROMOSOME_BP]
    first, second = [np.zeros(0)], [np.zeros(0)]
    for name in long or list(control.lengths):
        there = match_chromosome(name, treated.lengths)
        if there is not None:
            first.append(treated.read_means(there, _BIN_BP))
            second.append(control.read_means(name, _BIN_BP))
    n = [min(len(a), len(b)) for a, b in zip(first, second, strict=True)]
    return (
        np.concatenate([a[:k] for a, k in zip(first, n, strict=True)]),
        np.concatenate([b[:k] for b, k in zip(second, n, strict=True)]),
    )
