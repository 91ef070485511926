"""`Heatmaps`: where a network looked in every sample; needs no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

HeatmapScale: TypeAlias = Literal["all", "each"]


_MOST_MEDIANS = 2
"""One mitosis among flat cells would leave all others black; so the scale ends here."""


@dataclass(frozen=True, slots=True, eq=False)
class Heatmaps:
    """Where a network looked in every sample, and what it said of it.

    Kept as coarse as the layer saw, which takes a hundredth of the memory; `enlarge` draws them at
    the size of the samples.

    Attributes
    ----------
    grid
        ``(N, h, w)`` float32, at least 0, in the units of the network: twice as much is twice as
        much reason. See `scale_heatmaps` for 0..1.
    size_px
        Height and width of a sample.
    target
        ``(N,)`` int64, place in `classes` of the class that was explained.
    probability
        ``(N, K)`` float32, what the network says; rows sum to 1.
    classes
        Names of the classes.
    layer
        Name of the layer whose view it is.
    """

    grid: NDArray[np.float32]
    size_px: tuple[int, int]
    target: NDArray[np.int64]
    probability: NDArray[np.float32]
    classes: tuple[str, ...]
    layer: str

    def __len__(self) -> int:
        return len(self.grid)

    @property
    def values(self) -> NDArray[np.float32]:
        """``(N, H, W)``, all of them at the size of the samples."""
        return enlarge(self.grid, self.size_px)

    def enlarge(self, rows: ArrayLike) -> NDArray[np.float32]:
        """Draw some of them at the size of the samples, ``(n, H, W)``."""
        return enlarge(self.grid[np.asarray(rows)], self.size_px)


def enlarge(grid: NDArray[np.float32], size_px: tuple[int, int]) -> NDArray[np.float32]:
    """Draw coarse heatmaps finer, linear between the centres of their squares.

    Parameters
    ----------
    grid
        ``(N, h, w)``.
    size_px
        Height and width to come, at least as large.

    Returns
    -------
    ndarray, shape ``(N, H, W)``, float32

    Examples
    --------
    >>> enlarge(np.array([[[0, 4]]], np.float32), (1, 4))
    array([[[0., 1., 3., 4.]]], dtype=float32)
    """
    rows, columns = (
        weigh_squares(np.arange(wanted, dtype=np.float64), wanted, n)
        for n, wanted in zip(grid.shape[1:], size_px, strict=True)
    )
    drawn: NDArray[np.float32] = rows @ grid.astype(np.float32, copy=False) @ columns.T
    return drawn


def scale_heatmaps(values: NDArray[np.float32], per: HeatmapScale = "all") -> NDArray[np.float32]:
    """Bring heatmaps to 0..1 so that they can be shown.

    Parameters
    ----------
    values
        ``(N, H, W)``, at least 0.
    per
        "all": one scale, so that heatmaps can be compared: the strongest place of all is 1, or
        twice that of the median heatmap where a few stand out, which are cut off there. "each":
        the strongest place of every heatmap is 1.

    Returns
    -------
    ndarray, shape ``(N, H, W)``, float32
        A heatmap that is all zero stays so.
    """
    if not len(values):
        return values.astype(np.float32)
    highest = values.max(axis=(1, 2), keepdims=True)
    if per == "all":
        known = highest[highest > 0]
        top = min(known.max(), _MOST_MEDIANS * np.median(known)) if known.size else 0
        highest = np.full_like(highest, top)
    scaled: NDArray[np.float32] = np.divide(
        values, highest, out=np.zeros(values.shape, np.float32), where=highest > 0
    )
    return np.minimum(scaled, 1, out=scaled)


def weigh_squares(place: NDArray[np.float64], n_fine: int, n_coarse: int) -> NDArray[np.float32]:
    """Say which share each square of a coarse heatmap has at places along one edge of a sample.

    Parameters
    ----------
    place
        ``(P,)`` in pixels of the sample, the centre of the first at 0.
    n_fine, n_coarse
        Pixels and squares along that edge.

    Returns
    -------
    ndarray, shape ``(P, n_coarse)``, float32
        Rows sum to 1.
    """
    square = (place + 0.5) * n_coarse / n_fine - 0.5
    # Beyond the outermost centres there is nothing to draw a line to: the value stays.
    square = np.clip(square, 0, n_coarse - 1)
    weights = np.maximum(0, 1 - np.abs(square[:, None] - np.arange(n_coarse, dtype=np.float64)))
    as_drawn: NDArray[np.float32] = weights.astype(np.float32)
    return as_drawn
