"""Numeric tracks of a gene: what its picture shows, as one row of numbers per track."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.genome import GeneWindow

PAIRED_TRACKS = (
    "chromatin log2 ratio",
    "chromatin",
    "chromatin of the control",
    "methylation difference",
    "methylation",
    "CpG sites",
)
"""Tracks of a treated sample and its control, described in ``docs/reference/definitions.md``."""

SINGLE_TRACKS = ("chromatin", "methylation", "CpG sites")
"""Tracks of a sample without a control."""

_PRIOR_SHARE = 0.02
"""Both sides of the ratio get this share of the top of the panel: noise is no fold change."""


def bin_gene(window: GeneWindow, n_bins: int, top: float) -> NDArray[np.float32]:
    """Return the numeric tracks of one gene, left to right as in its picture.

    Parameters
    ----------
    window
        What the tracks say.
    n_bins
        Number of equal bins.
    top
        Signal that fills the panel of chromatin.

    Returns
    -------
    ndarray, shape ``(C, n_bins)``
        As `PAIRED_TRACKS` or `SINGLE_TRACKS` name them.
    """
    heights, control = window.heights(n_bins), window.control_heights(n_bins)
    is_measured = ~np.isnan(heights)
    if control is not None:
        is_measured &= ~np.isnan(control)
        control = np.where(is_measured, control, 0)
    # Networks need numbers: what was not measured is no signal on both sides, so no change.
    heights = np.where(is_measured, heights, 0)
    chromatin = [_to_share(heights, top)]
    if control is not None:
        prior = _PRIOR_SHARE * top
        ratio = np.log2((np.maximum(heights, 0) + prior) / (np.maximum(control, 0) + prior))
        chromatin = [ratio, *chromatin, _to_share(control, top)]
    methylation = _bin_sites(window, n_bins)
    return np.stack([*chromatin, *methylation]).astype(np.float32)


def _to_share(heights: NDArray[np.float64], top: float) -> NDArray[np.float64]:
    """Square root of the share of the top, on which counting noise is even."""
    share: NDArray[np.float64] = np.sqrt(np.maximum(heights, 0) / top)
    return share


def _bin_sites(window: GeneWindow, n_bins: int) -> list[NDArray[np.float64]]:
    """Mean of the sites in each bin, 0 where there are none, and their number."""
    sites = window.sites
    place = (sites.offset_bp * n_bins / window.place.span_bp).astype(np.int64)
    place = np.minimum(place, n_bins - 1)
    n = np.bincount(place, minlength=n_bins).astype(np.float64)
    values = [sites.level] if sites.difference is None else [sites.difference, sites.level]
    means = [np.bincount(place, one, n_bins) / np.maximum(n, 1) for one in values]
    return [*means, n]
