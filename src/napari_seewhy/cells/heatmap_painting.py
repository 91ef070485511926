"""Painting heatmaps back: every cell's at the place of the cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.explaining.heatmaps import scale_heatmaps, weigh_squares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.explaining.heatmaps import Heatmaps, HeatmapScale


@dataclass(frozen=True, slots=True, eq=False)
class CropPlaces:
    """Where crops lie in their image.

    Attributes
    ----------
    top, left
        ``(N,)`` where the centre of a crop's first pixel lies, in pixels of the image.
    t
        ``(N,)`` time point, 0 where there is no time axis.
    scale
        Width of a crop's pixel in pixels of the image.
    shape
        ``(Y, X)`` or ``(T, Y, X)``, that of the labels.
    """

    top: NDArray[np.float64]
    left: NDArray[np.float64]
    t: NDArray[np.int64]
    scale: float
    shape: tuple[int, ...]


def paint_heatmaps(
    heatmaps: Heatmaps, places: CropPlaces, per: HeatmapScale = "all"
) -> dict[str, NDArray[np.float32]]:
    """Paint the heatmaps of every class into a picture of the size of the image.

    Parameters
    ----------
    heatmaps
        N of them, not yet scaled.
    places
        Where their crops lie.
    per
        One scale for all cells and classes, or for each cell its own.

    Returns
    -------
    dict
        Name of each class that was explained -> pixels of the shape of the labels, float32, 0..1;
        0 where there is no crop, and the larger one where two overlap.
    """
    scaled = scale_heatmaps(heatmaps.grid, per)
    painted = {}
    for k in np.unique(heatmaps.target):
        canvas = np.zeros(places.shape, np.float32)
        frames = canvas.reshape(-1, *places.shape[-2:])
        for i in np.flatnonzero(heatmaps.target == k):
            corner = (places.top[i], places.left[i])
            _paint(frames[places.t[i]], scaled[i], corner, heatmaps.size_px, places.scale)
        painted[heatmaps.classes[k]] = canvas
    return painted


def _paint(
    frame: NDArray[np.float32],
    grid: NDArray[np.float32],
    corner: tuple[float, float],
    size_px: tuple[int, int],
    scale: float,
) -> None:
    """Paint one heatmap, in place."""
    windows, weights = [], []
    for start, n_fine, n_coarse, length in zip(
        corner, size_px, grid.shape, frame.shape, strict=True
    ):
        # A pixel belongs to the crop if its centre does.
        first = max(0, int(np.ceil(start - 0.5 * scale)))
        last = min(length, int(np.ceil(start + (n_fine - 0.5) * scale)))
        window = slice(first, max(first, last))
        windows.append(window)
        place = (np.arange(window.start, window.stop) - start) / scale
        weights.append(weigh_squares(place, n_fine, n_coarse))
    piece = frame[tuple(windows)]
    np.maximum(piece, weights[0] @ grid @ weights[1].T, out=piece)
