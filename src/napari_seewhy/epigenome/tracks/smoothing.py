"""Averages along the window that shrink to nothing where little was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.tracks.window import Sites

_PRIOR_SITES = 2.0
"""The average is as if so many more sites without a difference lay under the bell."""


def smooth_sites(
    sites: Sites, at_bp: NDArray[np.float64], width_bp: float, *, values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Average values of CpG sites under a bell, drawn towards 0 where few sites lie.

    Parameters
    ----------
    sites
        Where the sites are.
    at_bp
        ``(k,)`` distances from the left edge of the picture.
    width_bp
        Standard deviation of the bell.
    values
        ``(n,)`` one per site.

    Returns
    -------
    ndarray, shape ``(k,)``
    """
    apart = (at_bp[:, None] - sites.offset_bp[None, :]) / width_bp
    weight = np.exp(-0.5 * apart**2)
    smooth: NDArray[np.float64] = weight @ values / (weight.sum(1) + _PRIOR_SITES)
    return smooth
