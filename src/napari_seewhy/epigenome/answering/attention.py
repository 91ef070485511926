"""Attention in pictures of genes: which half, and where in the genome; needs no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.explaining import enlarge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureGeometry
    from napari_seewhy.genome import GenePlace

BOTH, CHROMATIN_ONLY, METHYLATION_ONLY = "both", "chromatin only", "methylation only"

_FINE_ROWS = 64
"""Rows at which halves are distinguished on a heatmap, however coarse it is."""


class Peak(NamedTuple):
    """Where the attention to one gene is highest, 0-based and half-open.

    Attributes
    ----------
    chromosome, start, end
        Its place.
    share
        Share of all attention that lies there.
    """

    chromosome: str
    start: int
    end: int
    share: float


def share_of_chromatin(
    grid: NDArray[np.float32], geometries: Sequence[PictureGeometry]
) -> NDArray[np.float64]:
    """Say which share of each heatmap lies in the chromatin half; methylation has the rest.

    Attention in the gap between both belongs to neither.

    Parameters
    ----------
    grid
        ``(N, h, w)`` heatmaps of what lies between the first row of chromatin and the last of
        methylation, at least 0.
    geometries
        Where the panels of each picture lie.

    Returns
    -------
    ndarray, shape ``(N,)``
        NaN where a heatmap is all zero.
    """
    fine = enlarge(grid, (_FINE_ROWS, grid.shape[2])).sum(axis=2, dtype=np.float64)
    ends = np.array([_ends(geometry) for geometry in geometries]).reshape(-1, 2)
    row = (np.arange(_FINE_ROWS) + 0.5) / _FINE_ROWS
    chromatin = (fine * (row < ends[:, :1])).sum(axis=1)
    methylation = (fine * (row >= ends[:, 1:])).sum(axis=1)
    total = chromatin + methylation
    share: NDArray[np.float64] = np.divide(
        chromatin, total, out=np.full(len(grid), np.nan), where=total > 0
    )
    return share


def name_halves(share: NDArray[np.float64], both_from: float) -> NDArray[np.object_]:
    """Find for each gene whether chromatin only, methylation only or both were looked at.

    Parameters
    ----------
    share
        ``(N,)`` share of chromatin; "" where it is NaN.
    both_from
        Share that each half must have for both.

    Examples
    --------
    >>> name_halves(np.array([0.95, 0.5, 0.1]), both_from=0.2).tolist()
    ['chromatin only', 'both', 'methylation only']
    """
    names = np.full(len(share), "", object)
    names[share > 1 - both_from] = CHROMATIN_ONLY
    names[share < both_from] = METHYLATION_ONLY
    names[(share >= both_from) & (share <= 1 - both_from)] = BOTH
    return names


def find_peak(
    heatmap: NDArray[np.float32], geometry: PictureGeometry, place: GenePlace, least: float
) -> Peak | None:
    """Find the stretch about the strongest column in which attention stays high.

    Parameters
    ----------
    heatmap
        ``(h, w)`` over the columns of the panels.
    geometry, place
        Where the panels lie, and which window of the genome they show.
    least
        Share of the strongest column that the others of the stretch have at least.

    Returns
    -------
    Peak or None
        None where nothing was looked at.
    """
    profile = heatmap.sum(axis=0, dtype=np.float64)
    if not profile.any():
        return None
    strongest = int(profile.argmax())
    is_low = profile < least * profile[strongest]
    before, after = np.flatnonzero(is_low[:strongest]), np.flatnonzero(is_low[strongest:])
    first = int(before[-1]) + 1 if len(before) else 0
    stop = strongest + int(after[0]) if len(after) else len(profile)
    width = (geometry.right - geometry.left) / len(profile)
    columns = [round(geometry.left + edge * width) for edge in (first, stop)]
    start, end = geometry.columns_to_interval(place, *columns)
    share = float(profile[first:stop].sum() / profile.sum())
    return Peak(place.chromosome, max(0, start), end, share)


def _ends(geometry: PictureGeometry) -> tuple[float, float]:
    """Return where chromatin ends and methylation begins, as shares of the height of both."""
    top, height = geometry.chromatin[0], geometry.methylation[1] - geometry.chromatin[0]
    return (geometry.chromatin[1] - top) / height, (geometry.methylation[0] - top) / height
